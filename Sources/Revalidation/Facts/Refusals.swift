package import Foundation
package import Vocabulary

/// The refusals that confirmed a suspicion.
package struct Refusals: Sendable, Equatable, Codable {
    /// How many count, each a gap after the one before. Where ``countedFrom`` is later than ``since``, the breaker's
    /// closing counts as the first.
    package let count: Int
    /// When the first refusal came.
    package let since: Date
    /// When the breaker closed that was open meanwhile; the same as ``since`` where none was.
    package let countedFrom: Date

    /// The refusals of this suspicion.
    package init(_ suspicion: Suspicion) {
        count = suspicion.deadCount
        since = suspicion.since
        countedFrom = suspicion.countedFrom
    }
}
