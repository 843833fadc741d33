/// A setting that a person must correct; the command has changed nothing. Exit status 78, or 77 where a file's or
/// directory's permissions are the reason.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let description: String
    var isPermission = false

    init(_ description: String, isPermission: Bool = false) {
        self.description = description
        self.isPermission = isPermission
    }
}
