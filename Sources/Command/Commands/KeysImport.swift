internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

/// `keys import`: many keys from JSON Lines; one bad row is reported by its number and the rest is imported.
struct KeysImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Store many keys from a JSON Lines file, or from standard input with -.",
        discussion:
            "Fields: tenant, provider, key, label, scope, params, default, expires. Exit status 65: some rows were refused."
    )
    @OptionGroup var common: CommonOptions
    @Argument(help: "A file, or - for standard input.")
    var file: String
    @Flag(help: "Store the keys without asking their providers; the next run does.")
    var noProbe = false

    /// Keys stored in one transaction, during which a run cannot write; fewer where each key is probed first.
    private var batchSize: Int { noProbe ? 2000 : 500 }

    func run() async throws {
        let vault = try await Session(common).openVault(creating: true)
        let bar = ProgressBar("Importing keys")
        var tally = Tally()
        var lines = try LineReader(file)
        let total = lines.size
        do {
            while case let rows = try lines.next(batchSize), !rows.isEmpty {
                try await store(rows, in: vault, counting: &tally)
                bar.show(done: lines.position, of: total)
            }
        } catch {
            // Tells how many rows are stored, so that they are not imported again.
            bar.end()
            tally.print(json: common.json)
            throw error
        }
        bar.end()
        tally.print(json: common.json)
        if tally.refused > 0 { throw ExitCode(.data) }
    }

    private struct Tally {
        var imported = 0
        var refused = 0

        mutating func refuse(line: Int, _ error: any Error) {
            refused += 1
            Terminal.error("line \(line): \(Printable(Failure(error).message, limit: 1000))")
        }

        func print(json: Bool) {
            json
                ? JSONLine.print(["imported": .number(imported), "refused": .number(refused)])
                : Terminal.say("imported \(imported) keys, refused \(refused)")
        }
    }

    /// Stores what can be stored; throws the first error that is no fault of a row, once all rows are counted.
    private func store(
        _ rows: [(number: Int, data: Data)], in vault: KeyVault, counting tally: inout Tally
    ) async throws {
        let good = read(rows, counting: &tally)
        let results =
            noProbe
            ? try await vault.importUnprobed(good.map(\.line)).map { $0.mapError { $0 as any Error } }
            : await vault.importProbing(good.map(\.line))
        var failure: (any Error)?
        for ((number, _), result) in zip(good, results) {
            switch result {
            case .success: tally.imported += 1
            case .failure(let error) where error is InvalidInput || error is KeyRefused:
                tally.refuse(line: number, error)
            case .failure(let error): failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func read(
        _ rows: [(number: Int, data: Data)], counting tally: inout Tally
    ) -> [(number: Int, line: KeyImportLine)] {
        rows.compactMap { number, data in
            do {
                return (number, try KeyImportLine(data))
            } catch {
                tally.refuse(line: number, error)
                return nil
            }
        }
    }
}
