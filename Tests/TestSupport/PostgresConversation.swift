/// Follows what a client and a PostgreSQL server say to each other, to know the moment when a wanted statement has gone
/// out, and the one when everything that went out has been answered.
struct PostgresConversation {
    /// Answers (`ReadyForQuery`) that the server still owes.
    private(set) var unanswered = 0
    /// Once TLS is on, or what is spoken is not PostgreSQL, nothing can be followed.
    private(set) var isOpaque: Bool
    private var fromClient = PostgresMessages(isStarting: true)
    private var fromServer = PostgresMessages(isStarting: false)
    private var isAskingForEncryption = false
    private var statements: [[UInt8]: [UInt8]] = [:]
    private var hasBoundWanted = false

    init(isOpaque: Bool) { self.isOpaque = isOpaque }

    /// What of the client's bytes to pass on now. After the wanted statement, with the message that makes the server
    /// run it, nothing more is passed on, and `isFound` is true.
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
