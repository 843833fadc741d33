internal import KeyVigil
internal import Secrets
internal import Vocabulary

/// A control that is to be sent, or that waits for its answer.
struct WantedControl: Sendable {
    let point: ControlPoint
    let kind: ControlResult.Kind
    let provider: Provider
    let params: String
    let secret: SecretBytes
    /// The canary's host among those that the catalogue lists.
    var keyHost = ""

    /// The result of this control, given the provider's answer.
    func result(_ answer: Observation) -> ControlResult {
        switch kind {
        case .canary: ControlResult(canary: secret, answer, of: provider, at: keyHost)
        case .negative: ControlResult(madeUpKeyAt: point, answer)
        }
    }
}
