public import Foundation

/// The doubt about an active key that its provider refused: the first dead answer, and how many followed. It stands
/// until an alive answer clears it, the job disables the key because of it, or an operator changes the key.
public struct Suspicion: Sendable, Equatable {
    /// When the first dead answer came.
    public let since: Date
    /// The finding of that answer.
    public let finding: Finding
    /// Its HTTP status.
    public let httpStatus: Int?
    /// The provider's machine-readable code, filtered (ruling 25).
    public let code: String?
    /// The provider's request id, filtered (ruling 25).
    public let requestID: String?
    /// How many dead answers count, each a gap after the one before; at least 1.
    public private(set) var deadCount: Int
    /// The time from which the wait for a confirmation is measured: `since`, or the later time at which an open
    /// breaker closed (ruling 1). Nothing else moves it, so a time after `since` shows that a breaker was open.
    public private(set) var countedFrom: Date

    /// A suspicion with what is known of its first dead answer.
    ///
    /// - Parameters:
    ///   - deadCount: a number below 1 counts as 1.
    ///   - countedFrom: nil, or a time before `since`, stands for `since`.
    package init(
        since: Date, finding: Finding, httpStatus: Int?, code: String?, requestID: String? = nil,
        deadCount: Int = 1, countedFrom: Date? = nil
    ) {
        self.since = since
        self.finding = finding
        self.httpStatus = httpStatus
        self.code = code
        self.requestID = requestID
        self.deadCount = max(deadCount, 1)
        self.countedFrom = max(countedFrom ?? since, since)
    }

    /// The suspicion that this dead answer begins.
    package init(_ observation: Observation) {
        self.init(
            since: observation.at, finding: observation.finding, httpStatus: observation.httpStatus,
            code: observation.classification.providerCode, requestID: observation.classification.requestID)
    }

    /// Counts one more dead answer.
    package mutating func countRefusal() { deadCount += 1 }

    /// Counts from the time at which a breaker closed, as if the first dead answer had come then. An earlier time
    /// than the present one changes nothing.
    package mutating func restart(countingFrom date: Date) {
        guard date > countedFrom else { return }
        countedFrom = date
        deadCount = 1
    }
}
