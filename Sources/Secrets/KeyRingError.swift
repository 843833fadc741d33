/// Why a text is no key ring. Never holds a part of a key.
public enum KeyRingError: Error, Equatable, CustomStringConvertible {
    /// The text is empty.
    case empty
    /// A key that is not 32 bytes.
    case wrongLength(label: String)
    /// Characters that Base64 does not have.
    case notBase64(label: String)
    /// A label that is empty, longer than 64 characters, or holds others than letters, digits, `-`, `_` and `.`.
    case badLabel(number: Int)
    /// The same key twice.
    case repeatedKey
    /// The same label twice.
    case repeatedLabel
    /// OpenSSL could not allocate memory or compute a key's id.
    case internalFailure(OpenSSLError)

    /// One sentence: what is wrong with which key.
    public var description: String {
        switch self {
        case .empty: "the encryption key is empty"
        case .wrongLength(let label):
            "encryption \(label) is not 32 bytes of base64"
        case .notBase64(let label): "encryption \(label) is not base64"
        case .badLabel(let number):
            "label of encryption key \(number) must be 1 to 64 letters, digits, '-', '_' or '.', as in `2026:BASE64`"
        case .repeatedKey: "the key ring holds the same key twice; remove one"
        case .repeatedLabel: "the key ring uses one label twice; rename one"
        case .internalFailure(let error): error.description
        }
    }
}
