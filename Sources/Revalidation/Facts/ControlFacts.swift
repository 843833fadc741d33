package import Judgement
package import KeyVigil

/// The facts of ``AuditEvent/controlNegative``.
package struct NegativeControlAsked: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.controlNegative

    /// How the made-up key was answered.
    package let outcome: ControlOutcome
    /// The host that was asked, where the catalogue lists several; nil elsewhere. A tenant's host is not named.
    package let host: String?
    /// Whether a tenant's own host was asked.
    package let isOnTenantsHost: Bool
}

/// The facts of ``AuditEvent/controlCanary``.
package struct CanaryAsked: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.controlCanary

    /// How the operator's canary was answered.
    package let outcome: ControlOutcome
    /// The canary's key type.
    package let keyType: String
    /// The canary's host, where the catalogue lists several; nil elsewhere.
    package let host: String?
}
