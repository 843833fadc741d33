package import Mail

/// Sample inputs for the parser of mail addresses.
package enum AddressSamples {
    /// Texts that are accepted, each with the address that results.
    package static let accepted: [String: String] = [
        "a@b": "a@b", "root@localhost": "root@localhost", "a@b.example": "a@b.example", "A@B.Example": "A@B.Example",
        "first.last+tag@sub.domain.example": "first.last+tag@sub.domain.example",
        "o'neil_1%x@ex-ample.io": "o'neil_1%x@ex-ample.io",
        "!#$%&'*+-/=?^_`{|}~@b.example": "!#$%&'*+-/=?^_`{|}~@b.example",
        "a%0d%0a@b.example": "a%0d%0a@b.example", "a@1.2.3.4": "a@1.2.3.4", "a@b--c.example": "a@b--c.example",
        "x@xn--bcher-kva.example": "x@xn--bcher-kva.example", "x@bücher.example": "x@xn--bcher-kva.example",
        "x@BÜCHER.example": "x@xn--bcher-kva.example", "x@straße.example": "x@xn--strae-oqa.example",
        "x@例え.テスト": "x@xn--r8jz45g.xn--zckzah", "x@ｅｘ．example": "x@ex.example", "a@ä": "a@xn--4ca",
        longestLocalPart: longestLocalPart, longestLabel: longestLabel, longest: longest,
    ]

    private static let longestLocalPart = String(repeating: "a", count: 64) + "@b.example"
    private static let longestLabel = "a@" + String(repeating: "b", count: 63) + ".example"
    private static let longest = "aaa@" + String(repeating: "b.", count: 121) + "examples"

    /// Texts that are refused, each with the reason.
    package static let refused: [String: InvalidMailAddress] = [
        "": .separator, "a": .separator, "a@b@c": .separator, "no address": .separator,
        "a@b.example,c@d.example": .separator, "a@b\r\nRCPT TO:<x@y>": .separator, "\"a@b\"@c.example": .separator,
        "@": .localPart, "@b": .localPart, ".a@b.example": .localPart, "a.@b.example": .localPart,
        "a..b@c.example": .localPart, "a b@c.example": .localPart, " a@b.example": .localPart, "a\t@b": .localPart,
        "a\n@b": .localPart, "a\r@b": .localPart, "a\0@b": .localPart, "<a@b.example>": .localPart,
        "a>@b.example": .localPart, "a,b@c": .localPart, "a;b@c": .localPart, "a:b@c.example": .localPart,
        "a(b)@c.example": .localPart, "a\\b@c": .localPart, "\"a b\"@c.example": .localPart, "\"a\"@b": .localPart,
        String(repeating: "a", count: 65) + "@b.example": .localPart, "a\u{7F}@b": .localPart,
        "ä@b.example": .internationalLocalPart, "\u{202E}a@b": .internationalLocalPart,
        "a\u{2028}@b.example": .internationalLocalPart,
        "a@": .domain, "a@b ": .domain, "a@b c": .domain, "a@b>": .domain, "a@b\n": .domain, "a@b\0": .domain,
        "a@b.": .domain, "a@.b": .domain, "a@b..example": .domain, "a@-b.example": .domain, "a@b-.example": .domain,
        "it@-bad.example": .domain, "a@b_c.example": .domain, "a@[127.0.0.1]": .domain, "a@b:25": .domain,
        "a@b/ü": .domain, "a@ü_x.example": .domain, "a@ü%2e.example": .domain, "a@b.example;c": .domain,
        "a@" + String(repeating: "b", count: 64) + ".example": .domain, "a@b\u{7F}": .domain,
        "a@b\u{2028}": .internationalDomain, "a@b\u{202E}.example": .internationalDomain,
        "a@-ü.example": .internationalDomain, "a@ü..example": .internationalDomain,
        "a@xn--ü.example": .internationalDomain, "a@⑴.example": .internationalDomain, "a@b／ü": .internationalDomain,
        "a@" + String(repeating: "ü", count: 70) + ".example": .internationalDomain,
        "aaaa@" + String(repeating: "b.", count: 121) + "examples": .length,
    ]
}
