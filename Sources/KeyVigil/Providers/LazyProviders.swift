internal import Synchronization

/// Providers by id, each read from the catalogue at its first use and kept from then on.
final class LazyProviders: Sendable {
    let ids: Set<String>
    private let read: @Sendable (String) -> Provider?
    private let cache = Mutex<[String: Provider]>([:])

    /// - Parameter read: makes the provider of one of `ids`; called once for each id, under a lock.
    init(_ ids: Set<String>, read: @escaping @Sendable (String) -> Provider?) {
        self.ids = ids
        self.read = read
    }

    subscript(id: String) -> Provider? { ids.contains(id) ? provider(id) : nil }

    private func provider(_ id: String) -> Provider? {
        cache.withLock { cache in
            if let provider = cache[id] { return provider }
            let provider = read(id)
            cache[id] = provider
            return provider
        }
    }

    /// The same providers, each changed at its first use.
    func mapped(_ change: @escaping @Sendable (Provider) -> Provider) -> LazyProviders {
        LazyProviders(ids) { [self] in provider($0).map(change) }
    }

    /// The same providers without `ids`, with `replacements` added or put in the place of those with the same id.
    func replacing(_ ids: Set<String>, by replacements: [String: Provider]) -> LazyProviders {
        LazyProviders(self.ids.subtracting(ids).union(replacements.keys)) { [self] in
            replacements[$0] ?? provider($0)
        }
    }
}
