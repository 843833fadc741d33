internal import Foundation

/// The plain text of a mail that keyvigil composed. Reads no other program's mails.
struct EmlText {
    private let message: String

    init(_ message: String) { self.message = message.replacingOccurrences(of: "\r\n", with: "\n") }

    /// The lines of the text part, decoded from quoted-printable.
    var lines: [String] {
        decoded(textPart).trimmingCharacters(in: .newlines).components(separatedBy: "\n")
    }

    private var textPart: String {
        let parts = message.components(separatedBy: "Content-Type: text/plain")
        let body = parts.dropFirst().first?.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n\n") ?? ""
        return body.components(separatedBy: "\n--\(boundary)").first ?? body
    }

    private var boundary: String {
        message.components(separatedBy: "boundary=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) } ?? ""
    }

    private func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacingOccurrences(of: "=\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "="),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
