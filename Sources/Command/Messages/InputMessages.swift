internal import KeyVigil
internal import Secrets
internal import Simulator
internal import Vocabulary

/// Errors that the user of the command corrects: the library's sentence about the value, with the option's name and the
/// command or setting to use.
enum InputMessages {
    static func message(_ error: InvalidInput) -> String {
        let sentence = error.field.map { "\(option($0)) \(error.problem)" } ?? error.problem
        return sentence + (error.remedy.map(advice) ?? "")
    }

    static func message(_ error: KeyRingError) -> String {
        switch error {
        case .empty, .wrongLength, .notBase64: "\(error.description); make one with `keyvigil encryption new-key`"
        case .badLabel, .repeatedKey, .repeatedLabel, .internalFailure: error.description
        }
    }

    static func message(_ error: WrongKeyRing) -> String {
        "\(error.description); set BYOK_ENCRYPTION_KEY or BYOK_ENCRYPTION_KEYS to the key it was"
    }

    static func message(_ error: ScenarioError) -> String {
        switch error {
        case .malformedFile: "\(error.description) as keyvigil simulator --help shows"
        case .unknownProvider: "\(error.description); `keyvigil providers list` shows all"
        case .unknownScenario, .missingVectors, .unknownKeyType, .unusablePort: error.description
        }
    }

    private static func option(_ field: InvalidInput.Field) -> String {
        switch field {
        case .keyType: "--key-type"
        case .finding: "--finding"
        case .reason: "--reason"
        }
    }

    /// What follows the library's sentence, from the punctuation on.
    private static func advice(_ remedy: InvalidInput.Remedy) -> String {
        switch remedy {
        case .listKeys: "; `keyvigil keys list` shows them"
        case .listTenants: "; `keyvigil tenants list` shows them"
        case .listProviders: "; `keyvigil providers list` shows all"
        case .listRuns: "; `keyvigil audit list --json` shows them"
        case .listDisablingRuns: "; `keyvigil audit list --event key.disabled --json` names the runs"
        case .listMasterKeys: "; `keyvigil encryption status` shows them"
        case .changeTenant: "; change it with `keyvigil tenants set`"
        case .deleteKeys: "; delete them first with `keyvigil keys delete`"
        case .allowKeys: "; switch it on with `keyvigil tenants set ID --byok on`"
        case .separateAddresses: ", with --email or with --members"
        case .enableProvider(let id): " in the settings (providers.\(id).enabled)"
        case .allowPaidProbes: "; set probe.paid: true to allow it"
        case .giveParameter(let name): "; give --param \(name)=VALUE"
        case .rotateKeys: "; run `keyvigil encryption rotate` first"
        case .addMasterKey: "; add it to BYOK_ENCRYPTION_KEYS"
        }
    }
}
