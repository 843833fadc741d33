/// Text from outside (labels, names, server replies) made safe for a mail, a terminal or a file (ruling 27).
///
/// Control, line-separating and bidirectional characters become U+FFFD, so that the text cannot fake a line, move the
/// cursor or reverse the reading order. Joiners stay: emoji and several scripts need them.
package struct Printable: Sendable, Hashable, CustomStringConvertible {
    /// The filtered text.
    package let description: String

    /// Filters `text` and cuts it after `limit` Unicode scalars, with an ellipsis in the last place.
    ///
    /// Scalars are counted, not characters: one character may carry thousands of combining marks.
    package init(_ text: String, limit: Int = 120) {
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            guard count <= limit else { break }
            scalars.append(Self.isUnsafe(scalar) ? "\u{FFFD}" : scalar)
        }
        if count > limit {
            scalars.removeLast()
            scalars.append("…")
        }
        description = String(scalars)
    }

    /// Whether a scalar could change how the text around it is read or split.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .privateUse: return true
        default: return isDirectional(scalar) || isInvisible(scalar) || scalar.properties.isNoncharacterCodePoint
        }
    }

    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: true
        default: false
        }
    }

    /// Byte order mark, annotation marks and tag characters: they show nothing and can smuggle text.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }
}
