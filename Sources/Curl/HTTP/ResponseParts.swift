/// The part of one answer that has arrived so far.
struct ResponseParts {
    /// In bytes, for all header lines together.
    private static let headerLimit = 64 * 1024
    /// In bytes.
    var bodyLimit = RequestTemplate.usualBody
    /// Names, in lower case, of the headers to keep beside the content type.
    var keptNames: [[UInt8]] = []

    private(set) var body: [UInt8] = []
    private(set) var headers: [String: String] = [:]
    private(set) var contentType: String?
    private(set) var isTooLarge = false
    private var headerBytes = 0

    /// Most answers of one template have the same content type, so its text is made once.
    private var lastType: (bytes: [UInt8], text: String) = ([], "")

    mutating func reset() {
        body = []
        if !headers.isEmpty { headers = [:] }
        contentType = nil
        isTooLarge = false
        headerBytes = 0
    }

    /// Adds to the body; false when it would exceed its limit.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = body.count + bytes.count > bodyLimit
        if !isTooLarge { body.append(contentsOf: bytes) }
        return !isTooLarge
    }

    /// Reads one header line with its line end; false when the headers exceed their limit.
    mutating func receive(line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        isTooLarge = headerBytes > Self.headerLimit
        guard !isTooLarge else { return false }
        if Self.begins(line, with: Self.statusPrefix) {
            // A status line after headers: those belonged to an interim answer (1xx) and do not count.
            if !headers.isEmpty { headers = [:] }
            contentType = nil
        } else {
            keep(line)
        }
        return true
    }

    private static let statusPrefix = Array("http/".utf8)
    private static let typeName = Array("content-type".utf8)

    private mutating func keep(_ line: UnsafeRawBufferPointer) {
        if contentType == nil, let value = Self.value(in: line, of: Self.typeName) { contentType = typeText(value) }
        for wanted in keptNames {
            guard let value = Self.value(in: line, of: wanted) else { continue }
            let name = String(decoding: wanted, as: UTF8.self)
            if headers[name] == nil { headers[name] = String(decoding: value, as: UTF8.self) }
        }
    }

    private mutating func typeText(_ value: UnsafeRawBufferPointer) -> String {
        if !lastType.bytes.elementsEqual(value) { lastType = (Array(value), String(decoding: value, as: UTF8.self)) }
        return lastType.text
    }

    /// The value without surrounding space, or nil where the line has another name. `name` is in lower case.
    private static func value(in line: UnsafeRawBufferPointer, of name: [UInt8]) -> UnsafeRawBufferPointer? {
        guard line.count > name.count, line[name.count] == UInt8(ascii: ":"), begins(line, with: name) else {
            return nil
        }
        var start = name.count + 1
        var end = line.count
        while start < end, line[start] <= 0x20 { start += 1 }
        while start < end, line[end - 1] <= 0x20 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[start..<end])
    }

    private static func begins(_ line: UnsafeRawBufferPointer, with text: [UInt8]) -> Bool {
        line.count >= text.count && text.indices.allSatisfy { line[$0].lowercasedASCII == text[$0] }
    }
}
