/// Why a key ring cannot be used; the operator's to mend, and never a word of the key.
public enum KeyRingError: Error, Equatable, CustomStringConvertible {
    /// The text was empty.
    case empty
    /// Not 32 bytes.
    case wrongLength(label: String)
    /// Letters outside base64.
    case notBase64(label: String)
    /// A label that is empty, too long or has odd characters.
    case badLabel(number: Int)
    /// The same key stands twice.
    case repeatedKey
    /// The same label stands twice.
    case repeatedLabel
    /// OpenSSL failed.
    case internalFailure(OpenSSLError)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .empty: "the encryption key is empty; make one with `keyvigil encryption new-key`"
        case .wrongLength(let label):
            "encryption \(label) is not 32 bytes of base64; make one with `keyvigil encryption new-key`"
        case .notBase64(let label): "encryption \(label) is not base64; make one with `keyvigil encryption new-key`"
        case .badLabel(let number):
            "label of encryption key \(number) must be 1 to 64 letters, digits, '-', '_' or '.', as in `2026:BASE64`"
        case .repeatedKey: "the key ring holds the same key twice; remove one"
        case .repeatedLabel: "the key ring uses one label twice; rename one"
        case .internalFailure(let error): error.description
        }
    }
}
