extension MailContent {
    /// The latest item of each key and kind, in the order of ``NoticeKind``. A key that was disabled and enabled
    /// again gets one item.
    static func gathered(_ items: [Item]) -> [Item] {
        let byKey = Dictionary(grouping: items.enumerated(), by: \.element.keyID)
        let kept = byKey.values.flatMap { joined($0.map(\.element).sorted { $0.since < $1.since }) }
        let order = Dictionary(
            items.enumerated().map { ($1.keyID, $0) }, uniquingKeysWith: { first, _ in first })
        let rank = Dictionary(uniqueKeysWithValues: NoticeKind.allCases.enumerated().map { ($1, $0) })
        return kept.sorted { left, right in
            (rank[left.kind, default: 0], order[left.keyID, default: 0])
                < (rank[right.kind, default: 0], order[right.keyID, default: 0])
        }
    }

    /// Joins the items of one key, given oldest first. Of "disabled" and "works again" only the later one stays;
    /// "given up" replaces "disabled".
    private static func joined(_ items: [Item]) -> [Item] {
        var latest: [NoticeKind: Item] = [:]
        for item in items { latest[item.kind] = item }
        if latest[.keyGivenUp] != nil { latest[.keyDisabled] = nil }
        guard let down = latest[.keyDisabled], var up = latest[.keyWorksAgain] else { return Array(latest.values) }
        if up.since < down.since {
            latest[.keyWorksAgain] = nil
        } else {
            up.downSince = up.downSince ?? down.since
            latest[.keyWorksAgain] = up
            latest[.keyDisabled] = nil
        }
        return Array(latest.values)
    }
}
