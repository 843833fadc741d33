/// Lists of values as SQL text, for values that the program itself chose.
enum SQLList {
    /// Ids as quoted texts with commas between. An id with a quotation mark, which no provider has, is left out.
    static func texts(_ ids: [String]) -> String {
        let plain = ids.filter { $0.utf8.allSatisfy { $0 != UInt8(ascii: "'") } }
        return "'" + plain.joined(separator: "', '") + "'"
    }

    /// Numbers with commas between.
    static func numbers(_ numbers: [Int]) -> String { numbers.map { String($0) }.joined(separator: ", ") }
}
