internal import Foundation
internal import Mail

/// A subject and the two forms of a body, ready for ``MailMessage``.
package struct RenderedMail: Sendable, Equatable {
    /// The subject, one line without line break.
    package let subject: String
    /// The body as plain text, wrapped near 72 columns.
    package let text: String
    /// The body as a complete HTML document.
    package let html: String
}

/// All mail templates, read and checked before the first key is probed.
///
/// `layout/text.mustache` and `layout/html.mustache` frame every mail; `LOCALE/PART/FORMAT.mustache` hold the text.
/// An incomplete locale is an error; a locale without a folder falls back: `de-AT` to `de` to `en`.
package struct TemplateSet: Sendable {
    /// The locales that have a folder, sorted.
    package let locales: [String]
    private let templates: [String: [TemplateLayout.Format: TemplateLibrary]]

    /// Reads and checks all templates in `directory`.
    ///
    /// - Throws: ``TemplateError`` with all problems found, with file and, where known, line. Correct the files.
    package init(directory: String) throws(TemplateError) {
        var reader = TemplateReader(directory: directory)
        let locales = reader.locales()
        var templates: [String: [TemplateLayout.Format: TemplateLibrary]] = [:]
        for locale in locales {
            for format in TemplateLayout.Format.allCases {
                templates[locale, default: [:]][format] = reader.library(locale: locale, format: format)
            }
        }
        guard reader.problems.isEmpty else { throw TemplateError(problems: reader.problems) }
        self.locales = locales
        self.templates = templates
    }

    /// Parses all templates, which must succeed before the first key is probed. A run with nothing to do skips it.
    ///
    /// - Throws: ``TemplateError`` where swift-mustache cannot parse a template.
    func prepare() throws(TemplateError) {
        for formats in templates.values {
            for library in formats.values { try library.prepare() }
        }
    }

    /// Renders the mail with this content, in the best locale for its recipient.
    ///
    /// - Throws: ``TemplateError`` where the templates make no usable mail of it, for example an empty subject.
    ///   Correct the template that it names.
    package func render(_ content: MailContent) throws(TemplateError) -> RenderedMail {
        let locale = self.locale(for: content.locale)
        var variables = content.variables()
        variables["language"] = locale
        return try Self.mail(
            subject: render(.subject, telling: content, variables: variables, locale: locale),
            of: "\(locale)/\(Self.subjectPart(content))",
            text: render(.text, telling: content, variables: variables, locale: locale),
            html: render(.html, telling: content, variables: variables, locale: locale))
    }

    /// Renders the mail to operators from the variables of the template `operators`; always in English.
    ///
    /// - Throws: ``TemplateError`` where the templates make no usable mail of them.
    func renderOperatorsMail(_ variables: [String: Any]) throws(TemplateError) -> RenderedMail {
        let locale = TemplateLayout.operatorsLocale
        let part = TemplateLayout.operatorsPart
        let framed: [String: Any] = ["language": locale, part: variables]
        return try Self.mail(
            subject: render(.subject, variables: variables, as: part, locale: locale), of: "\(locale)/\(part)",
            text: render(.text, variables: framed, as: "layout", locale: locale),
            html: render(.html, variables: framed, as: "layout", locale: locale))
    }

    private static func mail(
        subject: String, of folder: String, text: String, html: String
    ) throws(TemplateError) -> RenderedMail {
        let lines = subject.split(whereSeparator: \.isNewline)
        guard lines.count == 1 else {
            let message = "gives \(lines.count) lines; a subject is one"
            throw TemplateError(problems: [TemplateProblem("\(folder)/subject.mustache", message)])
        }
        return RenderedMail(
            subject: lines[0].trimmed, text: WordWrap.wrapped(text), html: html.trimmed + "\n")
    }

    /// The locale whose templates are used for `tag`: the tag itself, else its shorter forms (`de` for `de-AT`), else
    /// `en`. Case is ignored, and `_` counts as `-`.
    package func locale(for tag: String) -> String {
        var parts = tag.split { $0 == "-" || $0 == "_" }.map { $0.lowercased() }
        while !parts.isEmpty {
            let wanted = parts.joined(separator: "-")
            if let found = locales.first(where: { $0.lowercased() == wanted }) { return found }
            parts.removeLast()
        }
        return "en"
    }

    private func render(
        _ format: TemplateLayout.Format, telling content: MailContent, variables: [String: Any], locale: String
    ) throws(TemplateError) -> String {
        guard format == .subject else { return try render(format, variables: variables, as: "layout", locale: locale) }
        let item = content.items.count == 1 ? (variables["items"] as? [[String: Any]])?.first : nil
        let all = variables.merging(item ?? [:]) { _, item in item }
        return try render(.subject, variables: all, as: Self.subjectPart(content), locale: locale)
    }

    private func render(
        _ format: TemplateLayout.Format, variables: [String: Any], as part: String, locale: String
    ) throws(TemplateError) -> String {
        try templates[locale]?[format]?.render(variables, as: part) ?? ""
    }

    private static func subjectPart(_ content: MailContent) -> String {
        content.items.count == 1 ? content.items[0].kind.rawValue : "digest"
    }
}
