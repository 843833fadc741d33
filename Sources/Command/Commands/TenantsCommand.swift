public import ArgumentParser
internal import Foundation
public import KeyVigil
internal import Mail

struct TenantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants", abstract: "Customers who bring keys, and where their mail goes.",
        subcommands: [Add.self, List.self, Show.self, Set.self, Remove.self])

    enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

    struct Fields: ParsableArguments {
        @Option(help: ArgumentHelp("Its owners: where its mail goes.", valueName: "a[,b…]"))
        var email: String?
        @Option(help: ArgumentHelp("Others of its people; they get no notices about keys.", valueName: "a[,b…]"))
        var members: String?
        @Option(help: "A name for mails.")
        var name: String?
        @Option(help: "Language of its mails, such as en.")
        var locale: String?
        @Option(help: "How its mails write times, such as Europe/Berlin.")
        var timeZone: String?
        @Option(help: "What calls do while its key is disabled: fallback or fail.")
        var onDisabled: Tenant.DisabledPolicy?
        @Option(help: "Whether it may bring keys: on or off.")
        var byok: Switch?

        /// Sets the values that were given, with the checks of a new tenant.
        ///
        /// - Throws: `InvalidInput`.
        func apply(to tenant: inout Tenant) throws {
            if let name { tenant.name = try Tenant.checkName(name) }
            if let locale { tenant.locale = try Tenant.checkLocale(locale) }
            if let timeZone { tenant.timeZone = try Tenant.checkTimeZone(timeZone) }
            if let byok { tenant.byok = byok == .on }
            if let onDisabled { tenant.onDisabled = onDisabled }
            if let email { tenant.addresses = try Tenant.checkAddresses(SettingsSource.list(email)) }
            if let members { tenant.members = try Tenant.checkAddresses(SettingsSource.list(members)) }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a tenant; makes the store where there is none.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The platform's id for it; a UUID is made where none is given.")
        var id: String?
        @OptionGroup var fields: Fields

        func run() async throws {
            let store = try await Session(common).openStore(creating: true)
            let id = id ?? UUID().uuidString.lowercased()
            var tenant = try Tenant(id: id, name: fields.name ?? id, createdAt: store.now())
            try fields.apply(to: &tenant)
            try await store.add(tenant)
            common.json ? tenant.printJSON() : Terminal.say("added tenant \(tenant.id)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All tenants.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let tenants = try await Session(common).openStore().database.read { try TenantTable.tenants(in: $0) }
            guard !common.json else { return tenants.forEach { $0.printJSON() } }
            var table = TextTable("TENANT", "NAME", "MAIL", "MEMBERS", "LOCALE", "TIME ZONE", "BYOK", "ON DISABLED")
            for tenant in tenants {
                table.add(
                    tenant.id, tenant.name, tenant.mail, tenant.members.list, tenant.locale, tenant.timeZone,
                    tenant.byok ? "on" : "off", tenant.onDisabled.rawValue)
            }
            table.isEmpty ? Terminal.say("no tenants yet; add one with `keyvigil tenants add`") : table.print()
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One tenant.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The tenant's id.")
        var id: String

        func run() async throws {
            let tenant = try await Session(common).openStore().tenant(id)
            common.json ? tenant.printJSON() : tenant.print()
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change what is given, keep the rest.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The tenant's id.")
        var id: String
        @OptionGroup var fields: Fields

        func run() async throws {
            let fields = fields
            let tenant = try await Session(common).openStore().changeTenant(id) { try fields.apply(to: &$0) }
            common.json ? tenant.printJSON() : tenant.print()
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a tenant that has no keys left.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The tenant's id.")
        var id: String

        func run() async throws {
            try await Session(common).openStore().removeTenant(id)
            Terminal.say("removed tenant \(id)")
        }
    }
}

extension Tenant.DisabledPolicy: ExpressibleByArgument {}

extension [MailAddress] {
    fileprivate var list: String { map(\.text).joined(separator: ", ") }
}

extension Tenant {
    /// The owners' addresses, and what stands in the store in place of one.
    fileprivate var mail: String {
        (addresses.map(\.text) + unusableAddresses.map { "\($0) (no mail address)" }).joined(separator: ", ")
    }

    fileprivate func printJSON() {
        JSONLine.print([
            "id": .text(id), "name": .text(name), "email": .list(addresses.map(\.text)),
            "members": .list(members.map(\.text)), "unusable_addresses": .list(unusableAddresses),
            "locale": .text(locale), "time_zone": .text(timeZone), "byok": .flag(byok),
            "on_disabled": .text(onDisabled.rawValue), "created_at": .time(createdAt),
        ])
    }

    fileprivate func print() {
        var table = TextTable("TENANT", id)
        table.add("name", name)
        table.add("mail", addresses.isEmpty ? "none: notices go to the operators" : addresses.list)
        if !members.isEmpty { table.add("members", members.list) }
        if !unusableAddresses.isEmpty { table.add("no mail address", unusableAddresses.joined(separator: ", ")) }
        table.add("locale", locale)
        table.add("time zone", timeZone)
        table.add("byok", byok ? "on" : "off")
        table.add("on disabled", onDisabled.rawValue)
        table.print()
    }
}
