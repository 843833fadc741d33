internal import ArgumentParser
internal import Database
internal import KeyVigil
internal import Secrets

/// `encryption rotate`: seals every stored key anew with the ring's first master key, while runs go on.
struct EncryptionRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Encrypt every stored key with the first master key of the ring.",
        discussion: """
            Works while runs do, whose rings must have the old and the new key. It may be stopped and started again at \
            any time. Exit status 3: some keys could not be moved; 75: stopped, start it again.
            """)
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let signals = TerminationSignals()
        do {
            let rotation = try await rotate(stop: signals.stop)
            common.json ? printJSON(rotation) : print(rotation)
            if let complaint = rotation.complaint { Terminal.error("keyvigil: \(complaint)") }
            if rotation.isStopped { throw ExitCode(.partial) }
            if rotation.needsAttention { throw ExitCode(.attention) }
        } catch let error as DatabaseError where signals.stop.isRaised && error.isUnavailableOrBusy {
            throw StoppedWithoutStore(error)
        }
    }

    private func rotate(stop: StopSignal) async throws -> KeyRotation {
        let (store, ring) = try await Session(common, stop: stop).openWithRing()
        let bar = ProgressBar("Rotating keys")
        defer { bar.end() }
        return try await store.rotate(to: ring, stop: stop) { bar.show(done: $0, of: $1) }
    }

    private func print(_ rotation: KeyRotation) {
        let meanwhile =
            rotation.changedMeanwhile > 0 ? "; \(rotation.changedMeanwhile) were replaced or deleted meanwhile" : ""
        Terminal.say("encrypted \(rotation.rotated) keys with \(MasterKey.name(rotation.target))\(meanwhile)")
    }

    private func printJSON(_ rotation: KeyRotation) {
        JSONLine.print([
            "target": .text(MasterKey.name(rotation.target)),
            "outcome": .text(rotation.outcome.rawValue), "rotated": .number(rotation.rotated),
            "changed_meanwhile": .number(rotation.changedMeanwhile), "damaged": .number(rotation.damaged),
            "foreign": .number(rotation.foreign), "left": .number(rotation.left.values.reduce(0, +)),
        ])
    }
}

extension KeyRotation {
    /// What an operator should look at, in one line; nil where there is nothing.
    fileprivate var complaint: String? {
        var found: [String] = []
        if isStopped { found.append("stopped; start it again to go on") }
        if damaged > 0 {
            found.append("\(damaged) keys do not open and were left; the next run names them undecryptable")
        }
        if foreign > 0 {
            found.append("\(foreign) keys are under an encryption key that this ring lacks and were left")
        }
        if storedMeanwhile > 0 {
            found.append(
                "\(storedMeanwhile) keys were stored under an older encryption key meanwhile: some ring begins with it "
                    + "still; put the new key first there, then run this again")
        }
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }
}
