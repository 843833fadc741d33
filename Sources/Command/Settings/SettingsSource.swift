internal import Foundation
internal import Yams

/// The settings as texts, each with the place where it is set. The environment wins over the file.
struct SettingsSource {
    struct Entry {
        let values: [String]
        /// `FILE:LINE` or the variable's name: errors begin with it.
        let origin: String
        var isFromEnvironment = false
    }

    private var entries: [String: Entry] = [:]
    private(set) var environment: [String: String]
    /// The name of a secret setting in the file; such a file must not be readable for others.
    private var secretInFile: String?

    /// Reads the file `config`, else the one that `KEYVIGIL_CONFIG` names, else the default where it exists; then the
    /// environment.
    init(config: String?, environment: [String: String]) throws {
        self.environment = environment
        if let path = config ?? environment["KEYVIGIL_CONFIG"].flatMap({ $0.isEmpty ? nil : $0 }) {
            try readFile(path)
        } else if FileManager.default.fileExists(atPath: Self.defaultFile) {
            try readFile(Self.defaultFile)
        }
        for (name, variable) in SettingNames.environment {
            guard let value = environment[variable], !value.isEmpty else { continue }
            entries[name] = Entry(values: [value], origin: variable, isFromEnvironment: true)
        }
    }

    static let defaultFile = "/etc/keyvigil/keyvigil.yaml"

    subscript(name: String) -> Entry? { entries[name] }

    /// Ids of the providers that have settings, sorted.
    var providers: [String] {
        Set(entries.keys.filter { $0.hasPrefix("providers.") }.map { String($0.split(separator: ".")[1]) }).sorted()
    }

    /// The parts between commas, without empty ones.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private mutating func readFile(_ path: String) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError(
                "cannot read the settings file \(path)",
                isPermission: access(path, F_OK) == 0 && access(path, R_OK) != 0)
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw SettingsError("\(path)\(Self.summary(error))")
        }
        if let root { try flatten(root, under: "", of: path) }
        if let secret = secretInFile { try SecretFile.refuseReadable(path, because: "it holds \(secret)") }
    }

    private mutating func flatten(_ node: Node, under prefix: String, of path: String) throws {
        let origin = "\(path):\(node.mark?.line ?? 1)"
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.string else { throw SettingsError("\(origin): setting names are words") }
                try flatten(value, under: prefix.isEmpty ? name : "\(prefix).\(name)", of: path)
            }
        case .sequence(let sequence) where !prefix.isEmpty:
            try set(prefix, to: sequence.map { $0.string ?? "" }, origin: origin)
        case .sequence: throw SettingsError("\(path): settings are NAME: VALUE lines")
        case .scalar(let scalar):
            if prefix.isEmpty, scalar.string.isEmpty { return }
            guard !prefix.isEmpty else { throw SettingsError("\(path): settings are NAME: VALUE lines") }
            try set(prefix, to: node.null == nil ? [scalar.string] : [], origin: origin)
        case .alias: throw SettingsError("\(origin): aliases are not supported in settings")
        }
    }

    /// - Parameter values: none where the file has the name without a value.
    private mutating func set(_ name: String, to values: [String], origin: String) throws {
        // All lines of this block are comments.
        if values.isEmpty, SettingNames.isBlock(name) { return }
        if let objection = SettingNames.objection(to: name) { throw SettingsError("\(origin): \(objection)") }
        guard !values.isEmpty else { return }
        let isKey = SettingNames.keysOfProvider.contains { name.hasSuffix($0) }
        if isKey || SettingNames.secrets.contains(name) { secretInFile = name }
        if name == "database.url", values.contains(where: Self.mayHoldPassword) { secretInFile = name }
        entries[name] = Entry(values: values, origin: origin)
    }

    private static func mayHoldPassword(_ url: String) -> Bool {
        url.contains("@") || url.lowercased().contains("password")
    }

    private static func summary(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ":\(mark.line): this is no valid YAML: \(problem)" + hint(problem)
        case .duplicatedKeysInMapping(let names, _):
            ": a name stands twice in one block: \(names.joined(separator: ", "))"
        default: ": this is no valid YAML"
        }
    }

    /// The usual cause of a problem that libyaml reports.
    private static func hint(_ problem: String) -> String {
        if problem.contains("cannot start any token") { return "; indent with spaces, not tabs, and quote texts" }
        return problem.contains("not allowed in this context") ? "; quote texts that hold a colon" : ""
    }
}
