/// What this program is, as it tells users, providers and the store.
enum BuildInfo {
    static let version = "0.1.0"
}
