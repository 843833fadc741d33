extension Provider {
    /// The same provider with the deep probe, whose answer also tells whether credit is left. Unchanged where the ordinary
    /// probe sees credit; nil where no such request is known.
    ///
    /// Dead verdicts come from the same rules: a deep probe refuses no key that the ordinary one accepts.
    ///
    /// - Parameter paying: whether the deep probe may be sent where it costs something (``Probe/cost``).
    public func deeplyProbed(paying: Bool) -> Provider? {
        guard let deepProbe, let deepClassifier else { return probe.seesCredit ? self : nil }
        var deep = self
        deep.probe = deepProbe
        deep.classifier = deepClassifier
        deep.isProbeAllowed = paying || !deepProbe.isPaid
        return deep
    }

    /// Whether the probe needs no parameter that a stored key may lack.
    fileprivate var canProbeEveryKey: Bool {
        parameters.allSatisfy { $0.isRequired || !probe.path.contains("{\($0.name)}") }
    }
}

extension Catalogue {
    /// The same catalogue with deep probes in place of the ordinary ones: the free ones, or all if `paying`.
    ///
    /// Unchanged are providers without a deep probe, and those whose deep probe needs a parameter that a key may lack.
    public func probingDeeply(paying: Bool) -> Catalogue {
        mapped { provider in
            guard let deep = provider.deeplyProbed(paying: paying), deep.isProbeAllowed, deep.canProbeEveryKey else {
                return provider
            }
            return deep
        }
    }
}
