internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Revalidation

/// Turns the settings' texts into checked values. A ``SettingsError`` names the place, the setting and what to write
/// instead, and never repeats the value.
struct SettingsReader {
    let source: SettingsSource

    init(_ source: SettingsSource) { self.source = source }

    func values(_ name: String) -> [String]? { source[name]?.values }

    func text(_ name: String) throws -> String? {
        guard let entry = source[name] else { return nil }
        guard entry.values.count == 1 else { throw refusal(of: name, "must be one value, not a list") }
        guard !entry.values[0].isEmpty else { throw refusal(of: name, "is empty; give it a value or remove it") }
        return entry.values[0]
    }

    /// A secret: the text itself, or the content of the file that the setting `NAME_file` names. What the environment
    /// sets wins over the settings file.
    func secretText(_ name: String) throws -> String? {
        guard let file = try text("\(name)_file") else { return try text(name) }
        if let plain = source[name] {
            let isFileFromEnvironment = source["\(name)_file"]?.isFromEnvironment == true
            guard plain.isFromEnvironment != isFileFromEnvironment else {
                throw refusal(of: name, "is set twice, as text and as file")
            }
            if plain.isFromEnvironment { return try text(name) }
        }
        let secret = try SecretFile.read(
            file, of: "\(name)_file", credentials: source.environment["CREDENTIALS_DIRECTORY"])
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    func file(_ name: String) throws -> String? {
        guard let path = try text(name) else { return nil }
        guard FileManager.default.contents(atPath: path) != nil else {
            throw refusal(of: name, "names a file that cannot be read")
        }
        return path
    }

    /// The path of a PEM file. Without certificates in it, no server's certificate would be accepted.
    func certificates(_ name: String) throws -> String? {
        guard let path = try file(name) else { return nil }
        let content = FileManager.default.contents(atPath: path) ?? Data()
        guard String(decoding: content, as: UTF8.self).contains("-----BEGIN") else {
            throw refusal(of: name, "names a file without certificates; give one in PEM form")
        }
        return path
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else { throw refusal(of: name, Self.whole(range)) }
        return number
    }

    func decimal(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = try text(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw refusal(of: name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The settings `breaker.*`.
    func breaker() throws -> Breaker.Settings {
        var settings = Breaker.Settings()
        settings.minimum = try integer("breaker.minimum", in: 1...1000) ?? settings.minimum
        settings.sigma = try decimal("breaker.sigma", in: 1...10) ?? settings.sigma
        settings.capShare = try decimal("breaker.cap_share", in: 0.001...1) ?? settings.capShare
        settings.capMinimum = try integer("breaker.cap_minimum", in: 1...1000) ?? settings.capMinimum
        return settings
    }

    func integers(_ name: String, in range: ClosedRange<Int>) throws -> [Int]? {
        guard let values = source[name]?.values.flatMap(SettingsSource.list) else { return nil }
        let numbers = values.compactMap(Int.init)
        guard numbers.count == values.count, numbers.allSatisfy(range.contains) else {
            throw refusal(of: name, "must be a list of whole numbers from \(range.lowerBound) to \(range.upperBound)")
        }
        return numbers
    }

    private static func whole(_ range: ClosedRange<Int>) -> String {
        "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    func flag(_ name: String) throws -> Bool? {
        guard let text = try text(name) else { return nil }
        guard ["true", "false"].contains(text) else { throw refusal(of: name, "must be true or false") }
        return text == "true"
    }

    /// Seconds, from `90s`, `50m`, `24h` or `7d`.
    func duration(_ name: String, in range: ClosedRange<TimeInterval>) throws -> TimeInterval? {
        guard let text = try text(name) else { return nil }
        guard let seconds = DurationText.seconds(text), range.contains(seconds) else {
            let least = DurationText.text(range.lowerBound)
            let most = DurationText.text(range.upperBound)
            throw refusal(of: name, "must be a duration such as 20s, 50m, 24h or 7d, from \(least) to \(most)")
        }
        return seconds
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ name: String) throws -> Value?
    where Value.RawValue == String {
        try choice(name, among: Value.allCases.map(\.rawValue)).flatMap(Value.init)
    }

    func choice(_ name: String, among words: [String]) throws -> String? {
        guard let text = try text(name) else { return nil }
        guard words.contains(text) else { throw refusal(of: name, "must be \(words.joined(separator: " or "))") }
        return text
    }

    func webAddress(_ name: String) throws -> String? {
        try text(name).map { try webAddress($0, of: name) }
    }

    /// A web address that is a secret or stands in a file.
    func secretWebAddress(_ name: String) throws -> String? {
        try secretText(name).map { try webAddress($0, of: name) }
    }

    private func webAddress(_ text: String, of name: String) throws -> String {
        try address(text, of: name, schemes: ["https", "http"], form: "a web address beginning with https://")
    }

    func proxy(_ name: String) throws -> String? {
        try text(name).map {
            try address(
                $0, of: name, schemes: ["http", "https", "socks5", "socks5h"],
                form: "a proxy such as http://proxy.example:3128")
        }
    }

    /// Requires the form SCHEME://HOST…, in printable ASCII.
    private func address(_ text: String, of name: String, schemes: [String], form: String) throws -> String {
        let scheme = schemes.first { text.hasPrefix("\($0)://") }
        let rest = scheme.map { text.dropFirst($0.count + 3) } ?? ""
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard let first = rest.first, !"/?#".contains(first), isPrintable else {
            throw refusal(of: name, "must be \(form)")
        }
        return text
    }

    func checked<Value>(_ name: String, by make: (String) throws -> Value) throws -> Value? {
        try text(name).map { try checked($0, of: name, by: make) }
    }

    /// `text` as `make` reads it. What `make` throws becomes the reason of the refusal and must not repeat the value.
    func checked<Value>(_ text: String, of name: String, by make: (String) throws -> Value) throws -> Value {
        do {
            return try make(text)
        } catch {
            throw refusal(of: name, "cannot be used: \(error)")
        }
    }

    func refusal(of name: String, _ reason: String) -> SettingsError {
        guard let origin = source[name]?.origin else { return SettingsError("\(name) \(reason)") }
        let isVariable = origin == SettingNames.environment[name]
        return SettingsError(isVariable ? "\(origin) \(reason)" : "\(origin): \(name) \(reason)")
    }
}

/// Durations as people write them.
enum DurationText {
    private static let units: [(Character, TimeInterval)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    static func seconds(_ text: String) -> TimeInterval? {
        guard let unit = units.first(where: { $0.0 == text.last }), let number = Int(text.dropLast()), number >= 0,
            text.dropLast().allSatisfy(\.isNumber)
        else { return nil }
        return Double(number) * unit.1
    }

    static func text(_ seconds: TimeInterval) -> String {
        let unit = units.first { seconds >= $0.1 && seconds.truncatingRemainder(dividingBy: $0.1) == 0 } ?? ("s", 1)
        return "\(Int(seconds / unit.1))\(unit.0)"
    }
}
