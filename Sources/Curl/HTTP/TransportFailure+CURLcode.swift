internal import CCurl

extension TransportFailure {
    /// What a libcurl code means for an HTTP exchange that no callback of ours ended.
    init(_ code: CURLcode) {
        self =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
            case CURLE_COULDNT_CONNECT: .refused
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_FILESIZE_EXCEEDED: .tooLarge
            case CURLE_URL_MALFORMAT: .unusableURL
            case _ where Self.tlsCodes.contains(code.rawValue): .tls
            case _ where Self.interruptions.contains(code.rawValue): .interrupted
            default: .other(Int(code.rawValue))
            }
    }

    private static let tlsCodes = Set(
        [
            CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED,
        ].map(\.rawValue))

    /// Unsupported protocol is an answer in HTTP/0.9: the URL's own scheme was checked before. A GOAWAY of the server
    /// shows as a send error.
    private static let interruptions = Set(
        [
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_PARTIAL_FILE,
            CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_AGAIN,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_BAD_CONTENT_ENCODING, CURLE_CHUNK_FAILED,
        ].map(\.rawValue))
}
