extension InvalidInput {
    /// A value that each program names in its own way, such as an option or a form field.
    public enum Field: String, Sendable {
        /// The type of a provider's keys.
        case keyType = "the key type"
        /// The reason behind a verdict, see ``Finding``.
        case finding = "the finding"
        /// The operator's reason for a change.
        case reason = "the reason"
    }

    /// What a person can do about it. The program puts it in the terms of its interface, such as a command.
    public enum Remedy: Equatable, Sendable {
        /// Look up the right id, name or run.
        case listKeys, listTenants, listProviders, listRuns, listDisablingRuns, listMasterKeys
        /// Change the tenant, which exists already.
        case changeTenant
        /// Delete the tenant's keys first.
        case deleteKeys
        /// Let the tenant bring keys of its own.
        case allowKeys
        /// Give each mail address to the owners or to the members.
        case separateAddresses
        /// Enable the provider with this id.
        case enableProvider(String)
        /// Allow probes that are a POST or cost something.
        case allowPaidProbes
        /// Give the endpoint parameter with this name.
        case giveParameter(String)
        /// Encrypt every stored key with the ring's first master key.
        case rotateKeys
        /// Add to the ring the master key that it lacks.
        case addMasterKey
    }
}
