internal import Foundation
internal import Secrets
internal import Vocabulary

/// A cache of each provider's last answers to a living and to a refused key, with what was parsed from them.
///
/// Most providers give the same answer for every key, such as a list of models or one sentence for every refusal, and
/// parsing it is a quarter of the work of a check. Of a refusal, which may repeat the key, only the digest is kept.
struct AnswerCache {
    private final class Known {
        let answer: Answer
        let reading: Classifier.Reading
        /// Retained so that no other classifier gets its object identifier.
        let classifier: Classifier

        init(answer: Answer, reading: Classifier.Reading, classifier: Classifier) {
            self.answer = answer
            self.reading = reading
            self.classifier = classifier
        }
    }

    private var living: [ObjectIdentifier: Known] = [:]
    private var refused: [ObjectIdentifier: Known] = [:]

    /// The longest body that is kept, in bytes: for all providers together a few megabytes.
    static let longestBody = 100_000

    /// The classification of an answer to `key` by these rules, as ``Provider/classify(_:)`` makes it, with codes
    /// that may hold a part of the key replaced (ruling 25).
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
    /// Whether nothing in it can be part of a key: it has at most a code, which was kept unchanged.
    fileprivate func isFreeOfText(kept: Classification, whole: Classification) -> Bool {
        kept == whole && code == kept.providerCode && requestID == nil && retryDelay == nil && expiry == nil
    }
}

extension Answer {
    /// Whether every rule treats both alike: no rule depends on the other headers or the time.
    fileprivate func readsLike(_ other: Answer) -> Bool {
        status == other.status && contentType == other.contentType && body.count == other.body.count
            && body.withUnsafeBytes { body in other.body.withUnsafeBytes { body.isSame(as: $0) } }
    }

    /// The answer with its body replaced by the body's SHA-256; nil where OpenSSL cannot compute it.
    fileprivate func digested() -> Answer? {
        guard let digest = try? SHA256.hash(body) else { return nil }
        return Answer(status: status, contentType: contentType, body: digest, receivedAt: receivedAt)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes; both must have the same length.
    fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard let first = baseAddress, let second = other.baseAddress else { return true }
        return memcmp(first, second, count) == 0
    }
}
