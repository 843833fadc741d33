internal import Synchronization

/// Providers by id, each read when somebody first asks for it.
final class ProviderShelf: Sendable {
    let ids: Set<String>
    private let read: @Sendable (String) -> Provider?
    private let known = Mutex<[String: Provider]>([:])

    /// - Parameter read: the provider of an id among `ids`.
    init(_ ids: Set<String>, read: @escaping @Sendable (String) -> Provider?) {
        self.ids = ids
        self.read = read
    }

    subscript(id: String) -> Provider? { ids.contains(id) ? provider(id) : nil }

    private func provider(_ id: String) -> Provider? {
        known.withLock { known in
            if let provider = known[id] { return provider }
            let provider = read(id)
            known[id] = provider
            return provider
        }
    }

    /// The same, each changed when it is read.
    func mapped(_ change: @escaping @Sendable (Provider) -> Provider) -> ProviderShelf {
        ProviderShelf(ids) { [self] in provider($0).map(change) }
    }

    /// The same without `ids`, and with these in their place.
    func replacing(_ ids: Set<String>, by providers: [String: Provider]) -> ProviderShelf {
        ProviderShelf(self.ids.subtracting(ids).union(providers.keys)) { [self] in providers[$0] ?? provider($0) }
    }
}
