import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

/// Random histories of answers, judged one after another and compared with the product's promises.
struct HistoryTests {
    struct Answer {
        let at: Date
        let observation: Observation
    }

    private static func history(_ numbers: inout Numbers) -> [Answer] {
        var at = Judging.start
        return (0..<30).map { _ in
            at += [600, 3600, 40_000, 82_800, 86_400, 200_000].randomElement(using: &numbers) ?? 0
            let finding =
                [Finding.invalid, .revoked, .invalid, .valid, .rateLimited, .providerError, .exhausted]
                .randomElement(using: &numbers) ?? .valid
            let strength = [Strength.specific, .specific, .ambiguous, .never].randomElement(using: &numbers) ?? .never
            return Answer(at: at, observation: Judging.observation(finding, strength, at: at))
        }
    }

    @Test("A confirmation is a refusal, with another at least a gap before it and no alive answer between")
    func confirmations() throws {
        var numbers = Numbers(seed: 42)
        var confirmed = 0
        for _ in 0..<3000 {
            var health = Judging.health()
            var dead: [Date] = []
            for answer in Self.history(&numbers) {
                let transition = HealthTransition(answer.observation, of: health)
                let strength = answer.observation.classification.strength
                switch answer.observation.verdict {
                case .alive: dead = []
                case .dead where strength != .never: dead.append(answer.at)
                default: break
                }
                if transition.events.contains(.confirmed) {
                    confirmed += 1
                    let first = try #require(dead.first)
                    let span = answer.at.timeIntervalSince(first) + 3600
                    #expect(dead.last == answer.at && dead.count >= (strength == .specific ? 2 : 3))
                    #expect(span >= (strength == .specific ? 1 : 3) * Timing.day)
                }
                #expect(transition.health.status == .active)
                #expect(transition.health.nextProbeAt.map { $0 >= answer.at } == true)
                #expect((transition.health.suspicion == nil) == dead.isEmpty)
                health = transition.health
            }
        }
        #expect(confirmed > 1000)
    }

    @Test("Only an alive answer re-enables a disabled key")
    func disabled() throws {
        var numbers = Numbers(seed: 43)
        for _ in 0..<1000 {
            var health = Judging.health(.disabled)
            for answer in Self.history(&numbers) where health.status == .disabled {
                let transition = HealthTransition(answer.observation, of: health)
                #expect((transition.health.status == .active) == (answer.observation.verdict == .alive))
                #expect(transition.events.contains(.recovered) == (answer.observation.verdict == .alive))
                #expect(!transition.events.contains(.confirmed) && !transition.events.contains(.suspected))
                health = transition.health
            }
        }
    }
}
