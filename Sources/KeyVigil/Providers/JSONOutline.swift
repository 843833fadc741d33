import Foundation

/// The union of all places that a provider's rules look at, as a tree, so that one pass over a body visits only those.
struct JSONOutline: Sendable {
    private(set) var slotCount = 0
    private var root = Branch()
    private var slots: [JSONPath: Int] = [:]

    private struct Branch: Sendable {
        var names: [(key: Name, branch: Branch)] = []
        var element: [Branch] = []
        var slot: Int?
        var wants: JSONKinds = []
    }

    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The slot in which the values at `path` will be found.
    mutating func add(_ path: JSONPath, wants: JSONKinds) -> Int {
        let slot = slots[path] ?? slotCount
        slots[path] = slot
        slotCount = max(slotCount, slot + 1)
        Self.add(path.steps[...], slot: slot, wants: wants, to: &root)
        return slot
    }

    private static func add(_ steps: ArraySlice<JSONPath.Step>, slot: Int, wants: JSONKinds, to branch: inout Branch) {
        switch steps.first {
        case nil:
            branch.slot = slot
            branch.wants.formUnion(wants)
        case .element:
            if branch.element.isEmpty { branch.element.append(Branch()) }
            add(steps.dropFirst(), slot: slot, wants: wants, to: &branch.element[0])
        case .name(let name):
            let found = branch.names.firstIndex { $0.key.stringValue == name }
            let index = found ?? branch.names.count
            if found == nil { branch.names.append((Name(stringValue: name), Branch())) }
            add(steps.dropFirst(), slot: slot, wants: wants, to: &branch.names[index].branch)
        }
    }

    /// The values at every slot. With `unwrapping`, a top-level list of one element is read as that element.
    func read(_ decoder: any Decoder, unwrapping: Bool) throws -> [[JSONValue]] {
        var facts = [[JSONValue]](repeating: [], count: slotCount)
        if unwrapping, var list = try? decoder.unkeyedContainer() {
            let only = try list.nestedContainer(keyedBy: Name.self)
            guard list.isAtEnd else { throw NotOneElement() }
            read(only, root, into: &facts)
        } else if let element = root.element.first, var list = try? decoder.unkeyedContainer() {
            if let slot = element.slot { facts[slot].append(.array) }
            read(&list, element, into: &facts)
        } else {
            read(try decoder.container(keyedBy: Name.self), root, into: &facts)
        }
        return facts
    }

    private func read(_ object: KeyedDecodingContainer<Name>, _ branch: Branch, into facts: inout [[JSONValue]]) {
        for (key, child) in branch.names where object.contains(key) {
            if let slot = child.slot, let value = value(of: key, in: object, wants: child.wants) {
                facts[slot].append(value)
            }
            if !child.names.isEmpty, let inner = try? object.nestedContainer(keyedBy: Name.self, forKey: key) {
                read(inner, child, into: &facts)
            }
            if let element = child.element.first, var list = try? object.nestedUnkeyedContainer(forKey: key) {
                read(&list, element, into: &facts)
            }
        }
    }

    private func read(
        _ list: inout any UnkeyedDecodingContainer, _ branch: Branch, into facts: inout [[JSONValue]]
    ) {
        while !list.isAtEnd, let inner = try? list.nestedContainer(keyedBy: Name.self) {
            read(inner, branch, into: &facts)
        }
    }

    /// Nil for `null`, which counts as absent.
    private func value(
        of key: Name, in object: KeyedDecodingContainer<Name>, wants: JSONKinds
    ) -> JSONValue? {
        if (try? object.decodeNil(forKey: key)) == true { return nil }
        if wants.contains(.string), let text = try? object.decode(String.self, forKey: key) { return .string(text) }
        if wants.contains(.number), let number = try? object.decode(Double.self, forKey: key) { return .number(number) }
        if wants.contains(.bool), let truth = try? object.decode(Bool.self, forKey: key) { return .bool(truth) }
        if wants.contains(kind: .array), (try? object.nestedUnkeyedContainer(forKey: key)) != nil { return .array }
        if wants.contains(kind: .object), (try? object.nestedContainer(keyedBy: Name.self, forKey: key)) != nil {
            return .object
        }
        return .other
    }

    private struct NotOneElement: Error {}
}
