internal import KeyVigil

extension Resolution {
    var jsonFields: KeyValuePairs<String, JSONLine.Value> {
        [
            "source": .text(source.rawValue), "key_id": .text(keyID), "provider": .text(provider),
            "reason": .text(reason),
        ]
    }

    var sentence: String {
        let answer = keyID.map { "key \($0) (\(provider ?? ""))" } ?? source.rawValue
        return "\(answer): \(reason)"
    }
}
