internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

extension ProvidersCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Lint a catalogue, and hold each provider against its answer vectors.",
            discussion: """
                Without FILE: the catalogue that the job uses, with the file that the setting catalogue names. \
                With FILE: the entries of that file alone, before you use it. Every problem is told with its line and \
                rule; exit status 65 where there is one. Warnings change nothing.

                An entry may bring answer vectors, each with the finding that it must get (for a dead one the \
                strength too; without a content-type header a body is JSON):
                  providers:
                    acme:
                      …
                      vectors:
                        - {scenario: refused, status: 401, body: '{"code": "bad_key"}',
                           finding: invalid, strength: specific}
                        - {scenario: page, status: 401, body: '<p>No</p>',
                           headers: {content-type: text/html}, finding: unrecognised}
                An entry without vectors is checked against those that came with keyvigil for its id.
                """)
        @OptionGroup var common: CommonOptions
        @Argument(help: ArgumentHelp("A catalogue in the form of the setting catalogue.", valueName: "file"))
        var file: String?

        func run() throws {
            let report = try report()
            common.json ? print(json: report) : print(report)
            guard report.errors.isEmpty else { throw InvalidInput("\(problems(report)) in \(looked(report))") }
        }

        private func report() throws -> CatalogueReport {
            if let file {
                guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                    throw InvalidInput("cannot read the catalogue \(file); it must be UTF-8 text")
                }
                return try CatalogueReport(file: text, named: file)
            }
            guard let path = try common.settings().catalogueFile else { return try CatalogueReport() }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingsError("cannot read the catalogue \(path); it must be UTF-8 text")
            }
            return try CatalogueReport(overlaying: text, named: path)
        }

        private func print(_ report: CatalogueReport) {
            for warning in report.warnings { Terminal.error("warning: \(Printable("\(warning)", limit: 1000))") }
            for error in report.errors { Terminal.error("error: \(Printable("\(error)", limit: 1000))") }
            if report.errors.isEmpty { Terminal.say("the catalogue is in order: \(looked(report))") }
        }

        private func print(json report: CatalogueReport) {
            JSONLine.print([
                "providers": .number(report.providerCount), "vectors": .number(report.answerCount),
                "errors": .list(report.errors.map(\.description)),
                "warnings": .list(report.warnings.map(\.description)),
            ])
        }

        private func problems(_ report: CatalogueReport) -> String {
            "\(report.errors.count) problem\(report.errors.count == 1 ? "" : "s")"
        }

        private func looked(_ report: CatalogueReport) -> String {
            let providers = report.providerCount
            let answers = report.answerCount
            return "\(providers) provider\(providers == 1 ? "" : "s"), \(answers) answer\(answers == 1 ? "" : "s"), "
                + "\(report.warnings.count) warning\(report.warnings.count == 1 ? "" : "s")"
        }
    }
}
