import Foundation
import JudgementSupport
import Vocabulary
@testable import KeyVigil

extension StoredKey {
    /// A key with default values that is in no store.
    static func sample(id: String, tenantID: String = "acme", health: KeyHealth) throws -> StoredKey {
        StoredKey(
            id: id, tenantID: tenantID, scope: .none, provider: "openai", label: "A key", params: "{}",
            prefix: "sk-proj-",
            hint: "sk-proj-…", isDefault: false, expiresAt: nil, createdAt: Judging.start, health: health)
    }
}
