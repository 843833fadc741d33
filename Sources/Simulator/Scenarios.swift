import Yams

/// Which scenario plays for which key. The file form, YAML or JSON:
///
/// ```yaml
/// providers:                     # for all keys of a provider; wins over keys
///   groq: down
/// keys:                          # by provider and key; all other keys are `invalid`
///   openai:
///     sk-proj-EXAMPLE: valid
///     sk-proj-ANOTHER: slow:2:account_deactivated
/// ```
public struct Scenarios: Sendable, Decodable {
    /// Scenarios for all keys of a provider, by its id.
    public var providers: [String: Scenario]
    /// Scenarios by provider id and key.
    public var keys: [String: [String: Scenario]]

    /// Makes a table; empty, it refuses every key.
    public init(providers: [String: Scenario] = [:], keys: [String: [String: Scenario]] = [:]) {
        self.providers = providers
        self.keys = keys
    }

    /// Reads the file form. `name` is what errors call the file; they never repeat a key.
    public init(yaml: String, named name: String) throws(ScenarioError) {
        do { self = try YAMLDecoder().decode(Scenarios.self, from: yaml) } catch {
            throw ScenarioError(
                description: "\(name): write providers: and keys: with scenarios as keyvigil simulator --help shows")
        }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case providers, keys
    }

    private struct AnyName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Decodes the file form; unknown names are errors.
    public init(from decoder: any Decoder) throws {
        let names = try decoder.container(keyedBy: AnyName.self).allKeys
        guard names.allSatisfy({ CodingKeys(rawValue: $0.stringValue) != nil }) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "unknown name"))
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        providers = try container.decodeIfPresent([String: Scenario].self, forKey: .providers) ?? [:]
        keys = try container.decodeIfPresent([String: [String: Scenario]].self, forKey: .keys) ?? [:]
    }

    func scenario(provider: String, key: String) -> Scenario {
        providers[provider] ?? keys[provider]?[key] ?? .invalid
    }
}

extension Scenarios: CustomStringConvertible, CustomReflectable {
    /// How many scenarios, without the keys.
    public var description: String {
        "\(providers.count) providers, \(keys.values.reduce(0) { $0 + $1.count }) keys"
    }
    /// Nothing, so that `dump` shows no key.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A scenario that cannot be played.
public struct ScenarioError: Error, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String
}
