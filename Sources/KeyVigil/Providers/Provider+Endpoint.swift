/// Why no request can be made for a key. Permanent: the key's parameters or the setting must be changed.
public enum EndpointError: Error, Equatable, CustomStringConvertible {
    /// A required parameter has no value.
    case missing(parameter: String, provider: String)
    /// The value is not allowed in a host name.
    case unfit(parameter: String, provider: String)
    /// The value is none of those that the catalogue lists.
    case unlisted(parameter: String, provider: String, known: [String])
    /// The value is not allowed in a header.
    case unfitHeader(parameter: String, provider: String)
    /// The provider has no such parameter.
    case unknown(parameter: String, provider: String)
    /// The operator's base URL is no http or https URL, or has a query, a fragment or a user.
    case badBaseURL(provider: String)

    /// What is wrong and what to do; never the value itself.
    public var description: String {
        switch self {
        case .missing(let parameter, let provider):
            "\(provider) needs \(parameter)"
        case .unfit(let parameter, let provider):
            "\(parameter) of \(provider) goes into a host name: use 1 to 63 of a-z, 0-9 and -"
        case .unlisted(let parameter, let provider, let known):
            "\(parameter) of \(provider) must be one of \(known.joined(separator: ", "))"
        case .unfitHeader(let parameter, let provider):
            "\(parameter) of \(provider) goes into a header: use printable ASCII without spaces"
        case .unknown(let parameter, let provider):
            "\(provider) has no parameter \(parameter); leave it out"
        case .badBaseURL(let provider):
            "providers.\(provider).base_url must be http:// or https:// with a host and at most a path"
        }
    }
}

extension Provider {
    /// The probe's URL.
    ///
    /// Values in the host must match `[a-z0-9-]{1,63}` or be listed; values in the path are percent-encoded.
    ///
    /// - Parameters:
    ///   - override: an operator's base URL; its path is put before the probe's.
    ///   - values: the key's parameters by name.
    /// - Throws: ``EndpointError``, which never holds a value.
    public func endpoint(
        baseURL override: String? = nil, parameters values: [String: String] = [:]
    ) throws(EndpointError) -> String {
        try check(values)
        let base = try split(override ?? baseURL)
        return try fill(base.origin, with: values, in: .host) + fill(base.path + probe.path, with: values, in: .path)
    }

    /// The headers other than the authentication, sorted by name.
    func headers(_ values: [String: String]) throws(EndpointError) -> [(name: String, value: String)] {
        var headers: [(String, String)] = []
        for (name, text) in probe.headers.sorted(by: { $0.key < $1.key }) {
            headers.append((name, try fill(text, with: values, in: .header)))
        }
        return headers
    }

    /// The host that a listed value selects, such as a region's; empty where all keys have one host or each tenant has its
    /// own. Answers of one such host prove nothing about keys of another.
    public func listedHost(baseURL override: String? = nil, parameters values: [String: String]) -> String {
        let base = override ?? baseURL
        let inHost = parameters.filter { $0.part == .host && base.contains("{\($0.name)}") }
        guard !inHost.isEmpty, inHost.allSatisfy({ $0.values != nil }), let origin = try? split(base).origin,
            let filled = try? fill(origin, with: values, in: .host)
        else { return "" }
        return String(filled.drop { $0 != "/" }.dropFirst(2))
    }

    /// The probe's URL with `{parameter}` in place of each key's value.
    ///
    /// - Throws: ``EndpointError/badBaseURL(provider:)``.
    public func endpointPattern(baseURL override: String? = nil) throws(EndpointError) -> String {
        let base = try split(override ?? baseURL)
        return base.origin + base.path + probe.path
    }

    private func check(_ values: [String: String]) throws(EndpointError) {
        for name in values.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
            throw .unknown(parameter: name, provider: id)
        }
        for parameter in parameters where parameter.isRequired && values[parameter.name] == nil {
            throw .missing(parameter: parameter.name, provider: id)
        }
        for parameter in parameters {
            guard let value = values[parameter.name] else { continue }
            _ = try replacement(value, for: parameter, in: parameter.part)
        }
    }

    /// What goes into the request for a parameter's value.
    private func replacement(
        _ value: String, for parameter: Parameter, in part: Parameter.Part
    ) throws(EndpointError) -> String {
        if let listed = parameter.values {
            guard let replacement = listed[value] else {
                throw .unlisted(parameter: parameter.name, provider: id, known: listed.keys.sorted())
            }
            return replacement
        }
        switch part {
        case .host:
            guard isHostLabel(value) else { throw .unfit(parameter: parameter.name, provider: id) }
            return value
        case .header:
            guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .unfitHeader(parameter: parameter.name, provider: id)
            }
            return value
        case .path: return percentEncoded(value)
        case .none: return value
        }
    }

    private func isHostLabel(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Scheme and authority, and the path without slashes at its end.
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

    private func fill(
        _ text: String, with values: [String: String], in part: Parameter.Part
    ) throws(EndpointError) -> String {
        guard text.contains("{") else { return text }
        var filled = text
        for parameter in parameters where filled.contains("{\(parameter.name)}") {
            guard let value = values[parameter.name] else {
                throw .missing(parameter: parameter.name, provider: id)
            }
            filled = filled.split(separator: "{\(parameter.name)}", omittingEmptySubsequences: false)
                .joined(separator: try replacement(value, for: parameter, in: part))
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
