/// Checks one template's tags: sections in pairs, names known where they stand, nothing that skips escaping.
struct TemplateCheck {
    private let file: String
    private let partials: Set<String>
    private var scopes: [[String: TemplateVariable]]
    private var open: [TemplateTag] = []
    private(set) var problems: [TemplateProblem] = []

    /// - Parameters:
    ///   - scopes: the names known at the template's top, innermost last.
    ///   - partials: the names known after `>`.
    init(file: String, scopes: [[String: TemplateVariable]], partials: Set<String>) {
        self.file = file
        self.scopes = scopes
        self.partials = partials
    }

    /// Goes through the whole template; every fault is a problem.
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
        // `{{>*kind}}` takes the notice's own template.
        if tag.name == "*kind", scopes.contains(where: { $0["kind"] != nil }) { return }
        if !partials.contains(tag.name) {
            add(tag.line, "unknown part {{>\(tag.name)}}; known: \(partials.sorted().joined(separator: ", "))")
        }
    }

    /// Finds the first part of a dotted name from the inside out, then the rest below it, as Mustache does.
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
    /// Names an inverted section with the sign that opened it.
    fileprivate func opened(by tag: TemplateTag) -> String {
        tag.sign == "^" ? replacing("{{#\(tag.name)}}", with: "{{^\(tag.name)}}") : self
    }
}
