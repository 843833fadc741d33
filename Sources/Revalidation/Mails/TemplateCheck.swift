/// Checks the tags of one template: every section is closed, every name is known in its section, and no tag skips
/// escaping (ruling 27).
struct TemplateCheck {
    private let file: String
    private let partials: Set<String>
    private var scopes: [[String: TemplateVariable]]
    private var open: [TemplateTag] = []
    private(set) var problems: [TemplateProblem] = []

    /// - Parameters:
    ///   - scopes: the names known at the template's top level, innermost scope last.
    ///   - partials: the partials that `{{>NAME}}` may name.
    init(file: String, scopes: [[String: TemplateVariable]], partials: Set<String>) {
        self.file = file
        self.scopes = scopes
        self.partials = partials
    }

    /// Checks the whole template and adds every fault to ``problems``.
    mutating func run(_ source: String) {
        do {
            for tag in try TemplateTag.all(in: source) { check(tag) }
        } catch {
            add(error.line, "this {{ has no }}")
        }
        for tag in open { add(tag.line, "{{#\(tag.name)}} is never closed; add {{/\(tag.name)}}".opened(by: tag)) }
    }

    private mutating func check(_ tag: TemplateTag) {
        switch tag.sign {
        case nil: if lookup(tag) == nil { addUnknown(tag) }
        case "#", "^": enter(tag)
        case "/": leave(tag)
        case ">": checkPartial(tag)
        case "!": break
        case "{": add(tag.line, "{{{\(tag.name)}}} skips escaping; write {{\(tag.name)}}")
        case "&": add(tag.line, "{{&\(tag.name)}} skips escaping; write {{\(tag.name)}}")
        case .some(let sign): add(tag.line, "{{\(sign)\(tag.name)}} is not used in these templates; remove it")
        }
    }

    private mutating func enter(_ tag: TemplateTag) {
        let variable = lookup(tag)
        if variable == nil { addUnknown(tag) }
        open.append(tag)
        scopes.append(variable?.inner ?? [:])
    }

    private mutating func leave(_ tag: TemplateTag) {
        guard let begun = open.last else {
            add(tag.line, "{{/\(tag.name)}} closes nothing; remove it")
            return
        }
        guard begun.name == tag.name else {
            add(tag.line, "{{/\(tag.name)}} stands where {{/\(begun.name)}} is due (opened on line \(begun.line))")
            return
        }
        open.removeLast()
        scopes.removeLast()
    }

    private mutating func checkPartial(_ tag: TemplateTag) {
        // `{{>*kind}}` inserts the template of the notice's kind.
        if tag.name == "*kind", scopes.contains(where: { $0["kind"] != nil }) { return }
        if !partials.contains(tag.name) {
            add(tag.line, "unknown part {{>\(tag.name)}}; known: \(partials.sorted().joined(separator: ", "))")
        }
    }

    /// Resolves a name as Mustache does: the first part of a dotted name from the innermost scope outwards, the other
    /// parts inside what was found.
    private func lookup(_ tag: TemplateTag) -> TemplateVariable? {
        guard tag.name.utf8.contains(UInt8(ascii: ".")) else { return lookup(tag.name) }
        let path = tag.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return path.dropFirst().reduce(lookup(path[0])) { found, name in found?.inner[name] }
    }

    private func lookup(_ name: String) -> TemplateVariable? {
        for names in scopes.reversed() { if let found = names[name] { return found } }
        return nil
    }

    private mutating func addUnknown(_ tag: TemplateTag) {
        let known = Set(scopes.flatMap(\.keys)).sorted().joined(separator: ", ")
        add(tag.line, "unknown variable {{\(tag.name)}}; known here: \(known)")
    }

    private mutating func add(_ line: Int, _ message: String) {
        problems.append(TemplateProblem(file, line: line, message))
    }
}

extension String {
    /// The message with `{{^NAME}}` in place of `{{#NAME}}` where the tag opened an inverted section.
    fileprivate func opened(by tag: TemplateTag) -> String {
        tag.sign == "^" ? replacing("{{#\(tag.name)}}", with: "{{^\(tag.name)}}") : self
    }
}
