internal import Foundation

extension KeyVault {
    /// Stores many keys, each only if a probe finds it alive. Up to sixteen are probed at a time, within the rate of
    /// each provider and of each tenant (ruling 13). The results are in the order of `lines`.
    package func importProbing(_ lines: [KeyImportLine]) async -> [Result<StoredKey, any Error>] {
        var results: [Int: Result<StoredKey, any Error>] = [:]
        var pace = ImportPace(vault: self)
        await withTaskGroup(of: (Int, Result<StoredKey, any Error>).self) { group in
            for (index, line) in lines.enumerated() {
                if index >= 16, let (done, result) = await group.next() { results[done] = result }
                await pace.wait(for: line.key)
                group.addTask { (index, await result(of: line)) }
            }
            for await (done, result) in group { results[done] = result }
        }
        return lines.indices.compactMap { results[$0] }
    }

    private func result(of line: KeyImportLine) async -> Result<StoredKey, any Error> {
        do {
            return .success(try await add(line.key, secret: line.secret).key)
        } catch {
            return .failure(error)
        }
    }
}

/// Keeps an import within the rates: one pacer for each provider, and one for each tenant at a provider.
private struct ImportPace {
    let vault: KeyVault
    private var pacers: [String: Pacer] = [:]

    init(vault: KeyVault) { self.vault = vault }

    mutating func wait(for key: NewKey) async {
        guard let provider = vault.catalogue[key.provider] else { return }
        let override = vault.overrides[provider.id]
        await wait(for: provider.id, perSecond: override?.ratePerSecond ?? provider.ratePerSecond)
        await wait(
            for: "\(provider.id) \(key.tenantID)",
            perSecond: override?.tenantRatePerSecond ?? provider.tenantRatePerSecond)
    }

    private mutating func wait(for name: String, perSecond rate: Double) async {
        var pacer = pacers[name] ?? Pacer(perSecond: rate)
        while !pacer.isFree(at: ProcessInfo.processInfo.systemUptime) {
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { break }
        }
        pacer.recordSend(at: ProcessInfo.processInfo.systemUptime)
        pacers[name] = pacer
    }
}
