extension Provider {
    /// A value such as Azure's resource name.
    public struct Parameter: Sendable, Equatable {
        /// The name, as in `--param NAME=VALUE`.
        public let name: String
        /// Whether a key cannot be probed without it.
        public let isRequired: Bool
        /// Where the value goes.
        public let part: Part
        /// The values that it may have and what stands for each in the request, such as a region's part of the host;
        /// nil: any.
        public let values: [String: String]?

        /// Where a parameter's value goes in the request.
        public enum Part: String, Sendable, CaseIterable {
            /// One label of the host, or a listed part of it.
            case host
            /// The path, percent-encoded.
            case path
            /// A header beside the key's.
            case header
            /// Stored for the platform's own calls; the probe does not need it.
            case none
        }
    }

    /// The header that carries the key.
    public struct Authentication: Sendable, Equatable {
        /// The header's name.
        public let header: String
        /// What stands before the key: `"Bearer "` or nothing.
        public let valuePrefix: String
        /// For HTTP's basic authentication (RFC 7617): who the key is the password of.
        public let user: String?
    }
}
