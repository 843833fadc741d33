internal import COpenSSL

enum Base64 {
    /// Decodes exactly `buffer.count` bytes into memory that its owner wipes. Its own copies are wiped before it returns.
    ///
    /// - Parameter label: the key's name in errors.
    static func decode(
        _ text: some Collection<UInt8>, into buffer: UnsafeMutableRawBufferPointer, label: String
    ) throws(KeyRingError) {
        let length = buffer.count
        guard text.count == (length + 2) / 3 * 4 else { throw .wrongLength(label: label) }
        var input = Array(text)
        var output = [UInt8](repeating: 0, count: input.count / 4 * 3)
        defer {
            OPENSSL_cleanse(&input, input.count)
            OPENSSL_cleanse(&output, output.count)
        }
        guard input.allSatisfy(isBase64), EVP_DecodeBlock(&output, input, Int32(input.count)) >= length else {
            throw .notBase64(label: label)
        }
        guard input.suffix(2).filter({ $0 == UInt8(ascii: "=") }).count == output.count - length else {
            throw .wrongLength(label: label)
        }
        buffer.copyBytes(from: output.prefix(length))
    }

    /// `bytes` as Base64, with padding.
    static func encode(_ bytes: [UInt8]) -> String {
        var output = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let length = EVP_EncodeBlock(&output, bytes, Int32(bytes.count))
        return String(decoding: output.prefix(Int(length)), as: UTF8.self)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
