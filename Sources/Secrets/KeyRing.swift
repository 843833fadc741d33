internal import COpenSSL

/// The operator's master keys: the first encrypts, all decrypt.
///
/// Text form: the Base64 of one key's 32 bytes, or `label:base64,label:base64`.
public struct KeyRing: Sendable {
    /// At least one key; the first encrypts.
    public let keys: [MasterKey]

    /// The key that encrypts.
    public var primary: MasterKey { keys[0] }

    /// Reads the text form. White space around the text and its keys is ignored.
    ///
    /// - Throws: ``KeyRingError``, with what is wrong with which key.
    public init(_ text: some Collection<UInt8>) throws(KeyRingError) {
        let trimmed = text.trimmingSpace()
        guard !trimmed.isEmpty else { throw .empty }
        var keys: [MasterKey] = []
        for part in trimmed.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            keys.append(try Self.key(in: part.trimmingSpace(), number: keys.count + 1))
        }
        self.keys = keys
        try refuseRepeats()
    }

    /// The key with this ``MasterKey/id``; nil where the ring lacks it.
    public func key(_ id: UInt32) -> MasterKey? { keys.first { $0.id == id } }

    /// A new random key in the text form.
    ///
    /// - Throws: ``OpenSSLError`` where the system has no random bytes; start again.
    public static func newKey() throws(OpenSSLError) -> String {
        var bytes = [UInt8](repeating: 0, count: MasterKey.length)
        defer { OPENSSL_cleanse(&bytes, bytes.count) }
        try OpenSSLError.check(RAND_bytes(&bytes, Int32(bytes.count)), "draw random bytes")
        return Base64.encode(bytes)
    }

    private static func key(in part: some Collection<UInt8>, number: Int) throws(KeyRingError) -> MasterKey {
        guard let colon = part.firstIndex(of: UInt8(ascii: ":")) else {
            return try MasterKey(label: "key \(number)", base64: part)
        }
        let label = String(decoding: part.prefix(upTo: colon), as: UTF8.self)
        guard (1...64).contains(label.count), label.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
        else { throw .badLabel(number: number) }
        return try MasterKey(label: label, base64: part.suffix(from: part.index(after: colon)))
    }

    private func refuseRepeats() throws(KeyRingError) {
        guard Set(keys.map(\.id)).count == keys.count else { throw .repeatedKey }
        guard Set(keys.map(\.label)).count == keys.count else { throw .repeatedLabel }
    }
}

extension Collection<UInt8> {
    fileprivate func trimmingSpace() -> [UInt8] {
        let space = Set("\u{20}\t\r\n".utf8)
        let head = drop { space.contains($0) }
        return Array(head.reversed().drop { space.contains($0) }.reversed())
    }
}
