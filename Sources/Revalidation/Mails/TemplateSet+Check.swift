import Foundation
import KeyVigil
internal import Vocabulary

extension TemplateSet {
    /// Renders every sample in every locale and reports required text that is missing and content that no mail may
    /// hold.
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

    /// The wanted texts that the plain text or the HTML of a mail does not contain.
    func missing(
        _ wanted: [(what: String, text: String)], in mail: RenderedMail, named name: String
    ) -> [TemplateProblem] {
        wanted.flatMap { what, text in
            [("text", mail.text.unwrapped), ("HTML", mail.html.unescaped)]
                .filter { !$1.contains(text) }
                .map { form, _ in TemplateProblem(name, "the \(form) does not show the \(what)") }
        }
    }

    /// The texts that every mail must show: the names of tenant and providers, the contact and the keys' labels.
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

    /// Faults of a rendered mail: scripts, remote content, plain text that is escaped as HTML.
    func unwanted(in mail: RenderedMail) -> [String] {
        var problems: [String] = []
        if mail.html.contains("<script") { problems.append("the HTML passes on a tenant's <script>") }
        if mail.html.contains("src=") { problems.append("the HTML loads something; mails hold no remote content") }
        if mail.text.contains("&lt;") { problems.append("the text is escaped as if it were HTML") }
        return problems
    }
}

extension String {
    /// With each run of white space replaced by one space, so that line breaks do not hide a text.
    fileprivate var unwrapped: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    fileprivate var unescaped: String {
        replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}
