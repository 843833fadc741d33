extension Provider {
    /// A value that is stored with a key and goes into its requests, such as Azure's resource name.
    package struct Parameter: Sendable, Equatable {
        /// The name under which the value is stored.
        package let name: String
        /// Whether no request can be made without it.
        package let isRequired: Bool
        /// Where the value goes.
        package let part: Part
        /// The allowed values and what goes into the request for each, such as a region's part of the host; nil: any value.
        package let values: [String: String]?

        /// Where a parameter's value goes in the request.
        package enum Part: String, Sendable, CaseIterable {
            /// One label of the host, or a listed part of it.
            case host
            /// The path, percent-encoded.
            case path
            /// A header other than the key's.
            case header
            /// Not in the probe; stored for the platform's own calls.
            case none
        }
    }

    /// The header that carries the key.
    package struct Authentication: Sendable, Equatable {
        /// The header's name.
        package let header: String
        /// The text before the key: `"Bearer "` or nothing.
        package let valuePrefix: String
        /// The user whose password the key is, for HTTP's basic authentication (RFC 7617); nil: another scheme.
        package let user: String?
    }
}
