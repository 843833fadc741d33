/// Why no URL could be made for a probe.
public enum EndpointError: Error, Equatable, CustomStringConvertible {
    /// A required parameter has no value.
    case missing(parameter: String, provider: String)
    /// A value that may not stand in a host name.
    case unfit(parameter: String, provider: String)
    /// A parameter that the provider does not have.
    case unknown(parameter: String, provider: String)
    /// An override that is not an http or https URL without query, fragment and user.
    case badBaseURL(provider: String)

    /// What is wrong and what to do; never the value itself.
    public var description: String {
        switch self {
        case .missing(let parameter, let provider):
            "\(provider) needs \(parameter); give --param \(parameter)=VALUE"
        case .unfit(let parameter, let provider):
            "\(parameter) of \(provider) goes into a host name: use 1 to 63 of a-z, 0-9 and -"
        case .unknown(let parameter, let provider):
            "\(provider) has no parameter \(parameter); leave it out"
        case .badBaseURL(let provider):
            "providers.\(provider).base_url must be http:// or https:// with a host and at most a path"
        }
    }
}

extension Provider {
    /// The probe's URL. An operator's `baseURL` may hold a path prefix, to which the probe's path is appended.
    ///
    /// Values in the host must match `[a-z0-9-]{1,63}`; in the path they are percent-encoded.
    public func endpoint(
        baseURL override: String? = nil, parameters values: [String: String] = [:]
    ) throws(EndpointError) -> String {
        try check(values)
        let (origin, prefix) = try split(override ?? baseURL)
        let path = prefix + probe.path
        return try fill(origin, values, asHost: true) + fill(path, values, asHost: false)
    }

    /// The probe's URL for people to read, with `{parameter}` where a key's own value goes.
    public func endpointPattern(baseURL override: String? = nil) throws(EndpointError) -> String {
        let (origin, prefix) = try split(override ?? baseURL)
        return origin + prefix + probe.path
    }

    private func check(_ values: [String: String]) throws(EndpointError) {
        for name in values.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
            throw .unknown(parameter: name, provider: id)
        }
        for parameter in parameters where parameter.isRequired && values[parameter.name] == nil {
            throw .missing(parameter: parameter.name, provider: id)
        }
        for parameter in parameters where parameter.part == .host {
            guard let value = values[parameter.name] else { continue }
            guard isHostLabel(value) else { throw .unfit(parameter: parameter.name, provider: id) }
        }
    }

    private func isHostLabel(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Scheme and authority, and the path without its last slash.
    private func split(_ url: String) throws(EndpointError) -> (origin: String, path: String) {
        guard let scheme = ["https://", "http://"].first(where: url.hasPrefix),
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !url.contains(where: { "?#@\\".contains($0) })
        else { throw .badBaseURL(provider: id) }
        let rest = url.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, !host.hasPrefix(":") else { throw .badBaseURL(provider: id) }
        var path = rest.dropFirst(host.count)
        while path.hasSuffix("/") { path = path.dropLast() }
        return (scheme + host, String(path))
    }

    private func fill(_ text: String, _ values: [String: String], asHost: Bool) throws(EndpointError) -> String {
        guard text.contains("{") else { return text }
        var filled = text
        for parameter in parameters where filled.contains("{\(parameter.name)}") {
            guard let value = values[parameter.name] else {
                throw .missing(parameter: parameter.name, provider: id)
            }
            guard !asHost || isHostLabel(value) else { throw .unfit(parameter: parameter.name, provider: id) }
            filled = filled.split(separator: "{\(parameter.name)}", omittingEmptySubsequences: false)
                .joined(separator: asHost ? value : percentEncoded(value))
        }
        return filled
    }

    private func percentEncoded(_ value: String) -> String {
        value.utf8.map { byte in
            let letter = Character(Unicode.Scalar(byte))
            if letter.isASCII, letter.isLetter || letter.isNumber || "-_~".contains(letter) { return String(letter) }
            return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
