internal import Database
internal import Foundation
internal import Vocabulary

extension KeyHealth {
    /// The columns that ``init(row:from:keyID:)`` reads, of `key_health` named `h`.
    static let columns = HealthColumn.allCases.list(of: "h")

    /// Reads ``columns``, the first of which is column `start` of the row.
    ///
    /// - Throws: `DatabaseError` for a row whose columns contradict each other, such as a disabled key without a
    ///   disabling. The schema refuses such rows, so one of them means that the store is damaged. It ends the run:
    ///   a state that is guessed could bring a key back that an operator disabled, and writing it would hide the
    ///   damage.
    init(row: Row, from start: Int, keyID: String) throws(DatabaseError) {
        let row = ColumnReader<HealthColumn>(row: row, start: start)
        guard let state = KeyState(row) else { throw DatabaseError.contradiction(in: "key_health", id: keyID) }
        self.init(
            stored: state, slot: KeySlot(slice: row.integer(.slice), seconds: row.integer(.slot)),
            version: row.integer(.version), nextProbeAt: row.time(.nextProbeAt),
            unknownCount: row.integer(.unknownCount), exhaustedSince: row.time(.exhaustedSince),
            uncheckableSince: row.time(.uncheckableSince))
        lastCheckedAt = row.time(.lastCheckedAt)
        lastConclusiveAt = row.time(.lastConclusiveAt)
        lastFinding = row.optionalText(.lastFinding).flatMap(Finding.init)
        aliveAt = row.time(.aliveAt)
        keyType = row.text(.keyType)
        host = row.text(.host)
        guard isProbed || nextProbeAt == nil else { throw DatabaseError.contradiction(in: "key_health", id: keyID) }
    }

    /// The value of one column.
    func value(_ column: HealthColumn) -> SQLValue {
        switch column {
        case .slice: .integer(slice)
        case .slot: .integer(slot)
        case .version: .integer(version)
        case .status: .text(status.rawValue)
        case .disabledBy: .text(disabling?.by.rawValue)
        case .disabledAt: .time(disabling?.at)
        case .disabledFinding: .text(disabling?.finding?.rawValue)
        case .suspectedSince: .time(suspicion?.since)
        case .suspectFinding: .text(suspicion?.finding.rawValue)
        case .suspectHTTPStatus: .integer(suspicion?.httpStatus)
        case .suspectCode: .text(suspicion?.code)
        case .suspectRequestID: .text(suspicion?.requestID)
        case .deadCount: .integer(suspicion?.deadCount ?? 0)
        case .countedFrom: .time(suspicion?.countedFrom)
        case .exhaustedSince: .time(exhaustedSince)
        case .uncheckableSince: .time(uncheckableSince)
        case .keyType: .text(keyType)
        case .host: .text(host)
        case .unknownCount: .integer(unknownCount)
        case .lastCheckedAt: .time(lastCheckedAt)
        case .lastConclusiveAt: .time(lastConclusiveAt)
        case .lastFinding: .text(lastFinding?.rawValue)
        case .nextProbeAt: .time(nextProbeAt)
        case .aliveAt: .time(aliveAt)
        }
    }
}

// Each of the following reads one part of the state. It is nil where the columns of that part contradict each other,
// and `.some(nil)` where the row has no such part.

extension KeyState {
    fileprivate init?(_ row: ColumnReader<HealthColumn>) {
        guard let disabling = Disabling.read(row), let suspicion = Suspicion.read(row) else { return nil }
        switch (KeyStatus(rawValue: row.text(.status)), disabling, suspicion) {
        case (.active, nil, let suspicion): self = .active(suspicion)
        case (.disabled, let disabling?, nil): self = .disabled(disabling)
        case (.revoked, nil, nil): self = .revoked
        default: return nil
        }
    }
}

extension Disabling {
    fileprivate static func read(_ row: ColumnReader<HealthColumn>) -> Disabling?? {
        let finding = row.optionalText(.disabledFinding)
        switch (row.optionalText(.disabledBy).map(AuditActor.init), row.time(.disabledAt), finding) {
        case (nil, nil, nil): return .some(nil)
        case (.operator, let at?, nil): return Disabling(.operator, at: at)
        case (.job, let at?, let name?):
            guard let finding = Finding(rawValue: name), finding.verdict == .dead else { return nil }
            return Disabling(.job(finding), at: at)
        default: return nil
        }
    }
}

extension Suspicion {
    fileprivate static func read(_ row: ColumnReader<HealthColumn>) -> Suspicion?? {
        let count = row.integer(.deadCount)
        guard let since = row.time(.suspectedSince) else { return count == 0 ? .some(nil) : nil }
        guard count > 0, let finding = Finding(rawValue: row.text(.suspectFinding)), finding.verdict == .dead,
            let countedFrom = row.time(.countedFrom), countedFrom >= since
        else { return nil }
        return Suspicion(
            since: since, finding: finding, httpStatus: row.optionalInteger(.suspectHTTPStatus),
            code: row.optionalText(.suspectCode), requestID: row.optionalText(.suspectRequestID), deadCount: count,
            countedFrom: countedFrom)
    }
}
