/// Why the simulator cannot do what it was asked. Never holds a key.
package enum ScenarioError: Error, Equatable, CustomStringConvertible {
    /// A scenario file of another form.
    case malformedFile(name: String)
    /// A provider that is not in the catalogue.
    case unknownProvider(String)
    /// A scenario without a vector of its name.
    case unknownScenario(String, provider: String, known: [String])
    /// A provider without the answers that a simulation needs; the catalogue or the vectors are at fault.
    case missingVectors(provider: String)
    /// A key type that the provider has no key shape for.
    case unknownKeyType(provider: String)
    /// A port that is in use or not allowed.
    case unusablePort(UInt16)

    /// One sentence: what is wrong.
    package var description: String {
        switch self {
        case .malformedFile(let name): "\(name): write providers: and keys: with scenarios"
        case .unknownProvider(let id): "there is no provider \(id)"
        case .unknownScenario(let scenario, let provider, let known):
            "\(provider) has no scenario \(scenario); it has \(known.joined(separator: ", "))"
        case .missingVectors(let provider): "\(provider) has no valid and invalid vector; add them"
        case .unknownKeyType(let provider):
            "\(provider) has no key shape of this type; add one to the catalogue"
        case .unusablePort(let port): "port \(port) cannot be used; choose another"
        }
    }
}
