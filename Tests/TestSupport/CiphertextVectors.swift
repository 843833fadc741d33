public import Foundation

/// Ciphertexts made with Python's `cryptography`: `Tests/SecretsTests/Interoperability/vectors.json`.
public struct CiphertextVectors: Decodable, Sendable {
    /// A master key in Base64, and its id in hexadecimal digits.
    public struct RingKey: Decodable, Sendable {
        /// As a setting has it.
        public let base64: String
        /// As ciphertexts name it.
        public let id: String
    }

    /// A ciphertext, and what it is bound to, in hexadecimal digits.
    public struct Vector: Decodable, Sendable {
        /// What is special about it.
        public let name: String
        /// The bytes it is bound to.
        public let associatedData: String
        /// The ciphertext.
        public let sealed: String
        /// The key that comes out; nil where none does.
        public let key: String?
        /// Why none comes out.
        public let failure: String?
        /// What `associatedData` was made from; nil where nothing comes out.
        public let row: Row?
    }

    /// The columns that a ciphertext is bound to.
    public struct Row: Decodable, Sendable {
        /// Whose.
        public let tenant: String
        /// The kind of scope.
        public let scopeKind: String
        /// The scope.
        public let scopeId: String
        /// The key's id.
        public let keyId: String
        /// The provider's.
        public let provider: String
        /// Canonical JSON of `parameters`.
        public let params: String
        /// The endpoint parameters.
        public let parameters: [String: String]
    }

    /// The master keys.
    public let ring: [RingKey]
    /// What must open.
    public let good: [Vector]
    /// What must not.
    public let refused: [Vector]

    /// Where a platform's programmer looks, and tests run Python.
    public static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("SecretsTests/Interoperability")

    /// All of them.
    public static func read() throws -> CiphertextVectors {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: directory.appendingPathComponent("vectors.json")))
    }

    /// The ring as a setting has it.
    public var ringText: String { ring.enumerated().map { "key\($0):\($1.base64)" }.joined(separator: ",") }
}

/// Bytes from hexadecimal digits.
public func bytes(hex text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
