import Foundation

/// Reads a directory of templates and collects all faults in ``problems``.
struct TemplateReader {
    private let directory: URL
    private(set) var problems: [TemplateProblem] = []

    init(directory: String) {
        self.directory = URL(fileURLWithPath: directory, isDirectory: true)
    }

    /// The locales that have a folder, sorted. A missing directory or a missing `en` is a problem.
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

    /// Reads and checks all parts of one locale and format, including the layout.
    mutating func library(locale: String, format: TemplateLayout.Format) -> TemplateLibrary {
        let parts = TemplateLayout.parts(format)
        let names = format == .subject ? [] : Set(parts.map(\.name))
        var read = parts.map { part in
            template(
                part.name, in: "\(locale)/\(part.name)/\(format.rawValue).mustache", scopes: part.scopes,
                partials: names)
        }
        if locale == TemplateLayout.operatorsLocale {
            let part = TemplateLayout.operatorsPart
            read.append(
                template(
                    part, in: "\(locale)/\(part)/\(format.rawValue).mustache", scopes: [TemplateVariables.operators],
                    partials: []))
        }
        if format != .subject {
            let mailParts = Set(TemplateLayout.mailParts + [TemplateLayout.operatorsPart])
            let file = "layout/\(format.rawValue).mustache"
            read.append(template("layout", in: file, scopes: [TemplateVariables.mail], partials: mailParts))
        }
        return TemplateLibrary(read.compactMap { $0 }, format)
    }

    private mutating func template(
        _ name: String, in file: String, scopes: [[String: TemplateVariable]], partials: Set<String>
    ) -> TemplateLibrary.Part? {
        guard let source = read(file) else { return nil }
        var check = TemplateCheck(file: file, scopes: scopes, partials: partials)
        check.run(source)
        for problem in check.problems where !problems.contains(problem) { problems.append(problem) }
        return TemplateLibrary.Part(name: name, file: file, source: source)
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
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(directory.path)/\(name)", isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
