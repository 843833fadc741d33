import Curl
import Foundation
import Secrets
import Testing
import Vocabulary

@testable import KeyVigil

/// Every status against every shape of body, some 6,000 answers for each provider. The oracle is the list of dead
/// vectors, not the code: a status with one of its bodies is dead, any other pair is not.
struct ProvidersVerdictTableTests {
    static let statuses = Array(200...599) + [40, 999]

    @Test("An answer can disable a key only for the listed pairs of status and body", arguments: Known.disabling)
    func deadOnlyWhereListed(id: String) throws {
        let provider = try Known.provider(id)
        let vectors = Known.dead.filter { $0.provider == id }
        let shapes = vectors.map { vector in Shape.allCases.map { ($0, $0.answers(vector, at: provider)) } }
        var answers = 0
        for status in Self.statuses {
            for index in vectors.indices where isTested(index, at: status, of: vectors) {
                for (shape, bodies) in shapes[index] {
                    for answer in bodies {
                        answers += 1
                        expect(answer.with(status: status), of: vectors[index], in: shape, at: provider)
                    }
                }
            }
        }
        #expect(answers > 5000)
    }

    /// Each vector is tested at its own status. At any other status one vector is, in turn, which keeps the table near
    /// 6,000 answers.
    private func isTested(_ index: Int, at status: Int, of vectors: [AnswerVector]) -> Bool {
        vectors[index].status == status || index == status % vectors.count
    }

    private func expect(_ answer: Answer, of vector: AnswerVector, in shape: Shape, at provider: Provider) {
        let isListed = shape == .rightCode && answer.status == vector.status
        let result = provider.classify(answer)
        let isHarmless = result.verdict != .dead || result.strength == .never
        let isRight = isListed ? result.finding == vector.finding : isHarmless
        if !isRight { Issue.record("\(provider.id) \(answer.status) \(shape) of \(vector): \(result.finding)") }
    }

    @Test("A transport failure proves nothing about the key", arguments: Known.ids)
    func transportFailures(id: String) throws {
        let provider = try Known.provider(id)
        let prober = Prober(catalogue: try Known.catalogue())
        let key = SecretBytes(copying: "sk-not-a-key-of-anybody".utf8)
        for failure in Self.failures {
            let completion = Completion(tag: 1, result: .failure(failure), latency: .milliseconds(5))
            let observation = prober.observation(completion, by: provider.classifier, key: key, at: Date())
            #expect(observation.verdict == .unknown, "\(failure)")
            #expect(observation.finding == Self.finding(of: failure))
            #expect(observation.httpStatus == nil && observation.classification.strength == .never)
            #expect(observation.note == Self.note(of: failure))
        }
    }

    static let failures: [TransportFailure] =
        [.unresolved, .refused, .tls, .timedOut, .interrupted, .tooLarge, .blockedAddress, .aborted, .unusableURL]
        + (-1...150).map(TransportFailure.other)

    /// The switch names every case, so that a new case stops the build until it is added here.
    static func finding(of failure: TransportFailure) -> Finding {
        switch failure {
        case .blockedAddress: .egressBlocked
        case .tooLarge: .unrecognised
        case .unresolved, .refused, .tls, .timedOut, .interrupted, .aborted, .unusableURL, .other: .unreachable
        }
    }

    private static func note(of failure: TransportFailure) -> ProbeNote {
        switch failure {
        case .unresolved: .unresolved
        case .refused: .connectionRefused
        case .tls: .tls
        case .timedOut: .timedOut
        case .interrupted: .interrupted
        case .tooLarge: .tooLarge
        case .blockedAddress: .blockedAddress
        case .aborted: .stopped
        case .unusableURL: .unusableURL
        case .other(let code): .libcurl(code)
        }
    }
}
