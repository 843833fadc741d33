internal import Foundation
internal import KeyVigil

extension StoreFacts {
    /// Invariant 6, with the cap that the settings have where they say nothing: 3 keys, or 2 % of the enabled ones.
    /// Those that were disabled since were enabled then.
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

    /// Invariant 9.
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
