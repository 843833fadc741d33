import Foundation
import JudgementSupport
import Testing
import Vocabulary

/// Every transition of a key's life from every state.
struct KeyLifeTests {
    /// The states that a transition tells apart.
    enum Stage: CaseIterable {
        case unsuspected, suspected, disabledByJob, disabledByOperator, revoked

        init(_ state: KeyState) {
            switch state {
            case .active(nil): self = .unsuspected
            case .active: self = .suspected
            case .disabled(let disabling): self = disabling.by == .job ? .disabledByJob : .disabledByOperator
            case .revoked: self = .revoked
            }
        }

        /// A key in this stage, with everything that a transition may change.
        var health: KeyHealth {
            Judging.health(in: state) { health in
                _ = health.runOutOfCredit(at: start)
                _ = health.becomeUncheckable(at: start)
                health.record(Judging.observation(.providerError))
                health.lastConclusiveAt = start
                health.aliveAt = start
            }
        }

        private var state: KeyState {
            switch self {
            case .unsuspected: .active(nil)
            case .suspected: .active(Suspicion(refusal))
            case .disabledByJob: .disabled(Disabling(.job(.revoked), at: start))
            case .disabledByOperator: .disabled(Disabling(.operator, at: start))
            case .revoked: .revoked
            }
        }
    }

    private static let start = Judging.start
    private static let later = Judging.start + 3600
    private static let refusal = Judging.observation(.invalid)

    /// A transition that returns false where it is refused.
    struct Transition: Sendable {
        let name: String
        let after: [Stage: Stage]
        let apply: @Sendable (inout KeyHealth) -> Bool
    }

    static let ofTheJob = [
        Transition(name: "suspect", after: [.unsuspected: .suspected]) { $0.suspect(by: refusal) },
        Transition(name: "suspect by an alive answer", after: [:]) { $0.suspect(by: Judging.observation(.valid)) },
        Transition(name: "escalate", after: [.suspected: .suspected]) { health in
            var suspicion = Suspicion(refusal)
            suspicion.countRefusal()
            return health.escalate(to: suspicion)
        },
        Transition(name: "escalate another suspicion", after: [:]) { health in
            health.escalate(to: Suspicion(Judging.observation(.invalid, at: later)))
        },
        Transition(name: "clear", after: [.suspected: .unsuspected]) { $0.clear() },
        Transition(name: "disable by the job", after: [.suspected: .disabledByJob]) { health in
            health.disable(for: .expired, at: later, nextProbeAt: later)
        },
        Transition(name: "disable for an answer that is not dead", after: [:]) { health in
            health.disable(for: .rateLimited, at: later, nextProbeAt: later)
        },
        Transition(name: "recover", after: [.disabledByJob: .unsuspected]) { $0.recover() },
    ]

    @Test(
        "The job's transition changes the states that it is for, and leaves the others untouched", arguments: ofTheJob)
    func job(transition: Transition) {
        for stage in Stage.allCases {
            var health = stage.health
            let isDone = transition.apply(&health)
            #expect(isDone == (transition.after[stage] != nil), "\(transition.name), \(stage)")
            #expect(Stage(health.state) == transition.after[stage] ?? stage, "\(transition.name), \(stage)")
            #expect(isDone || health == stage.health, "\(transition.name), \(stage)")
        }
    }

    /// A command that throws where it is refused.
    struct Command: Sendable {
        let name: String
        let after: [Stage: Stage]
        let apply: @Sendable (inout KeyHealth) throws -> Void
    }

    static let ofOperators = [
        Command(
            name: "disable",
            after: [
                .unsuspected: .disabledByOperator, .suspected: .disabledByOperator,
                .disabledByJob: .disabledByOperator, .disabledByOperator: .disabledByOperator,
            ]
        ) { try $0.disable(at: later) },
        Command(
            name: "enable",
            after: [
                .unsuspected: .unsuspected, .suspected: .unsuspected, .disabledByJob: .unsuspected,
                .disabledByOperator: .unsuspected,
            ]
        ) { try $0.enable(at: later) },
        Command(
            name: "replace",
            after: [
                .unsuspected: .unsuspected, .suspected: .unsuspected, .disabledByJob: .unsuspected,
                .disabledByOperator: .disabledByOperator,
            ]
        ) { try $0.replace(at: later) },
        Command(name: "revoke", after: Dictionary(uniqueKeysWithValues: Stage.allCases.map { ($0, .revoked) })) {
            $0.revoke()
        },
    ]

    @Test("An operator's command changes every key but a revoked one, which stays as it is", arguments: ofOperators)
    func commands(command: Command) {
        for stage in Stage.allCases {
            var health = stage.health
            let result = Result { try command.apply(&health) }
            #expect((try? result.get()) != nil || command.after[stage] == nil, "\(command.name), \(stage)")
            #expect((try? result.get()) == nil || command.after[stage] != nil, "\(command.name), \(stage)")
            #expect(Stage(health.state) == command.after[stage] ?? stage, "\(command.name), \(stage)")
        }
    }

    @Test("Only a key that the job checks has a next probe", arguments: Stage.allCases)
    func schedule(stage: Stage) {
        let isProbed = [.unsuspected, .suspected, .disabledByJob].contains(stage)
        var health = stage.health
        #expect(health.isProbed == isProbed)
        #expect(health.nextProbeAt == (isProbed ? Self.start : nil))
        health.schedule(Self.later)
        #expect(health.nextProbeAt == (isProbed ? Self.later : nil))
        health.schedule(nil)
        #expect(health.nextProbeAt == nil)
    }

    @Test("A disabling by the job has the finding and the time, and the key is not newly dead when it is back")
    func disabledByJob() {
        var health = Stage.suspected.health
        let isDisabled = health.disable(for: .expired, at: Self.later, nextProbeAt: Self.later + 1)
        #expect(isDisabled)
        #expect(health.state == .disabled(Disabling(.job(.expired), at: Self.later)))
        #expect(health.nextProbeAt == Self.later + 1)
        #expect(health.aliveAt == nil)
    }

    @Test("An operator's disabling replaces the job's, and ends the probes")
    func disabledByOperator() throws {
        var health = Stage.disabledByJob.health
        try health.disable(at: Self.later)
        #expect(health.state == .disabled(Disabling(.operator, at: Self.later)))
        #expect(health.nextProbeAt == nil)
    }

    @Test("An enabled key is due at once, and its back-off begins anew")
    func enabled() throws {
        var health = Stage.disabledByOperator.health
        try health.enable(at: Self.later)
        #expect(health.nextProbeAt == Self.later)
        #expect(health.unknownCount == 0)
    }

    @Test(
        "A replacement raises the version and forgets what probes showed, whoever disabled the key",
        arguments: Stage.allCases.filter { $0 != .revoked })
    func replaced(stage: Stage) throws {
        var health = stage.health
        try health.replace(at: Self.later)
        #expect(health.version == 2)
        #expect(health.exhaustedSince == nil)
        #expect(health.uncheckableSince == nil)
        #expect(health.lastCheckedAt == nil)
        #expect(health.lastConclusiveAt == nil)
        #expect(health.lastFinding == nil)
        #expect(health.aliveAt == nil)
        #expect(health.nextProbeAt == (stage == .disabledByOperator ? nil : Self.later))
    }

    @Test("The alive answer with which a key is saved is recorded only for a key in use", arguments: Stage.allCases)
    func accepted(stage: Stage) {
        var health = stage.health
        health.accept(Judging.observation(.exhausted, at: Self.later), period: 7 * 86_400)
        guard stage == .unsuspected else {
            #expect(health == stage.health)
            return
        }
        #expect(health.lastFinding == .exhausted)
        #expect(health.lastConclusiveAt == Self.later)
        #expect(health.exhaustedSince == Self.later)
        #expect(health.nextProbeAt.map { $0 > Self.later } == true)
    }

    @Test("Credit runs out once in an episode, and is restored once")
    func credit() {
        var health = Judging.health()
        let isRestoredBefore = health.restoreCredit()
        let begins = [health.runOutOfCredit(at: Self.start), health.runOutOfCredit(at: Self.later)]
        #expect(!isRestoredBefore)
        #expect(begins == [true, false])
        #expect(health.exhaustedSince == Self.start)
        let isRestored = health.restoreCredit()
        #expect(isRestored)
        #expect(health.exhaustedSince == nil)
    }

    @Test("A key is uncheckable since the first probe that could not check it, until a conclusive answer")
    func uncheckable() {
        var health = Judging.health()
        let since = [health.becomeUncheckable(at: Self.start), health.becomeUncheckable(at: Self.later)]
        #expect(since == [Self.start, Self.start])
        health.record(Judging.observation(.unreachable, at: Self.later))
        #expect(health.uncheckableSince == Self.start)
        health.record(Judging.observation(.invalid, at: Self.later))
        #expect(health.uncheckableSince == nil)
        #expect(health.unknownCount == 0)
    }

    @Test("A suspicion counts each refusal, and begins anew when a breaker closes, but never earlier")
    func suspicion() {
        var suspicion = Suspicion(Self.refusal)
        suspicion.countRefusal()
        #expect(suspicion.deadCount == 2)
        suspicion.restart(countingFrom: Self.start - 1)
        #expect(suspicion.deadCount == 2)
        #expect(suspicion.countedFrom == Self.start)
        suspicion.restart(countingFrom: Self.later)
        #expect(suspicion.deadCount == 1)
        #expect(suspicion.countedFrom == Self.later)
        #expect(suspicion.since == Self.start)
    }
}
