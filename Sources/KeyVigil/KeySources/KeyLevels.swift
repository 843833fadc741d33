public import Foundation
public import Secrets

/// The places from which a key that is checked on its own may come, and the first of them that has one.
///
/// Such a key belongs to one request: nothing stores it, and its bytes are wiped when the last reference to them goes, so
/// keep what ``key(of:in:)`` returns no longer than the probe takes.
public struct KeyLevels: Sendable {
    /// Where a key was found, in the words of `check --json`; the command's explicit key is its standard input.
    public enum Level: String, Sendable, CaseIterable {
        /// Handed over with the request.
        case explicit
        /// Set by the program that embeds this library.
        case settings
        /// An environment variable.
        case environment
        /// A JSON file with `<provider>_api_key`, as client libraries read it.
        case rcFile = "rc_file"
        /// The platform's own key.
        case platform
    }

    /// Gives the key for a provider's id, or nil; asked only when no earlier place has one.
    public typealias Place = @Sendable (_ provider: String) throws -> SecretBytes?

    /// An embedding program's own settings win over the environment. The command `check` asks the environment first, as
    /// for all its settings.
    public static let order: [Level] = [.explicit, .settings, .environment, .rcFile, .platform]

    /// The key that came with the request.
    public var explicit: SecretBytes?
    /// The embedding program's own settings.
    public var settings: Place
    /// The variable's name.
    public var variable: String
    /// The environment; a variable that is empty is not set.
    public var environment: [String: String]
    /// The path of the JSON file; one that is not there has no key.
    public var rcFile: String?
    /// The platform's own key.
    public var platform: Place

    /// Levels; those that are not given have no key, but for the environment of this process.
    public init(
        explicit: SecretBytes? = nil, settings: @escaping Place = { _ in nil }, variable: String = "KEYVIGIL_KEY",
        environment: [String: String] = ProcessInfo.processInfo.environment, rcFile: String? = nil,
        platform: @escaping Place = { _ in nil }
    ) {
        self.explicit = explicit
        self.settings = settings
        self.variable = variable
        self.environment = environment
        self.rcFile = rcFile
        self.platform = platform
    }

    /// The key and where it was found; nil where no level has one.
    ///
    /// - Throws: `InvalidInput` for an rc file that is none, ``PrivateFileRefused`` for one that others may read.
    public func key(
        of provider: String, in order: [Level] = KeyLevels.order
    ) throws -> (secret: SecretBytes, level: Level)? {
        for level in order {
            if let secret = try key(of: provider, at: level) { return (secret, level) }
        }
        return nil
    }

    private func key(of provider: String, at level: Level) throws -> SecretBytes? {
        switch level {
        case .explicit: explicit
        case .settings: try settings(provider)
        case .environment:
            environment[variable].flatMap { $0.isEmpty ? nil : SecretBytes(copying: $0.utf8) }
        case .rcFile: try rcFile.flatMap { try RCFile.key(of: provider, in: $0) }
        case .platform: try platform(provider)
        }
    }
}
