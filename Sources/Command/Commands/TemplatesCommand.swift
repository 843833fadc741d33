internal import ArgumentParser
internal import Revalidation

struct TemplatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "The texts of mails.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Every template, locale and edge case.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            let templates = try Session(common).templates()
            let problems = templates.check()
            problems.forEach { Terminal.error("\($0)") }
            guard problems.isEmpty else { throw ExitCode(.data) }
            Terminal.say("templates are in order; locales: \(templates.locales.joined(separator: ", "))")
        }
    }
}
