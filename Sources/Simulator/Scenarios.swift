import Yams

/// Which key gets the answer of which scenario. The file form, YAML or JSON:
///
/// ```yaml
/// providers:                     # for all keys of a provider; wins over keys
///   groq: down
/// keys:                          # by provider and key; all other keys are `invalid`
///   openai:
///     sk-proj-EXAMPLE: valid
///     sk-proj-ANOTHER: slow:2:account_deactivated
/// ```
package struct Scenarios: Sendable, Decodable {
    /// Scenarios for all keys of a provider, by its id.
    package var providers: [String: Scenario]
    /// Scenarios by provider id and key.
    package var keys: [String: [String: Scenario]]

    /// A table; an empty one answers that every key is unknown.
    package init(providers: [String: Scenario] = [:], keys: [String: [String: Scenario]] = [:]) {
        self.providers = providers
        self.keys = keys
    }

    /// Reads the file form.
    ///
    /// - Parameter name: the file's name in errors, which never repeat its content.
    /// - Throws: ``ScenarioError/malformedFile(name:)``.
    package init(yaml: String, named name: String) throws(ScenarioError) {
        do { self = try YAMLDecoder().decode(Scenarios.self, from: yaml) } catch {
            throw .malformedFile(name: name)
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

    /// Decodes the file form. Throws `DecodingError`, for unknown names too.
    package init(from decoder: any Decoder) throws {
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
    /// How many scenarios there are; no key.
    package var description: String {
        "\(providers.count) providers, \(keys.values.reduce(0) { $0 + $1.count }) keys"
    }
    /// Empty, so that `dump` shows no key.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
