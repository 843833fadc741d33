internal import KeyVigil
internal import Secrets
internal import Vocabulary

/// A control that is to be asked, or is on the wire.
struct WantedControl: Sendable {
    let point: ControlPoint
    let kind: ControlResult.Kind
    let provider: Provider
    let params: String
    let secret: SecretBytes
    /// Where a canary is asked, among the hosts that the catalogue lists.
    var keyHost = ""

    /// The control's result by this answer.
    func result(_ answer: Observation) -> ControlResult {
        switch kind {
        case .canary: ControlResult(canary: secret, answer, of: provider, at: keyHost)
        case .negative: ControlResult(madeUpKeyAt: point, answer)
        }
    }
}
