internal import Foundation
internal import KeyVigil

extension StoreFacts {
    /// Violations of invariant 6, by the default cap: 3 keys, or 2 % of the enabled ones. Disabled keys count as
    /// enabled, because they were when the cap was computed.
    func capViolations() -> [Violation] {
        Dictionary(grouping: disablings, by: \.scope).flatMap { scope, disablings in
            let enabled = keys.count { "\($0.provider) \($0.health.keyType)" == scope && $0.health.status != .revoked }
            let cap = max(3, enabled / 50)
            let most =
                disablings.map { last in
                    disablings.count { $0.at <= last.at && $0.at > last.at - 86_400 }
                }.max() ?? 0
            return most > cap ? [Violation(.capped, "\(scope): \(most) keys in 24 hours, at most \(cap)")] : []
        }
    }

    /// Violations of invariant 9; a lease lasts 300 s.
    func leaseViolations(isQuiet: Bool) -> [Violation] {
        leases.compactMap { lease in
            if lease.end > now + 301 {
                return Violation(.returned, "slice \(lease.slice) is leased until \(lease.end), it is \(now)")
            }
            guard isQuiet, lease.end > now, !RunnerIdentity.isGone(lease.runner) else { return nil }
            return Violation(.returned, "slice \(lease.slice) is leased to \(lease.runner), which lives")
        }
    }
}
