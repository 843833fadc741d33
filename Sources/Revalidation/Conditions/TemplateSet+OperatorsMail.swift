internal import Foundation

extension TemplateSet {
    /// The mail that tells operators this; always in English.
    func render(_ mail: OperatorsMail) throws(TemplateError) -> RenderedMail {
        try renderOperatorsMail(mail.variables())
    }

    /// Renders every mail in every locale with every sample and says what its reader would miss or should never see; empty
    /// where all is well. Reading the directory has already checked what can be seen without rendering.
    package func check() -> [TemplateProblem] {
        checkTenantsMails() + OperatorsMail.samples.flatMap { name, mail in check(mail, named: name) }
    }

    private func check(_ mail: OperatorsMail, named name: String) -> [TemplateProblem] {
        do {
            let rendered = try render(mail)
            let titles = mail.news.map { news in news.condition.title { $0 == "openai" ? "OpenAI" : $0 } }
            return missing(titles.map { ("condition's title", $0) }, in: rendered, named: name)
                + unwanted(in: rendered).map { TemplateProblem(name, $0) }
        } catch {
            return error.problems
        }
    }
}
