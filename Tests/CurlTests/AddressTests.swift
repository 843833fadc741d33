import Curl
import Foundation
import TestSupport
import Testing

@testable import Curl

@Suite("Which addresses may be connected to")
struct AddressTests {
    @Test(
        "IPv4: each special range ends where the registry says",
        arguments: [
            // The last before, the first and last inside, the first after.
            ("-", "0.0.0.0", "0.255.255.255", "1.0.0.0"),
            ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
            ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
            ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
            ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
            ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
            ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("223.255.255.255", "224.0.0.0", "255.255.255.255", "-"),
        ])
    func v4(before: String, first: String, last: String, after: String) {
        #expect(IPAddress(text: first)?.isPublic == false)
        #expect(IPAddress(text: last)?.isPublic == false)
        for outside in [before, after] where outside != "-" { #expect(IPAddress(text: outside)?.isPublic == true) }
        // The same behind an IPv4-mapped and a NAT64 address.
        for form in ["::ffff:", "64:ff9b::"] {
            #expect(IPAddress(text: form + first)?.isPublic == false)
            for outside in [before, after] where outside != "-" {
                #expect(IPAddress(text: form + outside)?.isPublic == true)
            }
        }
    }

    @Test(
        "IPv6: outside of global unicast and inside its special ranges nothing is public",
        arguments: [
            "::", "::1", "::7f00:1", "::127.0.0.1", "64:ff9b:1::1", "64:ff9b::1:7f00:1", "100::1",
            "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001::1", "2001:1ff:ffff::1", "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002::1", "2002:7f00:1::1", "2002:ffff::", "3fff::1",
            "3fff:fff:ffff::", "4000::", "5f00::1", "fbff::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ])
    func blockedV6(text: String) {
        #expect(IPAddress(text: text)?.isPublic == false)
    }

    @Test(
        "IPv6: global unicast is public up to the edges of the special ranges",
        arguments: [
            "2000::", "2000:ffff::1", "2001:200::", "2001:db7:ffff::1", "2001:db9::", "2001:ffff::1", "2003::",
            "2606:4700::6810:84e5", "3ffe:ffff::1", "3fff:1000::",
        ])
    func publicV6(text: String) {
        #expect(IPAddress(text: text)?.isPublic == true)
    }

    @Test(
        "No spelling of a private address gets through",
        arguments: [
            "127.0.0.1", "127.1", "0177.1", "0x7f.1", "2130706433", "0x7f000001", "017700000001", "127.000.000.001",
            "localhost", "LOCALHOST", "foo.localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]",
            "[::127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "0", "[::]", "169.254.169.254", "4294967295",
            "[fe80::1%25lo]", "127.0.0.%31",
        ])
    func endToEnd(host: String) async throws {
        let client = try HTTPFixture.client()
        let completion = await client.send(
            try HTTPFixture.get("https://\(host)/", timeout: .seconds(10), addresses: .publicOnly))
        // Where the resolver knows no such name, nothing was connected to either.
        let names = ["foo.localhost", "localhost."]
        #expect(completion.failure == .blockedAddress || (names.contains(host) && completion.failure == .unresolved))
    }

    @Test(
        "A URL that is not plain https is refused before libcurl reads it",
        arguments: [
            "http://example.com/", "file:///etc/passwd", "example.com", "https://", "https:///x",
            "https://a@b.example/",
            "https://127.0.0.1\\@example.com/", "https://①②⑦.⓪.⓪.①/", "https://a b/", "https://a\r\n/", "",
            "ftp://example.com/", "HTTP://example.com/",
        ])
    func unusableURL(url: String) async throws {
        let completion = try await HTTPFixture.client().send(try HTTPFixture.get(url, addresses: .publicOnly))
        #expect(completion.failure == .unusableURL)
    }

    @Test("A kept connection to a private address, opened for an operator's host, is not lent to a tenant's")
    func keptConnection() async throws {
        let directory = try TemporaryDirectory()
        let authority = try CertificateAuthority(in: directory)
        let server = try Nginx.Server(try authority.issue("server"), locations: "return 200 fine;")
        let nginx = try await Nginx([server], in: directory)
        let client = try HTTPFixture.client(caFile: authority.file)
        let url = "https://localhost:\(server.port)/"
        #expect(await client.send(try HTTPFixture.get(url)).text == "fine")
        #expect(await client.send(try HTTPFixture.get(url, addresses: .publicOnly)).failure == .blockedAddress)
        #expect(await client.send(try HTTPFixture.get(url)).text == "fine")
        #expect(await nginx.requests(2).count == 2)
    }

    @Test("Proxies of the environment are never used; a configured one is")
    func proxies() async throws {
        let trap = try await PythonServer(MisbehavingServer.script)
        let server = try await PythonServer(MisbehavingServer.script)
        for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            setenv(name, "http://127.0.0.1:\(trap.port)", 1)
        }
        defer { for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] { unsetenv(name) } }
        let url = "http://127.0.0.1:\(server.port)/echo"
        #expect(try await HTTPFixture.client().send(try HTTPFixture.get(url)).text.hasPrefix("GET /echo"))
        #expect(trap.transcript.isEmpty)

        setenv("no_proxy", "elsewhere.test", 1)
        defer { unsetenv("no_proxy") }
        let proxied = try HTTPFixture.client { $0.proxy = "http://127.0.0.1:\(trap.port)" }
        #expect(await proxied.send(try HTTPFixture.get("http://elsewhere.test/")).response?.status == 200)
        #expect(trap.transcript == ["1 http://elsewhere.test/"])
        // What is on this machine is asked without it: a key that goes there may go in clear.
        for host in ["127.0.0.1", "localhost", "127.0.0.2", "tenant.localhost"] {
            _ = await proxied.send(try HTTPFixture.get("http://\(host):\(server.port)/echo"))
        }
        #expect(trap.transcript.count == 1)
    }
}
