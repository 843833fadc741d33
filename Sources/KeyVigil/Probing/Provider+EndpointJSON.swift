internal import Vocabulary

extension Provider {
    /// Canonical JSON of endpoint parameters.
    ///
    /// - Throws: `InvalidInput` for parameters that make no URL.
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
