internal import Foundation

/// Each provider's last answer to a living key, with what the rules made of it.
///
/// Most providers say it to everybody in the same words, such as a list of models, and to read those again is a quarter of
/// the work that a check costs. Answers to refused keys are not kept: they may repeat the key.
struct AnswerMemory {
    private struct Known {
        let answer: Answer
        let reading: RuleBook.Reading
        let book: RuleBook
    }

    private var known: [String: Known] = [:]

    /// Bytes of a body at most: with every provider's it is a few megabytes.
    static let longestBody = 100_000

    /// What `provider` means by an answer; the same as ``Provider/classify(_:)``.
    mutating func classify(_ answer: Answer, of provider: Provider) -> Classification {
        let book = provider.ruleBook
        if let known = known[provider.id], known.book === book, known.answer.readsLike(answer) {
            return provider.classify(answer, reading: known.reading)
        }
        let reading = book.read(answer)
        let classification = provider.classify(answer, reading: reading)
        if classification.verdict == .alive, answer.body.count <= Self.longestBody {
            known[provider.id] = Known(answer: answer, reading: reading, book: book)
        }
        return classification
    }
}

extension Answer {
    /// Whether every rule says the same of both: the other headers and the time are no rule's business.
    fileprivate func readsLike(_ other: Answer) -> Bool {
        status == other.status && contentType == other.contentType && body.count == other.body.count
            && body.withUnsafeBytes { body in other.body.withUnsafeBytes { body.isSame(as: $0) } }
    }
}

extension UnsafeRawBufferPointer {
    /// Bytes of the same number, compared many at a time.
    fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard let first = baseAddress, let second = other.baseAddress else { return true }
        return memcmp(first, second, count) == 0
    }
}
