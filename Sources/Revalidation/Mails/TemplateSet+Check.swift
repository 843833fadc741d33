import Foundation
import KeyVigil
internal import Vocabulary

extension TemplateSet {
    /// Renders the tenants' mails of every locale with every sample and says what a tenant would miss or should never see.
    func checkTenantsMails() -> [TemplateProblem] {
        locales.flatMap { locale in
            MailContent.samples(locale: locale).flatMap { name, content in check(content, named: "\(locale) (\(name))")
            }
        }
    }

    private func check(_ content: MailContent, named name: String) -> [TemplateProblem] {
        do {
            let mail = try render(content)
            return missing(wanted(in: content), in: mail, named: name)
                + unwanted(in: mail).map { TemplateProblem(name, $0) }
        } catch {
            return error.problems
        }
    }

    /// Wanted texts that a mail does not show, in its text or its HTML.
    func missing(
        _ wanted: [(what: String, text: String)], in mail: RenderedMail, named name: String
    ) -> [TemplateProblem] {
        wanted.flatMap { what, text in
            [("text", mail.text.unwrapped), ("HTML", mail.html.unescaped)]
                .filter { !$1.contains(text) }
                .map { form, _ in TemplateProblem(name, "the \(form) does not show the \(what)") }
        }
    }

    /// What every mail owes its reader.
    private func wanted(in content: MailContent) -> [(what: String, text: String)] {
        let fixed = [("tenant's name", Printable(content.tenantName).description)]
        let contact = content.platformContact.map { [("contact", $0)] } ?? []
        return fixed + contact
            + content.items.flatMap { item in
                [
                    ("provider's name", Printable(item.key.providerName).description),
                    ("key's label", Printable(item.key.label, limit: 80).description),
                ]
            }
    }

    /// What no mail may hold.
    func unwanted(in mail: RenderedMail) -> [String] {
        var problems: [String] = []
        if mail.html.contains("<script") { problems.append("the HTML passes on a tenant's <script>") }
        if mail.html.contains("src=") { problems.append("the HTML loads something; mails hold no remote content") }
        if mail.text.contains("&lt;") { problems.append("the text is escaped as if it were HTML") }
        return problems
    }
}

extension String {
    /// With every run of white space as one space, so that a wrapped line still holds its words.
    fileprivate var unwrapped: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    fileprivate var unescaped: String {
        replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}
