/// The files of a set of templates: `layout/` for all locales, and one folder for each locale, which holds one folder
/// for each part.
enum TemplateLayout {
    /// Which component of a mail a file renders.
    enum Format: String, CaseIterable {
        case subject, text, html

        /// The escaping of swift-mustache. The program sets it for every file, because a template that does not set
        /// it is escaped as HTML.
        var contentType: String { self == .html ? "HTML" : "TEXT" }
    }

    /// Parts that the layout includes.
    static let mailParts = ["digest", "footer"]
    /// The part that is the body of an operators' mail. It exists in English only, because operators have no locale.
    static let operatorsPart = "operators"
    static let operatorsLocale = "en"
    /// Parts that the items of a mail include.
    static let noticeParts = NoticeKind.allCases.map(\.rawValue) + ["repair", "alternatives", "links"]

    /// All parts of a locale in one format, each with the variables known in it.
    static func parts(_ format: Format) -> [(name: String, scopes: [[String: TemplateVariable]])] {
        let mail = [TemplateVariables.mail]
        let notice = [TemplateVariables.mail, TemplateVariables.item]
        if format == .subject {
            return [("digest", mail)] + NoticeKind.allCases.map { ($0.rawValue, notice) }
        }
        return mailParts.map { ($0, mail) } + noticeParts.map { ($0, notice) }
    }
}
