/// What must hold after any campaign, whatever was injected.
public enum Invariant: Int, CaseIterable, Sendable {
    /// Each key's state is what its audit rows make of it.
    case stateFromAudit = 1
    /// Each change of state has exactly one audit row, and the notice that belongs to it.
    case oneRowAChange
    /// No result of a lost lease is applied: a run that began before another run stored its result of a key stores
    /// none.
    case oneResultACheck
    /// Every stored answer of a provider belongs to a request to that provider.
    case askedBeforeStored
    /// Every mail tells notices that are owed, each once, and every mail marked as sent was delivered.
    case mailedAsOwed
    /// No more keys are disabled in any 24 hours than the cap allows.
    case capped
    /// The audit log's hash chain verifies.
    case chained
    /// Store, output and mails contain no key beyond its prefix.
    case secret
    /// No slice is leased for longer than a lease lasts, nor to a living process once all runners have ended.
    case returned
}

/// One breach of an invariant.
public struct Violation: Sendable, CustomStringConvertible {
    /// The invariant that does not hold.
    public let invariant: Invariant
    private let text: String

    init(_ invariant: Invariant, _ text: String) { (self.invariant, self.text) = (invariant, text) }

    /// Number, name and facts.
    public var description: String { "(\(invariant.rawValue) \(invariant)) \(text)" }
}
