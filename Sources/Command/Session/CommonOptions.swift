internal import ArgumentParser

/// Options that almost every command has.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Settings file.", valueName: "file"))
    var config: String?

    @Flag(help: "One JSON document on standard output; lists: one object a line.")
    var json = false

    func settings() throws -> Settings { try Settings(config: config) }
}
