package import Foundation
package import Vocabulary

extension Observation {
    /// An answer with this finding; a dead one is a specific refusal.
    package static func sample(_ finding: Finding, at date: Date) -> Observation {
        var classification = Classification(finding: finding)
        if finding.verdict == .dead { classification.strength = .specific }
        let status = finding.verdict == .alive ? 200 : 401
        return Observation(classification, httpStatus: status, latency: .zero, at: date)
    }
}

extension KeyHealth {
    /// Suspects an active key because of a refusal at this time.
    package mutating func suspect(since date: Date) { _ = suspect(by: .sample(.invalid, at: date)) }

    /// Disables an active key as the job does, after a refusal at this time. It is not probed again.
    package mutating func disableByJob(at date: Date) {
        suspect(since: date)
        _ = disable(for: .invalid, at: date, nextProbeAt: nil)
    }
}
