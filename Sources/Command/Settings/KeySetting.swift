internal import KeyVigil
internal import Secrets

/// A key in the settings, or the file that holds it. The file is checked when the settings are read, and read again when
/// the key is used, so that it stays in memory no longer than that.
enum KeySetting {
    case text(SecretBytes)
    case file(String, name: String, credentials: String?)

    func read() throws -> SecretBytes {
        switch self {
        case .text(let secret): secret
        case .file(let path, let name, let credentials):
            try SecretFile.read(path, of: name, credentials: credentials)
        }
    }
}

extension SettingsReader {
    /// By provider: the keys that the settings `providers.NAME.…` hold or name a file of.
    func keys(_ name: String) throws -> [String: KeySetting] {
        var found: [String: KeySetting] = [:]
        for provider in source.providers {
            let name = "providers.\(provider).\(name)"
            guard let setting = try key(name) else { continue }
            guard try setting.read().withBytes({ !$0.isEmpty && $0.allSatisfy { (0x21...0x7e).contains($0) } }) else {
                throw refusal(of: name, "must be printable ASCII without spaces")
            }
            found[provider] = setting
        }
        return found
    }

    private func key(_ name: String) throws -> KeySetting? {
        guard let file = try text("\(name)_file") else {
            return try text(name).map { .text(SecretBytes(copying: $0.utf8)) }
        }
        guard source[name] == nil else { throw refusal(of: name, "is set twice, as text and as file") }
        return .file(file, name: "\(name)_file", credentials: source.environment["CREDENTIALS_DIRECTORY"])
    }

    /// The name of an environment variable.
    func variable(_ name: String) throws -> String? {
        guard let text = try text(name) else { return nil }
        let isWord = text.utf8.allSatisfy { UInt8(ascii: "_") == $0 || Character(.init($0)).isLetterOrDigit }
        guard isWord, text.first?.isNumber == false else {
            throw refusal(of: name, "must be the name of a variable, made of A-Z, a-z, 0-9 and _, as in KEYVIGIL_KEY")
        }
        return text
    }
}

extension Character {
    fileprivate var isLetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
