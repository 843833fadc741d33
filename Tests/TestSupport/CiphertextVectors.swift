public import Foundation

/// Ciphertexts made with Python's `cryptography`: `Tests/SecretsTests/Interoperability/vectors.json`.
public struct CiphertextVectors: Decodable, Sendable {
    /// A master key in Base64, and its id in hexadecimal digits.
    public struct RingKey: Decodable, Sendable {
        /// The key in Base64, as settings name it.
        public let base64: String
        /// The key's id in hexadecimal digits, as ciphertexts name it.
        public let id: String
    }

    /// A ciphertext and its associated data, in hexadecimal digits.
    public struct Vector: Decodable, Sendable {
        /// What the vector tests.
        public let name: String
        /// The associated data that the ciphertext is bound to.
        public let associatedData: String
        /// The ciphertext.
        public let sealed: String
        /// The key that decryption gives; nil where it fails.
        public let key: String?
        /// Why decryption fails; nil where it does not.
        public let failure: String?
        /// What `associatedData` was made from; nil where decryption fails.
        public let row: Row?
    }

    /// The columns that a ciphertext is bound to.
    public struct Row: Decodable, Sendable {
        /// The tenant's id.
        public let tenant: String
        /// The kind of scope.
        public let scopeKind: String
        /// The scope's id.
        public let scopeId: String
        /// The key's id.
        public let keyId: String
        /// The key's version.
        public let version: Int
        /// The provider's id.
        public let provider: String
        /// Canonical JSON of `parameters`.
        public let params: String
        /// The endpoint parameters.
        public let parameters: [String: String]
    }

    /// The master keys.
    public let ring: [RingKey]
    /// Ciphertexts that must open.
    public let good: [Vector]
    /// Ciphertexts that must be refused.
    public let refused: [Vector]

    /// The folder of the vectors and of the Python code, which is also the example for programmers of platforms.
    public static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("SecretsTests/Interoperability")

    /// Reads `vectors.json`.
    ///
    /// - Throws: `DecodingError`, or a `CocoaError` where the file cannot be read.
    public static func read() throws -> CiphertextVectors {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: directory.appendingPathComponent("vectors.json")))
    }

    /// The ring as a setting names it: `id:base64`, separated by commas.
    public var ringText: String { ring.enumerated().map { "key\($0):\($1.base64)" }.joined(separator: ",") }
}

/// Bytes from hexadecimal digits.
public func bytes(hex text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
