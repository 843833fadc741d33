/// A header line with a secret in its value, such as `Authorization: Bearer ` and a key.
///
/// The bytes live in one heap buffer that is wiped when the last reference goes; libcurl reads them from there.
package final class SecretHeader: Sendable, CustomStringConvertible {
    /// The line without the secret, checked once for many secrets.
    package struct Opening: Sendable {
        /// The header's name.
        package let name: String
        fileprivate let bytes: [UInt8]

        /// Throws ``InvalidHeader`` when the name is no token or the prefix, such as `Bearer `, has a control character.
        package init(name: String, prefix: String) throws(InvalidHeader) {
            guard HeaderSyntax.isToken(name.utf8) else { throw .name }
            guard HeaderSyntax.isValue(prefix.utf8) else { throw .value }
            self.name = name
            bytes = Array("\(name): \(prefix)".utf8)
        }
    }

    /// The header's name, which is no secret.
    package let name: String
    private let line: SecretBuffer

    /// Copies `secret` once. Throws ``InvalidHeader/secret`` unless it has bytes and each is in 0x21–0x7E.
    package init(_ opening: Opening, secret: UnsafeRawBufferPointer) throws(InvalidHeader) {
        guard !secret.isEmpty, secret.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .secret }
        name = opening.name
        line = SecretBuffer(secret, after: opening.bytes)
    }

    /// The name alone.
    package var description: String { "\(name): (hidden)" }

    /// The whole line, valid while this header lives.
    var pointer: UnsafeMutablePointer<CChar>? { line.pointer }
}
