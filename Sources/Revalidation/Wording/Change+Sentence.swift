internal import Database

extension Change {
    /// When the key is probed next, why it was held, or which refusals disabled it; nil where there is nothing to say.
    package var sentence: Sentence? {
        switch circumstance {
        case .next(let date): Sentence("asked again \(UTCText.minute(date))")
        case .held(let held): held.sentence
        case .refused(let refusals): refusals.sentence
        case nil: nil
        }
    }
}
