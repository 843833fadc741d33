public import Foundation

/// Whether a key may be used, with what belongs to that state and to no other.
public enum KeyState: Sendable, Equatable {
    /// The job probes the key, and `resolve` may choose it, suspected or not.
    case active(Suspicion?)
    /// Not used, until the job finds it alive again or an operator enables it (promise 9).
    case disabled(Disabling)
    /// Taken out of use for good by an operator; never probed again.
    case revoked

    /// The state's name, without what belongs to it.
    public var status: KeyStatus {
        switch self {
        case .active: .active
        case .disabled: .disabled
        case .revoked: .revoked
        }
    }
}

/// Why a key was disabled, and when.
public struct Disabling: Sendable, Equatable {
    /// The actor; the job always has a finding, an operator never.
    public enum Cause: Sendable, Equatable {
        /// The job, because the provider refused the key; the finding of the refusal that confirmed the suspicion.
        case job(Finding)
        /// An operator's command.
        case `operator`
    }

    /// Who disabled the key, and on which finding.
    public let cause: Cause
    /// When the key was disabled.
    public let at: Date

    /// A disabling at a time.
    package init(_ cause: Cause, at date: Date) {
        self.cause = cause
        at = date
    }

    /// The job or an operator.
    public var by: AuditActor {
        switch cause {
        case .job: .job
        case .operator: .operator
        }
    }

    /// The finding for which the job disabled the key; nil where an operator did.
    public var finding: Finding? {
        switch cause {
        case .job(let finding): finding
        case .operator: nil
        }
    }
}
