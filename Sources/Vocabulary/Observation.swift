public import Foundation

/// The result of one probe.
public struct Observation: Sendable {
    /// What the answer means.
    public var classification: Classification
    /// The HTTP status; nil where no complete answer came.
    public var httpStatus: Int?
    /// The time from sending the request to the last byte of the answer.
    public var latency: Duration
    /// When the answer came, or the probe failed.
    public var at: Date
    /// Why no answer came, or why it is not believed; nil where neither is the case.
    public var note: ProbeNote?

    /// The verdict of the classification.
    public var verdict: Verdict { classification.verdict }
    /// The finding of the classification.
    public var finding: Finding { classification.finding }

    /// An observation made at the time `at`.
    public init(
        _ classification: Classification, httpStatus: Int?, latency: Duration, at: Date, note: ProbeNote? = nil
    ) {
        self.classification = classification
        self.httpStatus = httpStatus
        self.latency = latency
        self.at = at
        self.note = note
    }
}
