internal import KeyVigil
internal import Revalidation
internal import Vocabulary

extension PlannedProvider {
    /// The entry in sentences.
    func print() {
        Terminal.say(Terminal.styled("\(Printable(name, limit: 1000)) (\(id))", as: .bold))
        Terminal.say("  planned, not live yet: its keys can be stored and used once it is live")
        if !capabilities.isEmpty {
            Terminal.say("  capabilities      " + capabilities.map(\.rawValue).joined(separator: ", "))
        }
        if let consoleURL { Terminal.say("  new keys          \(Printable(consoleURL, limit: 1000))") }
    }

    func printDocument() {
        JSONLine.print([
            "id": .text(id), "name": .text(name), "planned": .flag(true),
            "capabilities": .list(capabilities.map(\.rawValue)), "console_url": .text(consoleURL),
            "catalogue": .text(file),
        ])
    }
}
