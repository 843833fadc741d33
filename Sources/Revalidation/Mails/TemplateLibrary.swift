import Mustache
import Synchronization

/// The templates of one locale and format, checked by ``TemplateCheck``. swift-mustache parses them only when a key
/// is due or a mail is rendered: parsing takes longer than everything else in a run with nothing to do.
final class TemplateLibrary: Sendable {
    /// The source of one template and the path of its file.
    struct Part: Sendable {
        let name: String
        let file: String
        let source: String
    }

    private let parts: [Part]
    private let format: TemplateLayout.Format
    private let known = Mutex<MustacheLibrary?>(nil)

    init(_ parts: [Part], _ format: TemplateLayout.Format) {
        self.parts = parts
        self.format = format
    }

    /// Renders one part, after parsing all templates if that was not done yet.
    ///
    /// - Throws: ``TemplateError`` where swift-mustache cannot parse a template that ``TemplateCheck`` has passed.
    func render(_ variables: [String: Any], as part: String) throws(TemplateError) -> String {
        try library().render(variables, withTemplate: part) ?? ""
    }

    /// Parses all templates now.
    ///
    /// - Throws: ``TemplateError`` where swift-mustache cannot parse one.
    func prepare() throws(TemplateError) { _ = try library() }

    private func library() throws(TemplateError) -> MustacheLibrary {
        try known.withLock { known throws(TemplateError) in
            if let known { return known }
            let library = try read()
            known = library
            return library
        }
    }

    private func read() throws(TemplateError) -> MustacheLibrary {
        var library = MustacheLibrary()
        var problems: [TemplateProblem] = []
        for part in parts {
            let source = "{{% CONTENT_TYPE: \(format.contentType)}}\n" + part.source
            do {
                library.register(try MustacheTemplate(string: source), named: part.name)
            } catch {
                let advice = "write its tags as those of the others are"
                problems.append(TemplateProblem(part.file, "swift-mustache cannot read it; \(advice)"))
            }
        }
        guard problems.isEmpty else { throw TemplateError(problems: problems) }
        return library
    }
}
