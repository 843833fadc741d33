internal import Foundation
internal import KeyVigil

extension ProviderView {
    /// `providers show --json`: one document, absent values as null.
    func printDocument() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Terminal.say(String(decoding: try encoder.encode(ProviderDocument(self, of: provider)), as: UTF8.self))
    }
}

/// The fields of `providers show --json`, in snake case there. The values are those in use; `overridden` names the
/// settings that differ from the catalogue.
private struct ProviderDocument: Encodable {
    let id: String, name: String, contentHash: String
    @OrNull var catalogue: String?
    let capabilities: [String]
    let enabled: Bool, canarySet: Bool, hostFixed: Bool, negativeControl: Bool
    let overridden: [String]
    let method: String, url: String
    let headers: [Header]
    let authenticationHeader: String, authenticationPrefix: String
    let tokens: Int
    let paid: Bool, probeAllowed: Bool
    @OrNull var cost: String?
    @OrNull var body: String?
    let seesCredit: Bool
    @OrNull var deep: Deep?
    let parameters: [Parameter]
    let ratePerSecond: Double, tenantRatePerSecond: Double
    let keyTypes: [String]
    let keyShapes: [Shape]
    let rules: [Rule]
    let vectors: Int
    let consoleUrl: String
    let remediationSteps: [String]

    struct Deep: Encodable {
        let method: String, url: String
        @OrNull var body: String?
        @OrNull var cost: String?

        init(_ probe: Provider.Probe, _ url: String) {
            method = probe.method
            self.url = url
            body = probe.body
            cost = probe.cost
        }
    }

    struct Header: Encodable { let name: String, value: String }
    struct Parameter: Encodable {
        let name: String, required: Bool, part: String
        @OrNull var values: [String]?

        init(_ parameter: Provider.Parameter) {
            name = parameter.name
            required = parameter.isRequired
            part = parameter.part.rawValue
            values = parameter.values?.keys.sorted()
        }
    }

    struct Shape: Encodable {
        let type: String, prefix: String, infix: String, length: [Int], alphabet: String

        init(_ shape: KeyShape) {
            type = shape.type
            prefix = shape.prefix
            infix = shape.infix
            length = [shape.lengths.lowerBound, shape.lengths.upperBound]
            alphabet = shape.alphabet.rawValue
        }
    }

    struct Rule: Encodable {
        let place: String, when: String, finding: String, verdict: String
        @OrNull var strength: String?
        @OrNull var confirmOverSeconds: Int?

        init(_ rule: KeyVigil.Rule) {
            place = rule.place.description
            when = rule.condition
            finding = rule.finding.rawValue
            verdict = rule.finding.verdict.rawValue
            strength = rule.finding.verdict == .dead ? rule.strength.rawValue : nil
            confirmOverSeconds = rule.confirmOver.map { Int($0.components.seconds) }
        }
    }

    init(_ view: ProviderView, of provider: Provider) {
        id = provider.id
        name = provider.name
        contentHash = provider.contentHash
        capabilities = provider.capabilities.map(\.rawValue)
        enabled = view.override.enabled
        canarySet = view.hasCanary
        hostFixed = view.isHostFixed
        negativeControl = provider.hasDeadRule
        overridden = view.overridden
        method = provider.probe.method
        url = view.url
        headers = provider.probe.headers.sorted { $0.key < $1.key }.map { Header(name: $0.key, value: $0.value) }
        authenticationHeader = provider.authentication.header
        authenticationPrefix = provider.authentication.valuePrefix
        seesCredit = provider.probe.seesCredit
        deep = provider.deepProbe.flatMap { probe in view.deepURL.map { Deep(probe, $0) } }
        tokens = provider.probe.cost == nil ? 0 : 1
        paid = provider.probe.isPaid
        probeAllowed = provider.isProbeAllowed
        cost = provider.probe.cost
        body = provider.probe.body
        parameters = provider.parameters.map(Parameter.init)
        ratePerSecond = view.rate
        tenantRatePerSecond = view.tenantRate
        keyTypes = view.keyTypes
        keyShapes = provider.keyShapes.map(Shape.init)
        rules = provider.rules.map(Rule.init)
        vectors = view.answerCount
        consoleUrl = provider.consoleURL
        remediationSteps = provider.remediationSteps
        catalogue = provider.file
    }
}

/// Encodes an absent value as null; without it the encoder would leave the field out.
@propertyWrapper
private struct OrNull<Value: Encodable>: Encodable {
    var wrappedValue: Value?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}
