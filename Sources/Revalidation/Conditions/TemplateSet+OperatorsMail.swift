internal import Foundation

extension TemplateSet {
    /// Renders the mail to operators with this content; always in English.
    ///
    /// - Throws: ``TemplateError`` where the templates make no usable mail of it.
    func render(_ mail: OperatorsMail) throws(TemplateError) -> RenderedMail {
        try renderOperatorsMail(mail.variables())
    }

    /// Renders all samples in all locales and reports required text that is missing and content that no mail may
    /// hold; empty where there is none. ``init(directory:)`` has already checked what can be checked without
    /// rendering.
    package func check() -> [TemplateProblem] {
        checkTenantsMails() + OperatorsMail.samples.flatMap { name, mail in check(mail, named: name) }
    }

    private func check(_ mail: OperatorsMail, named name: String) -> [TemplateProblem] {
        do {
            let rendered = try render(mail)
            let titles = mail.news.map { news in news.condition.title { $0 == "openai" ? "OpenAI" : $0 }.text }
            return missing(titles.map { ("condition's title", $0) }, in: rendered, named: name)
                + unwanted(in: rendered).map { TemplateProblem(name, $0) }
        } catch {
            return error.problems
        }
    }
}
