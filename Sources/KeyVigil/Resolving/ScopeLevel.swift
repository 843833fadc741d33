internal import Vocabulary

/// The keys that a tenant has stored for one scope, of the providers that were asked for.
struct ScopeLevel: Sendable {
    let scope: Scope
    let keys: [CandidateKey]

    /// The key to use and why; nil where none can be used.
    var best: (key: StoredKey, reason: String)? {
        let usable = keys.filter { $0.obstacle == nil }.sorted { $0.rank < $1.rank }
        guard let first = usable.first else { return nil }
        guard usable.count > 1 else { return (first.key, "the \(owner)'s only usable key\(first.caveat)") }
        let advantage = first.rank.advantage(over: usable[1].rank)
        return (first.key, "the best of the \(owner)'s \(usable.count) usable keys, \(advantage)\(first.caveat)")
    }

    /// Why none of them can be used.
    var obstacleSummary: String {
        let obstacles = Set(keys.compactMap(\.obstacle?.words)).sorted()
        guard keys.count > 1 else { return "the \(owner)'s key is \(obstacles.first ?? "")" }
        return "none of the \(owner)'s \(keys.count) keys can be used (\(obstacles.joined(separator: ", ")))"
    }

    /// What makes a key usable again, as the text after "until".
    var remedy: String { Set(keys.compactMap(\.obstacle?.remedy)).sorted().joined(separator: ", or ") }

    private var owner: String { scope == .none ? "tenant" : scope.kind }
}
