public import Foundation
public import Secrets

/// One line of `keys import`: JSON with tenant, provider and key, and optionally label, scope, params, default, expires.
public struct KeyImportLine: Sendable {
    /// The key's place.
    public let key: NewKey
    /// The key itself.
    public let secret: SecretBytes

    /// Reads one line. The message never holds any of it, for any field may be the key.
    public init(_ line: Data) throws(InvalidInput) {
        let fields = try Self.fields(line)
        secret = SecretBytes(copying: fields.key.utf8)
        try KeyVault.refuseForbiddenBytes(secret)
        key = try NewKey(
            tenantID: fields.tenant, provider: fields.provider, label: fields.label,
            scope: Scope(fields.scope ?? ""), params: fields.params ?? [:], isDefault: fields.default ?? false,
            expiresAt: fields.expires.map { text throws(InvalidInput) in try NewKey.expiry(text) })
    }

    private struct Fields: Decodable {
        let tenant: String
        let provider: String
        let key: String
        let label: String?
        let scope: String?
        let params: [String: String]?
        let `default`: Bool?
        let expires: String?
    }

    private static let known: Set = ["tenant", "provider", "key", "label", "scope", "params", "default", "expires"]

    private struct Names: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
        }

        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    private static func fields(_ line: Data) throws(InvalidInput) -> Fields {
        let decoder = JSONDecoder()
        guard let names = try? decoder.decode(Names.self, from: line).names else {
            throw InvalidInput("not a JSON object; write one object per line")
        }
        guard names.allSatisfy(known.contains) else {
            throw InvalidInput(
                "unknown field; fields are tenant, provider, key, label, scope, params, default, expires")
        }
        do {
            return try decoder.decode(Fields.self, from: line)
        } catch DecodingError.keyNotFound(let name, _) {
            throw InvalidInput("field \(name.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw InvalidInput("field \(context.codingPath.first?.stringValue ?? "") has the wrong type")
        } catch {
            throw InvalidInput("not a JSON object; write one object per line")
        }
    }
}

extension KeyVault {
    /// Stores many keys without asking their providers, in one transaction and one audit run; a row that cannot be
    /// stored is answered with its reason and does not stop the others.
    public func importUnprobed(_ lines: [KeyImportLine]) async throws -> [Result<StoredKey, InvalidInput>] {
        try await store.command { connection, chain, now in
            try lines.map { line in
                do {
                    let provider = try provider(line.key.provider)
                    let params = try Self.endpointJSON(line.key.params, provider, overrides[provider.id])
                    return .success(try insert(line.key, line.secret, params, nil, connection, &chain, now))
                } catch let refusal as InvalidInput {
                    return .failure(refusal)
                }
            }
        }
    }
}
