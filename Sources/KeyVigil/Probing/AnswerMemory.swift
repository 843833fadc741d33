internal import Foundation
internal import Secrets
internal import Vocabulary

/// Each provider's last answer to a living key and the last to a refused one, with what the rules made of it.
///
/// Most providers say the same to everybody, such as a list of models or one sentence for every refusal, and to read that
/// again is a quarter of the work that a check costs. Of a refusal, which may repeat the key, only the digest is kept.
struct AnswerMemory {
    private final class Known {
        let answer: Answer
        let reading: Classifier.Reading
        /// Held so that no other takes its place in memory.
        let classifier: Classifier

        init(answer: Answer, reading: Classifier.Reading, classifier: Classifier) {
            self.answer = answer
            self.reading = reading
            self.classifier = classifier
        }
    }

    private var living: [ObjectIdentifier: Known] = [:]
    private var refused: [ObjectIdentifier: Known] = [:]

    /// Bytes of a body at most: with every provider's it is a few megabytes.
    static let longestBody = 100_000

    /// What the provider with these rules means by an answer to `key`: ``Provider/classify(_:)`` with the key's own bytes
    /// withheld.
    mutating func classify(
        _ answer: Answer, by classifier: Classifier, withholding key: UnsafeRawBufferPointer
    ) -> Classification {
        let place = ObjectIdentifier(classifier)
        if let known = living[place], known.answer.readsLike(answer) {
            return classifier.classify(answer, reading: known.reading).withholding(key)
        }
        if let known = refused[place], known.answer.status == answer.status, let digest = answer.digested(),
            known.answer.readsLike(digest)
        {
            return classifier.classify(answer, reading: known.reading).withholding(key)
        }
        let reading = classifier.read(answer)
        let whole = classifier.classify(answer, reading: reading)
        let kept = whole.withholding(key)
        switch kept.verdict {
        case .alive where answer.body.count <= Self.longestBody:
            living[place] = Known(answer: answer, reading: reading, classifier: classifier)
        case .dead where reading.isFreeOfText(kept: kept, whole: whole):
            refused[place] = answer.digested().map { Known(answer: $0, reading: reading, classifier: classifier) }
        default: break
        }
        return kept
    }
}

extension Classifier.Reading {
    /// Whether nothing in it can be part of a key: no more than a code that was kept as it is.
    fileprivate func isFreeOfText(kept: Classification, whole: Classification) -> Bool {
        kept == whole && code == kept.providerCode && requestID == nil && retryDelay == nil && expiry == nil
    }
}

extension Answer {
    /// Whether every rule says the same of both: the other headers and the time are no rule's business.
    fileprivate func readsLike(_ other: Answer) -> Bool {
        status == other.status && contentType == other.contentType && body.count == other.body.count
            && body.withUnsafeBytes { body in other.body.withUnsafeBytes { body.isSame(as: $0) } }
    }

    /// The same with the body's SHA-256 in the body's place; nil where OpenSSL has none.
    fileprivate func digested() -> Answer? {
        guard let digest = try? SHA256.hash(body) else { return nil }
        return Answer(status: status, contentType: contentType, body: digest, receivedAt: receivedAt)
    }
}

extension UnsafeRawBufferPointer {
    /// Bytes of the same number, compared many at a time.
    fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard let first = baseAddress, let second = other.baseAddress else { return true }
        return memcmp(first, second, count) == 0
    }
}
