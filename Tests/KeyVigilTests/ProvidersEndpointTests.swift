import Curl
import Testing

@testable import KeyVigil

struct ProvidersEndpointTests {
    @Test(
        "The probe's path follows the base URL, an operator's path prefix included",
        arguments: [
            ("openai", nil, "https://api.openai.com/v1/models"),
            ("openai", "https://gateway.example/openai", "https://gateway.example/openai/v1/models"),
            ("openai", "https://gateway.example/openai/", "https://gateway.example/openai/v1/models"),
            ("openai", "https://gateway.example", "https://gateway.example/v1/models"),
            ("anthropic", "http://127.0.0.1:8080/anthropic", "http://127.0.0.1:8080/anthropic/v1/models?limit=1"),
            ("google", "http://[::1]:8080//", "http://[::1]:8080/v1beta/models?pageSize=1"),
        ] as [(String, String?, String)])
    func composes(id: String, base: String?, expected: String) throws {
        #expect(try Known.provider(id).endpoint(baseURL: base) == expected)
    }

    @Test("Azure's resource is the host's first label, or stands where an override places it")
    func resource() throws {
        let azure = try Known.provider("azure_openai")
        let values = ["resource": "contoso-eu", "deployment": "gpt"]
        #expect(try azure.endpoint(parameters: values) == "https://contoso-eu.openai.azure.com/openai/v1/models")
        #expect(
            try azure.endpoint(baseURL: "https://gw.example/{resource}", parameters: values)
                == "https://gw.example/contoso-eu/openai/v1/models")
        #expect(
            try azure.endpoint(baseURL: "http://127.0.0.1:1/azure_openai", parameters: values)
                == "http://127.0.0.1:1/azure_openai/openai/v1/models")
    }

    @Test(
        "Private addresses are allowed only if the operator wrote the whole host, or loopback",
        arguments: [
            ("openai", nil, .publicOnly), ("openai", "https://gw.internal/openai", .any),
            ("azure_openai", nil, .publicOnly), ("azure_openai", "https://{resource}.gw.internal", .publicOnly),
            ("azure_openai", "https://gw.internal/{resource}", .any),
            ("azure_openai", "http://{resource}.localhost:8080", .any),
        ] as [(String, String?, AddressPolicy)])
    func addresses(id: String, base: String?, allowed: AddressPolicy) throws {
        var override = ProviderOverride()
        override.baseURL = base
        let prober = Prober(catalogue: try Known.catalogue(), overrides: [id: override])
        let params = id == "openai" ? "{}" : #"{"resource":"contoso"}"#
        let request = try prober.request(tag: 0, provider: try Known.provider(id), params: params, key: nil)
        #expect(request.template.addresses == allowed)
    }

    @Test(
        "A value that is no host label is refused, and the message does not repeat it",
        arguments: [
            "", "a.b", "evil.example/", "a@b", "A", "a_b", "a b", "é", "{resource}", "a\r\nHost: x", "127.0.0.1:80#",
            String(repeating: "a", count: 64),
        ])
    func hostLabel(value: String) throws {
        let azure = try Known.provider("azure_openai")
        let error = #expect(throws: EndpointError.self) { try azure.endpoint(parameters: ["resource": value]) }
        #expect(error?.description == "resource of azure_openai goes into a host name: use 1 to 63 of a-z, 0-9 and -")
    }

    @Test("The messages for a missing and an unknown parameter name it")
    func parameters() throws {
        let azure = try Known.provider("azure_openai")
        let missing = #expect(throws: EndpointError.self) { try azure.endpoint() }
        #expect(missing?.description == "azure_openai needs resource")
        let openai = try Known.provider("openai")
        let unknown = #expect(throws: EndpointError.self) { try openai.endpoint(parameters: ["region": "eu"]) }
        #expect(unknown?.description == "openai has no parameter region; leave it out")
    }

    @Test(
        "A listed value selects the host, which is one of the provider's own",
        arguments: [
            ("moonshot", "platform", "china", "https://api.moonshot.cn/v1/users/me/balance", "api.moonshot.cn"),
            ("zai", "platform", "international", "https://api.z.ai/api/paas/v4/models", "api.z.ai"),
            (
                "speechmatics", "region", "eu1", "https://eu1.asr.api.speechmatics.com/v2/jobs?limit=1",
                "eu1.asr.api.speechmatics.com"
            ),
        ])
    func listed(id: String, name: String, value: String, url: String, host: String) throws {
        let provider = try Known.provider(id)
        #expect(provider.isHostFixed)
        #expect(try provider.endpoint(parameters: [name: value]) == url)
        #expect(provider.listedHost(parameters: [name: value]) == host)
        #expect(provider.listedHost(baseURL: "https://gateway.example/x", parameters: [name: value]) == "")
        #expect(throws: EndpointError.missing(parameter: name, provider: id)) { try provider.endpoint() }
        let known = try #require(provider.parameters.first?.values?.keys.sorted())
        let error = #expect(throws: EndpointError.self) { try provider.endpoint(parameters: [name: "evil.example"]) }
        #expect(error?.description == "\(name) of \(id) must be one of \(known.joined(separator: ", "))")
    }

    @Test("A tenant's own host is not one of the provider's")
    func tenantsOwn() throws {
        #expect(try Known.provider("azure_openai").listedHost(parameters: ["resource": "contoso"]) == "")
        #expect(try Known.provider("openai").listedHost(parameters: [:]) == "")
        let databricks = try Known.provider("databricks-azure")
        let values = ["workspace": "adb-123", "shard": "7"]
        #expect(try databricks.endpoint(parameters: values).hasPrefix("https://adb-123.7.azuredatabricks.net/api"))
        #expect(throws: EndpointError.self) { try databricks.endpoint(parameters: ["workspace": "a.b", "shard": "7"]) }
    }

    @Test("A value in a header is printable ASCII without spaces", arguments: ["", "a b", "a\r\nX: y", "é", "a\u{0}"])
    func headerParameter(value: String) throws {
        let bhashini = try Known.provider("bhashini")
        let headers = try bhashini.headers(["user_id": "0123-abcd"])
        #expect(headers.contains { $0.name == "userid" && $0.value == "0123-abcd" })
        let error = #expect(throws: EndpointError.self) { try bhashini.endpoint(parameters: ["user_id": value]) }
        #expect(error?.description == "user_id of bhashini goes into a header: use printable ASCII without spaces")
    }

    @Test("A value in a path is percent-encoded")
    func pathParameter() throws {
        let yaml =
            ProvidersCatalogueTests.head.replacing("path: /me", with: "path: \"/{account}/me\"")
            + "    parameters: [{name: account, required: true, part: path}]\n"
        let acme = try #require(try Catalogue(overlaying: yaml, named: "f")["acme"])
        #expect(
            try acme.endpoint(parameters: ["account": "../a b?c#%é"])
                == "https://api.acme.example/%2E%2E%2Fa%20b%3Fc%23%25%C3%A9/me")
    }

    @Test(
        "A base URL with a query, a fragment, a user, another scheme or no host is refused",
        arguments: [
            "https://a.example?x", "https://a.example/#f", "https://u:p@a.example", "ftp://a.example", "https://",
            "https:///v1", "a.example", "https://a.example/a b", "https://:80/",
        ])
    func badBase(url: String) throws {
        let openai = try Known.provider("openai")
        let error = #expect(throws: EndpointError.self) { try openai.endpoint(baseURL: url) }
        #expect(
            error?.description
                == "providers.openai.base_url must be http:// or https:// with a host and at most a path")
    }
}
