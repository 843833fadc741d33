import Foundation

/// The JSON fields that a provider's rules read, as a tree of names, so that one pass over a body decodes only those.
struct JSONProjection: Sendable {
    private(set) var slotCount = 0
    private var root = Branch()
    private var slots: [JSONPath: Int] = [:]

    fileprivate struct Branch: Sendable {
        var names: [(key: Name, branch: Branch)] = []
        /// Holds one branch where a path goes on in the elements of a list.
        var element: [Branch] = []
        var slot: Int?
        var kinds: JSONKinds = []
    }

    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Adds a path, and returns the slot in which ``values(in:unwrapping:)`` puts its values.
    ///
    /// - Parameter kinds: the types into which the values are decoded.
    mutating func add(_ path: JSONPath, kinds: JSONKinds) -> Int {
        let slot = slots[path] ?? slotCount
        slots[path] = slot
        slotCount = max(slotCount, slot + 1)
        root.add(path.steps[...], slot: slot, kinds: kinds)
        return slot
    }

    /// The values of a body at every slot.
    ///
    /// - Parameter unwrapping: whether a top-level list of one element is read as that element.
    /// - Throws: an error where the body has another form; its text is of no use.
    func values(in decoder: any Decoder, unwrapping: Bool) throws -> [[JSONValue]] {
        var values = [[JSONValue]](repeating: [], count: slotCount)
        if unwrapping, var list = try? decoder.unkeyedContainer() {
            let only = try list.nestedContainer(keyedBy: Name.self)
            guard list.isAtEnd else { throw NotOneElement() }
            root.collect(from: only, into: &values)
        } else if let element = root.element.first, var list = try? decoder.unkeyedContainer() {
            if let slot = element.slot { values[slot].append(.array) }
            element.collect(from: &list, into: &values)
        } else {
            root.collect(from: try decoder.container(keyedBy: Name.self), into: &values)
        }
        return values
    }

    private struct NotOneElement: Error {}
}

extension JSONProjection.Branch {
    fileprivate mutating func add(_ steps: ArraySlice<JSONPath.Step>, slot: Int, kinds: JSONKinds) {
        switch steps.first {
        case nil:
            self.slot = slot
            self.kinds.formUnion(kinds)
        case .element:
            if element.isEmpty { element.append(Self()) }
            element[0].add(steps.dropFirst(), slot: slot, kinds: kinds)
        case .name(let name):
            let found = names.firstIndex { $0.key.stringValue == name }
            let index = found ?? names.count
            if found == nil { names.append((JSONProjection.Name(stringValue: name), Self())) }
            names[index].branch.add(steps.dropFirst(), slot: slot, kinds: kinds)
        }
    }

    fileprivate func collect(
        from object: KeyedDecodingContainer<JSONProjection.Name>, into values: inout [[JSONValue]]
    ) {
        for (key, child) in names where object.contains(key) {
            if let slot = child.slot, let value = object.value(of: key, kinds: child.kinds) {
                values[slot].append(value)
            }
            if !child.names.isEmpty,
                let inner = try? object.nestedContainer(keyedBy: JSONProjection.Name.self, forKey: key)
            {
                child.collect(from: inner, into: &values)
            }
            if let element = child.element.first, var list = try? object.nestedUnkeyedContainer(forKey: key) {
                element.collect(from: &list, into: &values)
            }
        }
    }

    fileprivate func collect(from list: inout any UnkeyedDecodingContainer, into values: inout [[JSONValue]]) {
        while !list.isAtEnd, let inner = try? list.nestedContainer(keyedBy: JSONProjection.Name.self) {
            collect(from: inner, into: &values)
        }
    }
}

extension KeyedDecodingContainer<JSONProjection.Name> {
    /// Nil for `null`, which counts as absent.
    fileprivate func value(of key: Key, kinds: JSONKinds) -> JSONValue? {
        if (try? decodeNil(forKey: key)) == true { return nil }
        if kinds.contains(.string), let text = try? decode(String.self, forKey: key) { return .string(text) }
        if kinds.contains(.number), let number = try? decode(Double.self, forKey: key) { return .number(number) }
        if kinds.contains(.bool), let truth = try? decode(Bool.self, forKey: key) { return .bool(truth) }
        if kinds.contains(kind: .array), (try? nestedUnkeyedContainer(forKey: key)) != nil { return .array }
        if kinds.contains(kind: .object), (try? nestedContainer(keyedBy: Key.self, forKey: key)) != nil {
            return .object
        }
        return .other
    }
}
