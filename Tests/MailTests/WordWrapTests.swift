import Mail
import Testing

@Suite("The plain text of a mail")
struct WordWrapTests {
    @Test("Long paragraphs are wrapped, links never")
    func wrapping() {
        let link = "https://example.com/" + String(repeating: "x", count: 100)
        let text = WordWrap.wrapped("  1. " + String(repeating: "word ", count: 20) + "\n\n\n\n" + link + "\n\n")
        #expect(
            text == """
                  1. word word word word word word word word word word word word word
                     word word word word word word word

                \(link)

                """)
    }
}
