/// Which files a set of templates consists of: `layout/` for all locales, and one folder for each locale with one
/// folder for each part inside.
enum TemplateLayout {
    /// What a file becomes.
    enum Format: String, CaseIterable {
        case subject, text, html

        /// How swift-mustache escapes; set here and not in the files, because a part falls back to HTML of itself.
        var contentType: String { self == .html ? "HTML" : "TEXT" }
    }

    /// Parts that stand in the mail itself.
    static let mailParts = ["digest", "footer"]
    /// The whole of an operators' mail inside the layout; in English alone, for operators have no locale.
    static let operatorsPart = "operators"
    static let operatorsLocale = "en"
    /// Parts that stand in a notice.
    static let noticeParts = NoticeKind.allCases.map(\.rawValue) + ["repair", "alternatives", "links"]

    /// All parts of a locale in one format, with the names known in each.
    static func parts(_ format: Format) -> [(name: String, scopes: [[String: TemplateVariable]])] {
        let mail = [TemplateVariables.mail]
        let notice = [TemplateVariables.mail, TemplateVariables.item]
        if format == .subject {
            return [("digest", mail)] + NoticeKind.allCases.map { ($0.rawValue, notice) }
        }
        return mailParts.map { ($0, mail) } + noticeParts.map { ($0, notice) }
    }
}
