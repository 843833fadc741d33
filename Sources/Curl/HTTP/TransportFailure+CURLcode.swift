internal import CCurl

extension TransportFailure {
    /// The meaning of a libcurl code for an HTTP exchange that libcurl itself ended.
    init(_ code: CURLcode) {
        self =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
            case CURLE_COULDNT_CONNECT: .refused
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_FILESIZE_EXCEEDED: .tooLarge
            case CURLE_URL_MALFORMAT: .unusableURL
            case _ where code.isTLSFailure: .tls
            case _ where Self.interruptions.contains(code.rawValue): .interrupted
            default: .other(Int(code.rawValue))
            }
    }

    /// `CURLE_UNSUPPORTED_PROTOCOL` stands for an answer in HTTP/0.9, as the URL's scheme was checked before. A server's
    /// GOAWAY shows as `CURLE_SEND_ERROR`.
    private static let interruptions = Set(
        [
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_PARTIAL_FILE,
            CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_AGAIN,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_BAD_CONTENT_ENCODING, CURLE_CHUNK_FAILED,
        ].map(\.rawValue))
}
