import Foundation
import TestSupport
import Testing

@Suite("Master keys on the command line", .serialized)
struct RotationTests {
    @Test(
        "Keys that do not open or whose master key is missing are left, counted and reported", arguments: [false, true])
    func left(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        let keys = try MasterKeys(machine, own: "a", "b", "c")
        try await machine.importMany(10)
        let secret = try await machine.newSecret("openai")
        let line = #"{"tenant":"acme","provider":"openai","key":"\#(secret)"}"#
        let stored = try await machine.run(
            "keys", "import", "-", "--no-probe", stdin: line, environment: keys.ring("c", "a"))
        #expect(stored.status == 0, "\(stored)")
        // Two ciphertexts are swapped, and neither opens in the row of the other.
        let ids = try await machine.column(
            "SELECT k.id FROM stored_key k JOIN key_health h ON h.key_id = k.id WHERE k.provider = 'openai' ORDER BY k.id"
        )
        let old = try keys.id("a")
        let pair = try await Ciphertexts.read(machine).filter { ids.contains($0.id) && $0.ring == old }
        try await Ciphertexts.write([(pair[0].id, pair[1].bytes), (pair[1].id, pair[0].bytes)], machine)
        let done = try await machine.run("encryption", "rotate", "--json", environment: keys.ring("b", "a"))
        #expect(done.status == 3, "\(done)")
        #expect(done.number("rotated") == 8, "\(done)")
        #expect(done.number("damaged") == 2, "\(done)")
        #expect(done.number("foreign") == 1, "\(done)")
        #expect(done.number("left") == 3 && done.errors.split(separator: "\n").count == 1, "\(done)")
        #expect(done.errors.contains("2 keys do not open") && done.errors.contains("1 keys are under"), "\(done)")
        #expect(try await machine.keys(under: keys.id("a")) == 2)
        let status = try await machine.run("encryption", "status", environment: keys.ring("b", "a"))
        #expect(
            status.output.contains("not in this ring") && status.output.contains("which this ring lacks"), "\(status)")
        let json = try await machine.run("encryption", "status", "--json", environment: keys.ring("b", "a")).json
        let first = (json["keys"] as? [[String: Any]])?.first ?? [:]
        #expect(Set(first.keys) == ["id", "label", "encrypts", "since", "keys", "retired_at"])
        #expect((json["next"] as? String)?.contains("which this ring lacks") == true)
        #expect(try first["id"] as? String == keys.id("b") && first["encrypts"] as? Bool == true)
    }

    @Test("SIGTERM ends a rotation with 75 after the batch; started again it completes", arguments: [SIGTERM, SIGINT])
    func stopped(signal: Int32) async throws {
        let machine = try await Machine()
        let keys = try MasterKeys(machine, own: "old", "new")
        try await machine.importMany(6_000)
        let ring = keys.ring("new", "old")
        let rotation = try machine.start(["encryption", "rotate", "--json"], environment: ring)
        while try await machine.keys(under: keys.id("new")) == 0, !rotation.isOver {
            try await Task.sleep(for: .milliseconds(5))
        }
        rotation.signal(signal)
        let stopped = await rotation.finish()
        #expect(stopped.status == 75 && stopped.text("outcome") == "partial", "\(stopped)")
        #expect(stopped.errors == "keyvigil: stopped; start it again to go on\n")
        let first = stopped.number("rotated") ?? 0
        #expect(first > 0 && first % 500 == 0)
        let next = try await machine.run("encryption", "rotate", "--json", environment: ring)
        #expect(next.status == 0 && next.number("rotated") == 6_000 - first, "\(next)")
        let outcomes = try await machine.column("SELECT outcome FROM run WHERE kind = 'command' ORDER BY started_at")
        #expect(outcomes.suffix(2) == ["partial", "complete"])
        #expect(try await machine.run("audit", "verify").status == 0)
    }

    @Test("After a rotation, status names the keys that do not open and what to do, and no longer advises to rotate")
    func broken() async throws {
        let machine = try await Machine()
        let keys = try MasterKeys(machine, own: "old", "new")
        try await machine.importMany(3)
        let one = try #require(try await Ciphertexts.read(machine).first)
        try await Ciphertexts.write([(one.id, one.bytes.dropLast() + [one.bytes[one.bytes.count - 1] ^ 1])], machine)
        let ring = keys.ring("new", "old")
        let before = try await machine.run("encryption", "status", "--json", environment: ring)
        #expect(before.text("next")?.contains("run `keyvigil encryption rotate`") == true, "\(before)")
        #expect(try await machine.run("encryption", "rotate", environment: ring).status == 3)
        let after = try await machine.run("encryption", "status", "--json", environment: ring)
        let next = try #require(after.text("next"))
        #expect(next.contains("1 key under \(try keys.id("old")) does not open with it"), "\(next)")
        #expect(next.contains(one.id) && next.contains("keyvigil keys replace"), "\(next)")
        #expect(!next.contains("encryption rotate"), "\(next)")
    }

    /// The fault of the ring, the exit status, and the message.
    private static let faults: [(String, Int32, String)] = [
        ("another", 78, "the encryption key is not the one this store was written with"),
        ("truncated", 78, "is not 32 bytes of base64"), ("check value", 78, "the encryption key is not the one"),
        ("readable", 77, "chmod"), ("missing", 78, "no encryption key"),
    ]
    private static let commands = [
        ["encryption", "rotate"], ["encryption", "status"], ["encryption", "retire", "00000001"], ["run"],
    ]

    @Test(
        "With a wrong, truncated, damaged or readable ring every command ends before it changes anything (S7)",
        arguments: faults)
    func wrongRing(fault: String, status: Int32, words: String) async throws {
        let machine = try await Machine()
        try await machine.importMany(3)
        if fault == "check value" {
            try await machine.execute("UPDATE encryption_key SET check_value = (SELECT hash FROM audit_entry LIMIT 1)")
        }
        let environment = try ring(fault, machine)
        let before = bytes(machine)
        for command in Self.commands {
            let done = try await machine.start(command, days: 8, environment: environment).finish()
            #expect(done.status == status && done.errors.contains(words), "\(command) \(done)")
            #expect(done.errors.split(separator: "\n").count == 1 && done.output.isEmpty)
        }
        #expect(bytes(machine) == before)
        #expect(await machine.simulator.requestCount(provider: "openai") == 0)
    }

    private func ring(_ fault: String, _ machine: Machine) throws -> [String: String] {
        switch fault {
        case "another": return ["BYOK_ENCRYPTION_KEY": Data(repeating: 7, count: 32).base64EncodedString()]
        case "truncated": return ["BYOK_ENCRYPTION_KEY": String(machine.masterKey.prefix(20))]
        case "missing": return ["BYOK_ENCRYPTION_KEY": ""]
        case "readable":
            let path = try machine.home.write(machine.masterKey, to: "key-ring")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            return ["BYOK_ENCRYPTION_KEY": "", "BYOK_ENCRYPTION_KEY_FILE": path]
        default: return [:]
        }
    }

    private func bytes(_ machine: Machine) -> [Data?] {
        ["", "-wal"].map { FileManager.default.contents(atPath: machine.databasePath + $0) }
    }

    @Test(
        "The refusal to retire a master key says why",
        arguments: [
            ("own", Int32(65), "is the first key of this ring"), ("00000001", 65, "knows no encryption key"),
            ("xyz", 64, "8 hexadecimal digits"),
        ])
    func notRetired(id: String, status: Int32, words: String) async throws {
        let machine = try await Machine()
        try await machine.importMany(1)
        let own = try MasterKeys(machine, own: "own").id("own")
        let done = try await machine.run("encryption", "retire", id == "own" ? own : id)
        #expect(done.status == status && done.errors.contains(words), "\(done)")
    }
}
