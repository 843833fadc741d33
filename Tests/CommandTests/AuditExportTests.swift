import Foundation
import Testing

@Suite("keyvigil audit export", .serialized)
struct AuditExportTests {
    private func machineWithRows() async throws -> Machine {
        let machine = try await Machine()
        try await machine.addTenant()
        try await machine.addTenant("birch")
        _ = try await machine.addKey()
        return machine
    }

    @Test("JSON is that of `audit list`, line by line, with the same filters")
    func json() async throws {
        let machine = try await machineWithRows()
        let list = try await machine.run("audit", "list", "--json")
        let export = try await machine.run("audit", "export")
        #expect(export.status == 0)
        #expect(export.errors == "")
        #expect(export.output == list.output)
        #expect(list.output != "")
        #expect(try await machine.run("audit", "export", "--json").output == list.output)
        #expect(try await machine.run("audit", "export", "--tenant", "birch").jsonLines.count == 1)
        #expect(try await machine.run("audit", "export", "--event", "tenant.added").jsonLines.count == 2)
        #expect(try await machine.run("audit", "export", "--until", "2020-01-01").output == "")
        #expect(try await machine.run("audit", "export", "--event", "nothing").status == 64)
    }

    @Test("CSV has a header, quotes where needed, and no cell that a spreadsheet takes for a formula")
    func csv() async throws {
        let machine = try await machineWithRows()
        let release = try await machine.run(
            "breakers", "release", "openai", "--reason", "they said \"all\", no more", "--finding", "revoked")
        #expect(release.status == 0, "\(release)")
        try await machine.execute("DROP TRIGGER audit_entry_no_update")
        try await machine.execute("UPDATE audit_entry SET details = '=1+1' WHERE tenant_id = 'birch'")
        let export = try await machine.run("audit", "export", "--csv")
        #expect(export.status == 0 && export.errors == "", "\(export)")
        let lines = export.output.components(separatedBy: "\r\n")
        #expect(
            lines[0]
                == "id,at,run,seq,actor,event,key_id,tenant,provider,key_prefix,finding,http_status,provider_code,request_id,details,hash"
        )
        #expect(lines.count == 6 && lines.last == "")
        #expect(lines.contains { $0.contains(",operator,tenant.added,,birch,,,,,,,'=1+1,") }, "\(export)")
        #expect(lines.contains { $0.contains(#"they said \""all\"", no more"",""#) }, "\(export)")
    }

    @Test("Two formats at once are refused")
    func both() async throws {
        let machine = try await machineWithRows()
        let done = try await machine.run("audit", "export", "--csv", "--json")
        #expect(done.status == 64 && done.errors.contains("take either --json or --csv"), "\(done)")
    }

    @Test("An export that cannot be written whole to standard output fails")
    func full() async throws {
        let machine = try await machineWithRows()
        let done = try await shell("exec '\(Program.path)' audit export > /dev/full", on: machine)
        #expect(done.status == 70 && done.errors.contains("the export is cut short"), "\(done)")
    }

    @Test(
        "So does any other output that cannot be written whole",
        arguments: ["encryption new-key", "audit list --json", "audit list", "keys list --json", "status --json"])
    func fullToo(command: String) async throws {
        let machine = try await machineWithRows()
        let done = try await shell("exec '\(Program.path)' \(command) > /dev/full", on: machine)
        #expect(done.status == 70 && done.errors.contains("the output is cut short"), "\(done)")
        let headed = try await shell("'\(Program.path)' \(command) | true", on: machine)
        #expect(headed.status == 0 && headed.errors.isEmpty, "\(headed)")
    }

    private func shell(_ line: String, on machine: Machine) async throws -> Finished {
        try await Program(["-c", line], program: "/bin/sh", environment: machine.environment()).finish()
    }
}
