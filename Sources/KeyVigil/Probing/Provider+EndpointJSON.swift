internal import Vocabulary

extension Provider {
    /// Canonical JSON of parameters that make a URL; refuses those that do not.
    func endpointJSON(of params: [String: String], under override: ProviderOverride?) throws -> String {
        do {
            _ = try endpoint(baseURL: override?.baseURL, parameters: params)
        } catch {
            guard case .missing(let parameter, _) = error else { throw InvalidInput(error.description) }
            throw InvalidInput(error.description, remedy: .giveParameter(parameter))
        }
        return try EndpointParameters.json(params)
    }
}
