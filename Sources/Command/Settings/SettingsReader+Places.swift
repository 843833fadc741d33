internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Secrets

extension SettingsReader {
    /// What `database.url` says, or the file that `database.url_file` names; else `keyvigil.db` in the state directory.
    func store() throws -> StorePlace {
        let name = "database.url"
        guard let url = try secretText(name) else { return .file(stateDirectory + "/keyvigil.db") }
        if url.hasPrefix("postgres:") || url.hasPrefix("postgresql:") {
            return .server(try server(at: url, of: name))
        }
        guard url.hasPrefix("sqlite:///"), url.count > 10, !url.contains("?") else {
            throw refusal(
                of: name,
                "must be sqlite:///PATH, as in sqlite:///var/lib/keyvigil/keyvigil.db, or postgresql://HOST/NAME"
            )
        }
        let path = String(url.dropFirst("sqlite://".count))
        return .file(path.hasPrefix("//") ? String(path.dropFirst()) : path)
    }

    private func server(at url: String, of name: String) throws -> PostgresURL {
        do { return try PostgresURL(url) } catch {
            throw refusal(
                of: name,
                "is no connection string that libpq takes: postgresql://USER@HOST:PORT/NAME?OPTION=VALUE, with "
                    + "characters such as @ : / # in user and password percent-encoded")
        }
    }

    private var stateDirectory: String {
        let environment = source.environment
        if let directory = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(directory) }
        if let directory = environment["XDG_STATE_HOME"], directory.hasPrefix("/") { return directory + "/keyvigil" }
        return (environment["HOME"] ?? "/") + "/.local/state/keyvigil"
    }

    func overrides() throws -> [String: ProviderOverride] {
        var found: [String: ProviderOverride] = [:]
        for provider in source.providers {
            var override = ProviderOverride()
            override.allowInsecureLoopback = try flag("providers.\(provider).allow_insecure_loopback") ?? false
            override.baseURL = try baseURL(of: provider, override)
            override.ratePerSecond = try rate("providers.\(provider).rate_per_second")
            override.tenantRatePerSecond = try rate("providers.\(provider).tenant_rate_per_second")
            override.enabled = try flag("providers.\(provider).enabled") ?? true
            found[provider] = override
        }
        return found
    }

    private func baseURL(of provider: String, _ override: ProviderOverride) throws -> String? {
        let name = "providers.\(provider).base_url"
        guard let url = try webAddress(name) else { return nil }
        if url.hasPrefix("https://") { return url }
        let host = url.dropFirst("http://".count).prefix { $0 != "/" }
        let isLoopback = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix("\($0):") }
        guard isLoopback, override.allowInsecureLoopback else {
            throw refusal(
                of: name, "must begin with https:// (http:// only on loopback, with allow_insecure_loopback: true)")
        }
        return url
    }

    private func rate(_ name: String) throws -> Double? {
        guard let text = try text(name) else { return nil }
        guard let rate = Double(text), rate > 0, rate <= 1_000_000 else {
            throw refusal(of: name, "must be a number above 0, in probes a second")
        }
        return rate
    }

    func canaries() throws -> [String: Canary] {
        var found: [String: Canary] = [:]
        for provider in source.providers {
            let name = "providers.\(provider).canary_key"
            guard let key = try secretText(name) else { continue }
            guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw refusal(of: name, "must be printable ASCII without spaces")
            }
            let params = try parameters("providers.\(provider).canary_params")
            found[provider] = Canary(SecretBytes(copying: key.utf8), params: params)
        }
        return found
    }

    private func parameters(_ name: String) throws -> [String: String] {
        do {
            return try EndpointParameters.parse(values(name) ?? [])
        } catch {
            throw refusal(of: name, "cannot be used: \(error)")
        }
    }
}
