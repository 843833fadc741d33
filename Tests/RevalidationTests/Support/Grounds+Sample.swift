import Foundation
import Judgement
import JudgementSupport
import Vocabulary

@testable import Revalidation

extension Grounds {
    /// Grounds on which the guard disables a key: evidence from 5 other keys, and a quiet scope.
    static func sample(refusals: Int, since: Date) -> Grounds {
        let suspicion = Suspicion(
            since: since, finding: .invalid, httpStatus: 401, code: nil, deadCount: refusals)
        let facts = ScopeFacts(
            breaker: nil, history: ScopeHistory(), evidence: .passed, answers: (5, 5),
            sums: Breaker.Assessment(dead: 0, answered: 6, most: 3, isWithoutLivingKey: false), disabledInDay: 0,
            cap: 3)
        return Grounds(
            suspicion, in: GuardScope(provider: "openai", keyType: "standard"), control: .passed, isReleased: false,
            facts, overAllHosts: nil)
    }
}
