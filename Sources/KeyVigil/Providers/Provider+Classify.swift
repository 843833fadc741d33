package import Vocabulary

extension Provider {
    /// What the answer means for the key; `Finding.unrecognised` where no rule matches. A pure function.
    ///
    /// Call `Classification.withholding(_:)` with the key before the result is stored or shown.
    package func classify(_ answer: Answer) -> Classification {
        classifier.classify(answer, reading: classifier.read(answer))
    }
}
