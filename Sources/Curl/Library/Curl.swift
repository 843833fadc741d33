internal import CCurl

/// A call of libcurl or of the operating system failed while a client was set up or driven. Permanent: repeating it on
/// this machine does not help.
public struct CurlSetupFailure: Error, Sendable, Equatable, CustomStringConvertible {
    let operation: String
    let code: Int
    let message: String

    /// The operation, with libcurl's code and text for its failure.
    public var description: String {
        "libcurl: \(operation) failed (\(code), \(message)); check the installed libcurl and the settings it was given"
    }
}

/// The library as a whole.
enum Curl {
    /// Runs once in the process, with an allocator that wipes what it frees. A failure is kept, and each caller gets it.
    private static let started = Result { try check(curl_global_init_wiping(), operation: "global initialisation") }

    static func start() throws(CurlSetupFailure) {
        if case .failure(let failure as CurlSetupFailure) = started { throw failure }
    }

    static func check(_ code: CURLcode, operation: String) throws(CurlSetupFailure) {
        guard code != CURLE_OK else { return }
        throw CurlSetupFailure(
            operation: operation, code: Int(code.rawValue), message: String(cString: curl_easy_strerror(code)))
    }

    static func check(_ code: CURLMcode, operation: String) throws(CurlSetupFailure) {
        guard code != CURLM_OK else { return }
        throw CurlSetupFailure(
            operation: operation, code: Int(code.rawValue), message: String(cString: curl_multi_strerror(code)))
    }
}
