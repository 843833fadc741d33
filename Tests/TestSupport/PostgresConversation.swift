/// Follows the messages between a client and a PostgreSQL server, to find when a wanted statement was sent, and when
/// the server has answered everything that was sent.
struct PostgresConversation {
    /// How many answers (`ReadyForQuery`) the server still has to send.
    private(set) var unanswered = 0
    /// Whether messages cannot be followed, because the connection uses TLS or another protocol.
    private(set) var isOpaque: Bool
    private var fromClient = PostgresMessages(isStarting: true)
    private var fromServer = PostgresMessages(isStarting: false)
    private var isAskingForEncryption = false
    private var statements: [[UInt8]: [UInt8]] = [:]
    private var hasBoundWanted = false

    init(isOpaque: Bool) { self.isOpaque = isOpaque }

    /// The client's bytes that are to be passed on now. They end with the message that makes the server execute the
    /// wanted statement; `isFound` is true then.
    mutating func hear(fromClient bytes: [UInt8], wanted: [UInt8]?) -> (passed: [UInt8], isFound: Bool) {
        if isOpaque { return (bytes, false) }
        fromClient.append(bytes)
        var passed: [UInt8] = []
        while let message = fromClient.next() {
            passed += message.bytes
            if follow(message, wanted) { return (passed, true) }
        }
        return (passed, false)
    }

    /// Counts the server's answers.
    mutating func hear(fromServer bytes: [UInt8]) {
        if isOpaque { return }
        var bytes = bytes
        if isAskingForEncryption, let answer = bytes.first {
            isAskingForEncryption = false
            isOpaque = answer == UInt8(ascii: "S") || answer == UInt8(ascii: "G")
            bytes.removeFirst()
        }
        fromServer.append(bytes)
        while let message = fromServer.next() {
            if message.type == UInt8(ascii: "Z") { unanswered -= 1 }
        }
    }

    private mutating func follow(_ message: PostgresMessages.Message, _ wanted: [UInt8]?) -> Bool {
        switch message.type {
        case 0: start(message)
        case UInt8(ascii: "P"):
            let texts = message.texts(2)
            statements[texts[0]] = texts.last
        case UInt8(ascii: "B"):
            let query = message.texts(2).last.flatMap { statements[$0] } ?? []
            if let wanted, query.contains(wanted) || message.bytes.contains(wanted) { hasBoundWanted = true }
        case UInt8(ascii: "Q"), UInt8(ascii: "F"):
            unanswered += 1
            return wanted.map(message.bytes.contains) ?? false
        case UInt8(ascii: "S"):
            unanswered += 1
            defer { hasBoundWanted = false }
            return hasBoundWanted && wanted != nil
        default: break
        }
        return false
    }

    /// A client first asks for TLS or GSS, or to cancel, or begins with its startup message.
    private mutating func start(_ message: PostgresMessages.Message) {
        switch message.body.prefix(4) {
        case [0x04, 0xD2, 0x16, 0x2F], [0x04, 0xD2, 0x16, 0x30]: isAskingForEncryption = true
        case [0x04, 0xD2, 0x16, 0x2E]: break
        default:
            fromClient.isStarting = false
            unanswered += 1
        }
    }
}
