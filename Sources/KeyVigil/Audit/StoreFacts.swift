/// The facts of ``AuditEvent/runFinished``.
package struct RunFinished: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.runFinished

    /// How the run ended.
    package let outcome: RunRecord.Outcome
    /// Whether it was a dry run, of which this is the only row.
    package let isDryRun: Bool

    /// The facts of a run with this end.
    package init(outcome: RunRecord.Outcome, isDryRun: Bool) {
        self.outcome = outcome
        self.isDryRun = isDryRun
    }
}

/// The facts of ``AuditEvent/tenantChanged`` where the change concerns whether the tenant may bring keys.
package struct TenantChanged: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.tenantChanged

    /// Whether the tenant may bring keys from now on.
    package let byok: Bool

    /// The facts of a change to this value.
    package init(byok: Bool) { self.byok = byok }
}

/// The facts of ``AuditEvent/masterKeyRotated``: one batch of keys.
package struct MasterKeyRotated: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.masterKeyRotated

    /// The id of the master key that encrypted them, 8 hexadecimal digits.
    package let from: String
    /// The id of the master key that encrypts them now.
    package let to: String
    /// How many keys were encrypted anew.
    package let keys: Int
    /// How many keys do not open and were left.
    package let damaged: Int
    /// How many keys were replaced or deleted meanwhile and were left.
    package let changed: Int

    /// The facts of a batch; ids as 8 hexadecimal digits.
    package init(from: String, to: String, keys: Int, damaged: Int, changed: Int) {
        self.from = from
        self.to = to
        self.keys = keys
        self.damaged = damaged
        self.changed = changed
    }
}

/// The facts of ``AuditEvent/masterKeyRetired``.
package struct MasterKeyRetired: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.masterKeyRetired

    /// The master key's id, 8 hexadecimal digits.
    package let masterKey: String

    /// The facts of the retirement of the master key with this id.
    package init(masterKey: String) { self.masterKey = masterKey }
}
