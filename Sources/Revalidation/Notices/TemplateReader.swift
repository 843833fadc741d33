import Foundation
import Mustache

/// Reads a directory of templates and collects whatever is wrong with it.
struct TemplateReader {
    private let directory: URL
    private(set) var problems: [TemplateProblem] = []

    init(directory: String) {
        self.directory = URL(fileURLWithPath: directory, isDirectory: true)
    }

    /// The locales' folders; a problem when there are none or English is missing.
    mutating func locales() -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
            let advice = "set KEYVIGIL_TEMPLATES or `templates` to the one that holds layout/ and en/"
            add(directory.path, "no such directory; \(advice)")
            return []
        }
        let locales = names.filter { $0 != "layout" && !$0.hasPrefix(".") && isDirectory($0) }.sorted()
        if !locales.contains("en") { add("en", "missing; every locale falls back to English") }
        return locales
    }

    /// All parts of one locale and format, the layout among them.
    mutating func library(locale: String, format: TemplateLayout.Format) -> MustacheLibrary {
        var library = MustacheLibrary()
        let parts = TemplateLayout.parts(format)
        let names = format == .subject ? [] : Set(parts.map(\.name))
        for part in parts {
            let file = "\(locale)/\(part.name)/\(format.rawValue).mustache"
            library.add(template(file, format, part.scopes, names), named: part.name)
        }
        if locale == TemplateLayout.operatorsLocale {
            library.add(operators(format), named: TemplateLayout.operatorsPart)
        }
        if format != .subject {
            let mailParts = Set(TemplateLayout.mailParts + [TemplateLayout.operatorsPart])
            let layout = template("layout/\(format.rawValue).mustache", format, [TemplateVariables.mail], mailParts)
            library.add(layout, named: "layout")
        }
        return library
    }

    private mutating func operators(_ format: TemplateLayout.Format) -> MustacheTemplate? {
        let file = "\(TemplateLayout.operatorsLocale)/\(TemplateLayout.operatorsPart)/\(format.rawValue).mustache"
        return template(file, format, [TemplateVariables.operators], [])
    }

    private mutating func template(
        _ file: String, _ format: TemplateLayout.Format, _ scopes: [[String: TemplateVariable]], _ partials: Set<String>
    ) -> MustacheTemplate? {
        guard let source = read(file) else { return nil }
        var check = TemplateCheck(file: file, scopes: scopes, partials: partials)
        check.run(source)
        guard check.problems.isEmpty else {
            for problem in check.problems where !problems.contains(problem) { problems.append(problem) }
            return nil
        }
        do {
            return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(format.contentType)}}\n" + source)
        } catch {
            add(file, "swift-mustache cannot read it; look for a name with other characters than letters and dots")
            return nil
        }
    }

    private mutating func read(_ file: String) -> String? {
        guard let data = FileManager.default.contents(atPath: directory.appendingPathComponent(file).path) else {
            add(file, "missing or not readable")
            return nil
        }
        guard let source = String(validating: data, as: UTF8.self) else {
            add(file, "not UTF-8; save it as UTF-8")
            return nil
        }
        return source
    }

    private mutating func add(_ file: String, _ message: String) {
        let problem = TemplateProblem(file, message)
        if !problems.contains(problem) { problems.append(problem) }
    }

    private func isDirectory(_ name: String) -> Bool {
        (try? directory.appendingPathComponent(name).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
    }
}

extension MustacheLibrary {
    fileprivate mutating func add(_ template: MustacheTemplate?, named name: String) {
        if let template { register(template, named: name) }
    }
}
