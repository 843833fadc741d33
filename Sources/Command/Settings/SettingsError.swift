/// A setting that a person must mend before anything is touched. Exit status 78, or 77 for a file's permissions.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let description: String
    var isPermission = false

    init(_ description: String, isPermission: Bool = false) {
        self.description = description
        self.isPermission = isPermission
    }
}
