internal import ArgumentParser
internal import Database
internal import KeyVigil

/// `keys export`: everything but the key, as JSON Lines.
struct KeysExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Stored keys as JSON Lines, without the key.",
        discussion: """
            What `keys import` takes except the key itself, and what is known of each: id, status, finding, dates, \
            version, prefix and hint.
            """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var which: KeyFilterOptions

    func run() async throws {
        let filter = which.filter
        let store = try await Session(common).openStore()
        let bar = ProgressBar("Exporting keys")
        defer { bar.end() }
        // Counted only where a bar is shown, as counting takes long on a large store.
        let total = bar.isShown ? try await store.database.read { try KeyTable.count(filter, in: $0) } : 0
        var last = ""
        var done = 0
        while case let page = try await store.database.read({ [last] in try KeyTable.keys(filter, after: last, in: $0) }
        ),
            let end = page.last
        {
            try Terminal.export(page.map { JSONLine.text($0.exported) + "\n" }.joined())
            last = end.id
            done += page.count
            bar.show(done: done, of: total)
        }
    }
}

extension StoredKey {
    fileprivate var exported: KeyValuePairs<String, JSONLine.Value> {
        [
            "tenant": .text(tenantID), "provider": .text(provider), "label": .text(label),
            "scope": .text(scope == .none ? nil : scope.description), "params": .texts(EndpointParameters.read(params)),
            "default": .flag(isDefault), "expires": .time(expiresAt), "id": .text(id),
            "status": .text(health.status.rawValue), "disabled_by": .text(health.disabling?.by.rawValue),
            "finding": .text(health.lastFinding?.rawValue), "suspected_since": .time(health.suspicion?.since),
            "last_checked_at": .time(health.lastCheckedAt), "next_probe_at": .time(health.nextProbeAt),
            "created_at": .time(createdAt), "version": .number(health.version), "prefix": .text(prefix),
            "hint": .text(hint),
        ]
    }
}
