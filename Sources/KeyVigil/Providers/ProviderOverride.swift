/// What an operator sets about one provider (`providers.NAME.…`).
public struct ProviderOverride: Sendable, Equatable {
    /// Where to send probes instead, with a path prefix if need be; trusted, for an operator wrote it.
    public var baseURL: String?
    /// Probes a second over all tenants.
    public var ratePerSecond: Double?
    /// Probes a second for one tenant.
    public var tenantRatePerSecond: Double?
    /// False: its keys are left alone.
    public var enabled = true
    /// Whether `baseURL` may be plain http on loopback.
    public var allowInsecureLoopback = false

    /// No override.
    public init() {}
}
