/// Whether a key may be used, and who said so.
public enum KeyStatus: String, Sendable, CaseIterable {
    /// Probed and used.
    case active
    /// Not used; the job re-enables only what the job disabled.
    case disabled
    /// Taken out of use for good by an operator; never probed again.
    case revoked
}
