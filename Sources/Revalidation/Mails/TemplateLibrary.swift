import Mustache
import Synchronization

/// One locale's templates of one format, checked by ``TemplateCheck``. swift-mustache reads them when a key is due or a
/// mail needs them: that takes longer than everything else in a run that has nothing to tell.
final class TemplateLibrary: Sendable {
    /// One template and the file that it came from.
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

    /// - Throws: ``TemplateError`` for what swift-mustache cannot read, though every name in it is known.
    func render(_ variables: [String: Any], as part: String) throws(TemplateError) -> String {
        try library().render(variables, withTemplate: part) ?? ""
    }

    /// Has swift-mustache read all of them now.
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
        var (library, problems) = (MustacheLibrary(), [TemplateProblem]())
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
