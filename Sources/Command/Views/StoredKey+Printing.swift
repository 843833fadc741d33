internal import Database
internal import Foundation
internal import KeyVigil

extension StoredKey {
    func printJSON() { JSONLine.print(jsonFields) }

    /// The fields of `keys show --json`.
    var jsonFields: KeyValuePairs<String, JSONLine.Value> {
        [
            "id": .text(id), "tenant": .text(tenantID), "provider": .text(provider), "label": .text(label),
            "scope": .text(scope == .none ? nil : scope.description), "prefix": .text(prefix), "hint": .text(hint),
            "status": .text(health.status.rawValue), "disabled_by": .text(health.disabling?.by.rawValue),
            "finding": .text(health.lastFinding?.rawValue), "verdict": .text(health.lastFinding?.verdict.rawValue),
            "suspected_since": .time(health.suspicion?.since), "last_checked_at": .time(health.lastCheckedAt),
            "next_probe_at": .time(health.nextProbeAt), "version": .number(health.version),
            "is_default": .flag(isDefault), "expires_at": .time(expiresAt), "created_at": .time(createdAt),
        ]
    }

    func add(to table: inout TextTable) {
        table.add(
            id, tenantID, provider, label, hint, statusWords, health.lastFinding?.rawValue,
            health.lastCheckedAt.map(UTCText.minute), health.nextProbeAt.map(UTCText.minute))
    }

    func print() {
        var table = TextTable("KEY", id)
        table.add("tenant", tenantID)
        table.add("provider", provider)
        table.add("label", label)
        if scope != .none { table.add("scope", scope.description) }
        table.add("hint", hint)
        table.add("status", statusWords)
        table.add("finding", health.lastFinding?.rawValue)
        table.add("checked", health.lastCheckedAt.map(UTCText.minute))
        table.add("due", health.nextProbeAt.map(UTCText.minute))
        table.add("version", String(health.version))
        table.add("default", isDefault ? "yes" : "no")
        if let expiresAt { table.add("expires", UTCText.minute(expiresAt)) }
        table.add("added", UTCText.minute(createdAt))
        table.print()
    }

    private var statusWords: String {
        switch health.state {
        case .active(nil), .revoked: health.status.rawValue
        case .active: "\(health.status.rawValue), suspected"
        case .disabled(let disabling): "disabled by \(disabling.by.rawValue)"
        }
    }
}
