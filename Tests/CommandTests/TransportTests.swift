import Foundation
import TestSupport
import Testing

@Suite("Providers behind TLS and HTTP/2", .serialized)
struct TransportTests {
    /// nginx with a certificate of its own authority in front of the simulator.
    private struct Scene {
        let machine: Machine
        let nginx: Nginx
        let files: TemporaryDirectory
        let settings: String
        let authority: String
    }

    private func scene() async throws -> Scene {
        let machine = try await Machine()
        let files = try TemporaryDirectory()
        let authority = try CertificateAuthority(in: files)
        let certificate = try authority.issue("provider", hosts: ["DNS:localhost"])
        let server = try Nginx.Server(
            certificate,
            locations: "location /behind/ { proxy_pass http://127.0.0.1:\(machine.port)/; proxy_http_version 1.1; }")
        let nginx = try await Nginx([server], in: files)
        let settings = Machine.settings(port: machine.port).replacing(
            "http://127.0.0.1:\(machine.port)/", with: "https://localhost:\(server.port)/behind/")
        return Scene(machine: machine, nginx: nginx, files: files, settings: settings, authority: authority.file)
    }

    @Test("With the authority's file and a path prefix, keys are checked over HTTP/2 as otherwise")
    func trusted() async throws {
        let scene = try await scene()
        try scene.machine.write(settings: scene.settings + "\nprobe: {ca_file: \(scene.authority)}\n")
        _ = try await scene.machine.suspectOneOfTwo()
        let run = try await scene.machine.run("run", "--all", "--json", days: 8.01)
        #expect(run.number("transitions", "disabled") == 1, "\(run)")
        // Two keys added, then two keys on two days, each with one made-up key.
        #expect(await scene.nginx.requests(8).count == 8, "\(scene.nginx.requests)")
        #expect(
            scene.nginx.requests.allSatisfy { $0.contains("HTTP/2.0") && $0.hasSuffix(" /behind/openai/v1/models") })
    }

    @Test(
        "A checked key is erased from memory after TLS too, for every header that carries keys",
        .enabled(if: geteuid() == 0, "only root may look into the memory of a program that forbids it"),
        arguments: ["openai", "anthropic", "azure_openai"])
    func forgotten(provider: String) async throws {
        let scene = try await scene()
        try scene.machine.write(settings: scene.settings + "\nprobe: {ca_file: \(scene.authority)}\n")
        let secret = try await scene.machine.newSecret(provider)
        let params = provider == "azure_openai" ? ["--param", "resource=acme-ai"] : []
        let (isForgotten, checked) = try await Program.checking(secret) {
            try scene.machine.start(
                ["check", "--provider", provider, "-"] + params, stdin: secret,
                environment: ["KEYVIGIL_TEST_STOP": "checked"])
        }
        #expect(isForgotten && checked.status == 0, "\(checked)")
        #expect(!scene.nginx.requests.isEmpty && scene.nginx.requests.allSatisfy { $0.contains("HTTP/1.1") })
    }

    @Test("Without the authority's file every key is unreachable, and none is suspected")
    func untrusted() async throws {
        let scene = try await scene()
        try await scene.machine.addTenant()
        let key = try await scene.machine.addKey()
        try await scene.machine.strike(key)
        try scene.machine.write(settings: scene.settings)
        let run = try await scene.machine.run("run", "--all", "--json", days: 7)
        #expect(run.number("keys", "unknown") == 1, "\(run)")
        #expect(run.number("findings", "unreachable") == 1)
        #expect(run.number("transitions", "suspected") == 0)
        #expect(try await scene.machine.show(key)["suspected_since"] is NSNull)
        #expect(scene.nginx.requests.isEmpty, "no request may leave over a connection that was not verified")
        let refused = try await scene.machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "openai", stdin: key.secret)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("TLS failed or the certificate was not accepted"), "\(refused)")
    }
}
