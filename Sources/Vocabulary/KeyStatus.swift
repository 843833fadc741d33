/// Whether a key may be used.
public enum KeyStatus: String, Sendable, CaseIterable {
    /// The job probes the key, and `resolve` may choose it.
    case active
    /// Not used; the job enables only keys that the job disabled (promise 9).
    case disabled
    /// Taken out of use for good by an operator; never probed again.
    case revoked
}
