internal import Database
internal import KeyVigil
internal import Revalidation

/// Audit rows for people.
struct AuditTable {
    private var table = TextTable(
        "AT", "ACTOR", "EVENT", "TENANT", "PROVIDER", "KEY", "FINDING", "ANSWER", "DETAILS")

    mutating func add(_ line: AuditLine) {
        let answer = [line.httpStatus.map { "HTTP \($0)" }, line.providerCode].compactMap(\.self)
        table.add(
            String(UTCText.string(line.at).prefix(19)), line.actor, line.event, line.tenantID ?? "",
            line.provider ?? "", line.keyPrefix.map { $0 + "…" } ?? "", line.finding ?? "",
            answer.joined(separator: " "), line.sentence?.text ?? "")
        table.flow()
    }

    func print() { table.isEmpty ? Terminal.say("no such rows") : table.print() }
}

extension AuditLine {
    /// The fields of `audit list --json` and `audit export`.
    var fields: KeyValuePairs<String, JSONLine.Value> {
        [
            "id": .text(id), "at": .time(at), "run": .text(runID), "seq": .number(sequence), "actor": .text(actor),
            "event": .text(event), "key_id": .text(keyID), "tenant": .text(tenantID), "provider": .text(provider),
            "key_prefix": .text(keyPrefix), "finding": .text(finding), "http_status": .number(httpStatus),
            "provider_code": .text(providerCode), "request_id": .text(requestID), "details": .text(details),
            "hash": .text(hash),
        ]
    }

    func printJSON() { JSONLine.print(fields) }
}
