extension InvalidInput {
    /// A value for which programs have a name of their own, such as an option's or a form field's.
    public enum Field: String, Sendable {
        /// The type of a provider's keys.
        case keyType = "the key type"
        /// What a provider says of a key.
        case finding = "the finding"
        /// Why an operator does something.
        case reason = "the reason"
    }

    /// What a person can do, for a program to say in the words of its interface.
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
        /// Switch the provider with this id on.
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
