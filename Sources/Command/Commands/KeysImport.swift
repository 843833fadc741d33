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

    /// Keys in one transaction, which keeps runs from the store; fewer where each is asked about.
    private var batch: Int { noProbe ? 2000 : 500 }

    func run() async throws {
        let vault = try await Session(common).openVault(creating: true)
        let bar = ProgressBar("Importing keys")
        var tally = Tally()
        var lines = try LineReader(file)
        let total = lines.size
        do {
            while case let rows = try lines.next(batch), !rows.isEmpty {
                try await store(rows, vault, &tally)
                bar.show(done: lines.position, of: total)
            }
        } catch {
            // What is stored already is not to be imported again.
            bar.end()
            tally.print(json: common.json)
            throw error
        }
        bar.end()
        tally.print(json: common.json)
        if tally.refused > 0 { throw ExitCode(Failure.Status.data.rawValue) }
    }

    private struct Tally {
        var imported = 0
        var refused = 0

        mutating func refuse(_ line: Int, _ reason: String) {
            refused += 1
            Terminal.error("line \(line): \(Printable(reason, limit: 1000))")
        }

        func print(json: Bool) {
            json
                ? JSONLine.print(["imported": .number(imported), "refused": .number(refused)])
                : Terminal.say("imported \(imported) keys, refused \(refused)")
        }
    }

    private func store(_ batch: [(number: Int, data: Data)], _ vault: KeyVault, _ tally: inout Tally) async throws {
        var good: [(number: Int, line: KeyImportLine)] = []
        for (number, data) in batch {
            do throws(InvalidInput) {
                good.append((number, try KeyImportLine(data)))
            } catch {
                tally.refuse(number, error.description)
            }
        }
        let results =
            noProbe
            ? try await vault.importUnprobed(good.map(\.line)).map { $0.mapError { $0 as any Error } }
            : await vault.importProbing(good.map(\.line))
        var failure: (any Error)?
        for ((number, _), result) in zip(good, results) {
            switch result {
            case .success: tally.imported += 1
            case .failure(let error) where error is InvalidInput || error is KeyRefused:
                tally.refuse(number, Failure.explain(error).1)
            case .failure(let error): failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }
}

/// Lines of a file or of standard input, numbered from 1; empty ones are passed over.
struct LineReader {
    private let handle: FileHandle
    private var rest = Data()
    private var number = 0
    private var isAtEnd = false
    /// Bytes in all; 0 where that cannot be told.
    let size: Int
    /// Bytes read so far.
    private(set) var position = 0

    init(_ path: String) throws {
        guard path != "-" else {
            (handle, size) = (.standardInput, 0)
            return
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InvalidInput("cannot read that file; give the path of JSON Lines, or - for standard input")
        }
        handle = file
        size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private static let longestLine = 1 << 20

    /// At most `count` lines; fewer than one at the end.
    mutating func next(_ count: Int) throws(InvalidInput) -> [(number: Int, data: Data)] {
        var lines: [(Int, Data)] = []
        while lines.count < count, let line = try nextLine() {
            number += 1
            if !line.isEmpty { lines.append((number, line)) }
        }
        return lines
    }

    private mutating func nextLine() throws(InvalidInput) -> Data? {
        var searched = 0
        while true {
            if let end = rest.dropFirst(searched).firstIndex(of: 10) {
                defer { rest = rest[(end + 1)...] }
                return rest[..<end]
            }
            searched = rest.count
            guard searched <= Self.longestLine else {
                throw InvalidInput("line \(number + 1) is too long; write one JSON object a line")
            }
            let more = try isAtEnd ? Data() : read()
            guard !more.isEmpty else {
                isAtEnd = true
                defer { rest = Data() }
                return rest.isEmpty ? nil : rest
            }
            position += more.count
            rest = Data(rest) + more
        }
    }

    private func read() throws(InvalidInput) -> Data {
        do { return try handle.read(upToCount: 1 << 16) ?? Data() } catch {
            throw InvalidInput("the file cannot be read from line \(number + 1) on; give the path of JSON Lines")
        }
    }
}
