/// The actor that caused an event or disabled a key.
public enum AuditActor: String, Sendable {
    /// The scheduled run.
    case job
    /// A person at the command line.
    case `operator`
}
