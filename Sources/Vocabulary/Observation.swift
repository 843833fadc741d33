public import Foundation

/// The result of one probe.
public struct Observation: Sendable {
    /// What the answer means.
    public var classification: Classification
    /// The HTTP status; nil where no whole answer came.
    public var httpStatus: Int?
    /// From sending to the last byte.
    public var latency: Duration
    /// When the answer came.
    public var at: Date
    /// Our own words about a transfer that failed, such as "timed out".
    public var transport: String?

    /// Verdict of the classification.
    public var verdict: Verdict { classification.verdict }
    /// Finding of the classification.
    public var finding: Finding { classification.finding }

    /// An observation.
    public init(
        _ classification: Classification, httpStatus: Int?, latency: Duration, at: Date, transport: String? = nil
    ) {
        self.classification = classification
        self.httpStatus = httpStatus
        self.latency = latency
        self.at = at
        self.transport = transport
    }
}
