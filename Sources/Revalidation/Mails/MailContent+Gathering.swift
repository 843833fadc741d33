extension MailContent {
    /// One item for each key and kind, the latest; down and up again is one item; in the order of ``NoticeKind``.
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

    /// The items of one key, oldest first: whether it is on or off is told once, as it stands now; and what is given up
    /// needs no word that it is off.
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
