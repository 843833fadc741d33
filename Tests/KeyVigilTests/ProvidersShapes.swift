import Foundation

@testable import KeyVigil

/// The shapes of a body: a provider's refusal, and bodies that only resemble one.
enum Shape: String, CaseIterable, Sendable {
    case rightCode, wrongCode, page, refusalAsPage, empty, truncated, twoLengths, gzip, byteOrderMark, deep
    case duplicateNames, wrongType

    /// One or two answers of this shape, with the vector's status.
    func answers(_ vector: AnswerVector, at provider: Provider) -> [Answer] {
        let proofs = ConfirmationRule.all(in: vector, by: provider)
        let answer = vector.answer
        switch self {
        case .rightCode: return [answer]
        case .wrongCode: return Array(Mutation.codeMisspelt.answers(vector, proofs: proofs).prefix(2))
        case .page: return [answer.with(body: Self.html(vector.body), type: "text/html; charset=utf-8")]
        case .refusalAsPage: return Mutation.asHTML.answers(vector, proofs: proofs)
        case .empty: return [answer.with(body: [])]
        case .truncated:
            return [
                answer.with(body: answer.body.dropLast()), answer.with(body: answer.body.prefix(answer.body.count / 2)),
            ]
        case .twoLengths: return Self.twoLengths(answer)
        case .gzip: return [answer.with(body: Self.gzip(answer.body), headers: ["content-encoding": "gzip"])]
        case .byteOrderMark: return Mutation.byteOrderMark.answers(vector, proofs: proofs)
        case .deep: return Mutation.deeplyNested.answers(vector, proofs: proofs)
        case .duplicateNames: return Array(Mutation.duplicateNames.answers(vector, proofs: proofs).prefix(2))
        case .wrongType:
            return [Mutation.codeAsList, .codeAsNumber].flatMap { $0.answers(vector, proofs: proofs).prefix(1) }
        }
    }

    private static func html(_ refusal: String) -> [UInt8] {
        Array("<!doctype html><html><head><title>401</title></head><body><pre>\(refusal)</pre></body></html>".utf8)
    }

    /// The bodies that a client may read with two lengths: cut at the shorter one, or followed by the next answer.
    private static func twoLengths(_ answer: Answer) -> [Answer] {
        let lengths = ["content-length": "\(answer.body.count - 3), \(answer.body.count)"]
        return [
            answer.with(body: answer.body.dropLast(3), headers: lengths),
            answer.with(body: answer.body + Array("HTTP/1.1 200 OK\r\n\r\n".utf8), headers: lengths),
        ]
    }

    /// The body as gzip (RFC 1952) with one stored block, in which the refusal is readable.
    private static func gzip(_ body: [UInt8]) -> [UInt8] {
        func little(_ value: UInt32, bytes count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
        }
        let size = UInt32(body.count)
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1]
        let lengths = little(size, bytes: 2) + little(~size, bytes: 2)
        let trailer = little(checksum(body), bytes: 4) + little(size, bytes: 4)
        return header + lengths + body + trailer
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}

extension Answer {
    func with(status: Int) -> Answer { Answer(status: status, headers: headers, body: body) }

    func with(body: some Sequence<UInt8>, type: String? = nil, headers more: [String: String] = [:]) -> Answer {
        var headers = headers.merging(more) { $1 }
        if let type { headers["content-type"] = type }
        return Answer(status: status, headers: headers, body: Array(body))
    }
}
