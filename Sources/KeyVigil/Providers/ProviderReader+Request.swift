import Curl
import Yams

/// The request: probe, authentication, base URL and parameters.
extension ProviderReader {
    func probeEntry() throws(CatalogueError) -> CatalogueEntry {
        let keys = ["method", "path", "headers", "body", "cost", "alive", "sees_credit", "longest_answer"]
        return try entry.required("probe", value: entry.mapping("probe", keys: keys))
    }

    func probe() throws(CatalogueError) -> Provider.Probe {
        let probe = try probeEntry()
        return try self.probe(probe, cost: probe.text("cost"), isDeep: false)
    }

    /// - Parameter isDeep: whether the probe exists to see credit. Such a POST counts as paid only where it has a cost; an
    ///   ordinary POST always does.
    func probe(
        _ probe: CatalogueEntry, cost: String?, isDeep: Bool
    ) throws(CatalogueError) -> Provider.Probe {
        let path = try probe.requiredText("path")
        guard path.hasPrefix("/"), !path.contains(where: { "# ".contains($0) }) else {
            throw probe.error("\(probe.place.mapping).path must begin with / and hold no space or #")
        }
        let method = try probe.text("method") ?? "GET"
        let body = try probe.text("body")
        guard method == (body == nil ? "GET" : "POST") else {
            throw probe.error("\(probe.place.mapping).method must be GET, or POST with a body")
        }
        let seesCredit = try probe.bool("sees_credit")
        var headers = body == nil ? [:] : ["content-type": "application/json"]
        for (name, node) in try probe.pairs("headers") { headers[name.lowercased()] = node.string ?? "" }
        return Provider.Probe(
            method: method,
            path: path,
            headers: headers,
            body: body,
            cost: cost,
            seesCredit: isDeep || seesCredit,
            longestAnswer: Int(try probe.number("longest_answer") ?? Double(RequestTemplate.usualBody)),
            isPaid: cost != nil || (body != nil && !isDeep))
    }

    func authentication() throws(CatalogueError) -> Provider.Authentication {
        let auth = try entry.required("auth", value: entry.mapping("auth", keys: ["header", "prefix", "user"]))
        let user = try auth.text("user")
        return Provider.Authentication(
            header: try auth.requiredText("header").lowercased(),
            valuePrefix: try auth.text("prefix") ?? (user == nil ? "" : "Basic "), user: user)
    }

    func baseURL(_ parameters: [Provider.Parameter]) throws(CatalogueError) -> String {
        let url = try entry.requiredText("base_url")
        guard url.hasPrefix("https://") else { throw entry.error("base_url must begin with https://") }
        for parameter in parameters where parameter.part == .host && !url.contains("{\(parameter.name)}") {
            throw entry.error("base_url does not use {\(parameter.name)}; add it or change the parameter's part")
        }
        return url
    }

    func parameters() throws(CatalogueError) -> [Provider.Parameter] {
        var parameters: [Provider.Parameter] = []
        for node in entry.nodes("parameters") {
            let parameter = try entry.mapping(node, named: "parameters", keys: ["name", "required", "part", "values"])
            parameters.append(
                Provider.Parameter(
                    name: try parameter.requiredText("name"),
                    isRequired: try parameter.bool("required"),
                    part: try parameter.requiredChoice("part", of: Provider.Parameter.Part.self),
                    values: try values(parameter)))
        }
        return parameters
    }

    /// A list of values that go into the request as they are, or a mapping from values to what goes into the request.
    private func values(_ parameter: CatalogueEntry) throws(CatalogueError) -> [String: String]? {
        guard let node = parameter["values"] else { return nil }
        let pairs =
            node.mapping?.map { ($0.key.string ?? "", $0.value.string ?? "") }
            ?? parameter.nodes("values").map { ($0.string ?? "", $0.string ?? "") }
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        guard !pairs.isEmpty, pairs.allSatisfy({ !$0.1.isEmpty && Set($0.0 + $0.1).isSubset(of: allowed) }) else {
            throw parameter.error("parameters.values must be made of a-z, 0-9, - and .", at: node)
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
