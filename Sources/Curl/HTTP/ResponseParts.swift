/// What has arrived of one answer so far.
struct ResponseParts {
    /// For all header lines together.
    private static let headerLimit = 64 * 1024
    /// For the body.
    var bodyLimit = RequestTemplate.usualBody

    private(set) var body: [UInt8] = []
    private(set) var headers: [String: String] = [:]
    private(set) var contentType: String?
    private(set) var isTooLarge = false
    private var headerBytes = 0

    /// Most answers of one template bear the same type: its text is made once.
    private var lastType: (bytes: [UInt8], text: String) = ([], "")

    mutating func reset() {
        body = []
        if !headers.isEmpty { headers = [:] }
        contentType = nil
        isTooLarge = false
        headerBytes = 0
    }

    /// False when this would go over the limit.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = body.count + bytes.count > bodyLimit
        if !isTooLarge { body.append(contentsOf: bytes) }
        return !isTooLarge
    }

    /// One line with its line end. False when the headers go over the limit.
    mutating func receive(line: UnsafeRawBufferPointer, keeping kept: [[UInt8]]) -> Bool {
        headerBytes += line.count
        isTooLarge = headerBytes > Self.headerLimit
        guard !isTooLarge else { return false }
        if line.starts(with: Self.statusPrefix) {
            // An interim answer (1xx) came before: what it said does not count.
            headers = [:]
            contentType = nil
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            keep(name: line[..<colon], value: line[(colon + 1)...], keeping: kept)
        }
        return true
    }

    private static let statusPrefix = Array("HTTP/".utf8)
    private static let typeName = Array("content-type".utf8)

    private mutating func keep(
        name: Slice<UnsafeRawBufferPointer>, value: Slice<UnsafeRawBufferPointer>, keeping kept: [[UInt8]]
    ) {
        if contentType == nil, Self.matches(name, Self.typeName) { contentType = typeText(Self.trimmed(value)) }
        for wanted in kept where Self.matches(name, wanted) {
            let name = String(decoding: wanted, as: UTF8.self)
            if headers[name] == nil { headers[name] = String(decoding: Self.trimmed(value), as: UTF8.self) }
        }
    }

    private mutating func typeText(_ value: Slice<UnsafeRawBufferPointer>) -> String {
        // Compared in place: a slice takes ten times as long.
        if !lastType.bytes.elementsEqual(UnsafeRawBufferPointer(rebasing: value)) {
            lastType = (Array(value), String(decoding: value, as: UTF8.self))
        }
        return lastType.text
    }

    private static func matches(_ name: Slice<UnsafeRawBufferPointer>, _ lowercased: [UInt8]) -> Bool {
        name.count == lowercased.count && zip(name, lowercased).allSatisfy { HeaderSyntax.lowercased($0) == $1 }
    }

    private static func trimmed(_ value: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var value = value
        while let first = value.first, first <= 0x20 { value.removeFirst() }
        while let last = value.last, last <= 0x20 { value.removeLast() }
        return value
    }
}
