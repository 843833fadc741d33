/// Who did it.
public enum AuditActor: String, Sendable {
    /// The scheduled run.
    case job
    /// A person at the command line.
    case `operator`
}
