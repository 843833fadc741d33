public import ArgumentParser
internal import KeyVigil
import Vocabulary

/// Which keys to list.
struct KeyFilterOptions: ParsableArguments {
    @Option(help: "One tenant's.")
    var tenant: String?
    @Option(help: "One provider's.")
    var provider: String?
    @Option(help: "In one status: active, disabled or revoked.")
    var status: KeyStatus?

    var filter: KeyFilter { KeyFilter(tenantID: tenant, provider: provider, status: status) }
}

extension KeyStatus: ExpressibleByArgument {}
