internal import Database
package import Foundation
package import Secrets
package import Vocabulary

/// One key of an import, as JSON: tenant, provider, key, and optionally label, scope, params, default, expires.
package struct KeyImportLine: Sendable {
    /// Everything but the secret.
    package let key: NewKey
    /// The secret.
    package let secret: SecretBytes

    /// Reads one line.
    ///
    /// - Throws: `InvalidInput` that says which field is wrong; it holds nothing of the line, because any field may
    ///   be the key.
    package init(_ line: Data) throws(InvalidInput) {
        let fields = try Self.fields(line)
        secret = SecretBytes(copying: fields.key.utf8)
        try secret.requireKeyCharacters()
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

        enum CodingKeys: String, CodingKey, CaseIterable {
            case tenant, provider, key, label, scope, params, `default`, expires
        }

        init(from decoder: any Decoder) throws {
            // Decoded with arbitrary names, because a container keyed by CodingKeys shows no other fields.
            guard try decoder.container(keyedBy: Name.self).allKeys.allSatisfy(\.isKnown) else { throw Self.unknown }
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            tenant = try fields.decode(String.self, forKey: .tenant)
            provider = try fields.decode(String.self, forKey: .provider)
            key = try fields.decode(String.self, forKey: .key)
            label = try fields.decodeIfPresent(String.self, forKey: .label)
            scope = try fields.decodeIfPresent(String.self, forKey: .scope)
            params = try fields.decodeIfPresent([String: String].self, forKey: .params)
            `default` = try fields.decodeIfPresent(Bool.self, forKey: .default)
            expires = try fields.decodeIfPresent(String.self, forKey: .expires)
        }

        static let unknown = InvalidInput(
            "unknown field; fields are \(CodingKeys.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        var isKnown: Bool { Fields.CodingKeys(rawValue: stringValue) != nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func fields(_ line: Data) throws(InvalidInput) -> Fields {
        do {
            return try JSONDecoder().decode(Fields.self, from: line)
        } catch let unknown as InvalidInput {
            throw unknown
        } catch DecodingError.keyNotFound(let name, _) {
            throw InvalidInput("field \(name.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            guard let field = context.codingPath.first else { throw notAnObject }
            throw InvalidInput("field \(field.stringValue) has the wrong type")
        } catch {
            throw notAnObject
        }
    }

    private static let notAnObject = InvalidInput("not a JSON object; write one object per line")
}

extension KeyVault {
    /// Stores many keys without probing them, in one transaction and one audit run. The result of a key that cannot
    /// be stored is the reason; the others are stored nevertheless.
    ///
    /// - Throws: ``WrongKeyRing``, ``RetiredMasterKey`` or `DatabaseError`; then no key was stored.
    package func importUnprobed(_ lines: [KeyImportLine]) async throws -> [Result<StoredKey, InvalidInput>] {
        try await store.command { transaction in
            try MasterKeyTable.keepInUse(ring.primary, in: transaction)
            let byok = try TenantTable.byok(ofTenants: Set(lines.map(\.key.tenantID)), in: transaction.connection)
            let sealer = try Sealer(ring)
            let results = try lines.map { line throws in try sealed(line, byok: byok, by: sealer, now: transaction.now)
            }
            try KeyTable.insert(results.compactMap { try? $0.get() }, now: transaction.now, in: transaction)
            return results.map { $0.map(\.key) }
        }
    }

    private func sealed(
        _ line: KeyImportLine, byok: [String: Bool], by sealer: Sealer, now: Date
    ) throws -> Result<SealedNewKey, InvalidInput> {
        do {
            guard let byok = byok[line.key.tenantID] else { throw TenantTable.noTenant }
            guard byok else { throw Self.byokOff }
            return .success(try seal(line.key, secret: line.secret, observation: nil, by: sealer, now: now))
        } catch let refusal as InvalidInput {
            return .failure(refusal)
        }
    }
}
