extension Provider {
    /// The same provider, asked so that a living key's answer also tells whether credit is left; nil where nobody knows
    /// how. Itself where the ordinary probe sees credit, which costs nothing more.
    ///
    /// What is dead is said by the same rules as ever: a deep probe refuses no key that the ordinary one would not.
    ///
    /// - Parameter paying: whether the probe may be sent where it has a cost, ``Probe/cost``.
    public func deeplyProbed(paying: Bool) -> Provider? {
        guard let deepProbe, let deepRuleBook else { return probe.seesCredit ? self : nil }
        var deep = self
        deep.probe = deepProbe
        deep.ruleBook = deepRuleBook
        deep.isProbeAllowed = paying || !deepProbe.isPaid
        return deep
    }

    /// Whether the probe can be made for every stored key, also for those without the optional parameters.
    fileprivate var isProbeOfEveryKey: Bool {
        parameters.allSatisfy { $0.isRequired || !probe.path.contains("{\($0.name)}") }
    }
}

extension Catalogue {
    /// The same with deep probes in place of the ordinary ones where they are free, or everywhere if `paying`; providers
    /// without one, and those whose deep probe needs a parameter that a key may lack, stay as they are.
    public func probingDeeply(paying: Bool) -> Catalogue {
        mapped { provider in
            guard let deep = provider.deeplyProbed(paying: paying), deep.isProbeAllowed, deep.isProbeOfEveryKey else {
                return provider
            }
            return deep
        }
    }
}
