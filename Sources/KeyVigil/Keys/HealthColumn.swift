internal import Database

/// The columns of `key_health` that hold a key's health, in the order in which a query selects them. The two others,
/// `key_id` and `provider`, stand in `stored_key` too, and are read from there.
enum HealthColumn: Int, TableColumn {
    case slice, slot
    case version, status, disabledBy, disabledAt, disabledFinding
    case suspectedSince, suspectFinding, suspectHTTPStatus, suspectCode, suspectRequestID, deadCount, countedFrom
    case exhaustedSince, uncheckableSince, keyType, host
    case unknownCount, lastCheckedAt, lastConclusiveAt, lastFinding, nextProbeAt, aliveAt

    var definition: (name: String, type: SQLType) {
        switch self {
        case .slice: ("slice", .integer)
        case .slot: ("slot", .integer)
        case .version: ("key_version", .integer)
        case .status: ("status", .text)
        case .disabledBy: ("disabled_by", .text)
        case .disabledAt: ("disabled_at", .time)
        case .disabledFinding: ("disabled_finding", .text)
        case .suspectedSince: ("suspected_since", .time)
        case .suspectFinding: ("suspect_finding", .text)
        case .suspectHTTPStatus: ("suspect_http_status", .integer)
        case .suspectCode: ("suspect_code", .text)
        case .suspectRequestID: ("suspect_request_id", .text)
        case .deadCount: ("dead_count", .integer)
        case .countedFrom: ("suspect_counted_from", .time)
        case .exhaustedSince: ("exhausted_since", .time)
        case .uncheckableSince: ("uncheckable_since", .time)
        case .keyType: ("key_type", .text)
        case .host: ("host", .text)
        case .unknownCount: ("unknown_count", .integer)
        case .lastCheckedAt: ("last_checked_at", .time)
        case .lastConclusiveAt: ("last_conclusive_at", .time)
        case .lastFinding: ("last_finding", .text)
        case .nextProbeAt: ("next_probe_at", .time)
        case .aliveAt: ("alive_at", .time)
        }
    }

    /// Columns that never change.
    static let fixed: [HealthColumn] = [.slice, .slot]
    /// Columns that every check writes: the answer and the next probe. None of them is one by which keys are counted.
    static let routine: [HealthColumn] = [
        .unknownCount, .lastCheckedAt, .lastConclusiveAt, .lastFinding, .nextProbeAt, .aliveAt,
    ]
    /// Columns that only other changes write as well.
    static let others = allCases.filter { !fixed.contains($0) && !routine.contains($0) }
    /// Columns that must still hold what was read, beside the key's id; see ``HealthTable/write(_:keyID:ifStill:in:)``.
    static let compared: [HealthColumn] = [
        .version, .status, .disabledBy, .suspectedSince, .nextProbeAt, .lastCheckedAt,
    ]
}
