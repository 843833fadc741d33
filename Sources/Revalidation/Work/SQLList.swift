/// Lists of values as SQL text; only for values that come from the program or its catalogue, never from users.
enum SQLList {
    /// Ids as a comma-separated list of quoted texts. An id with a quotation mark, which no provider has, is left
    /// out.
    static func texts(_ ids: [String]) -> String {
        let plain = ids.filter { $0.utf8.allSatisfy { $0 != UInt8(ascii: "'") } }
        return "'" + plain.joined(separator: "', '") + "'"
    }

    /// Numbers as a comma-separated list.
    static func numbers(_ numbers: [Int]) -> String { numbers.map { String($0) }.joined(separator: ", ") }
}
