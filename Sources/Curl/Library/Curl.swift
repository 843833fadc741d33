internal import CCurl

/// libcurl could not be set up. Permanent on this machine: not a matter of the network.
public struct CurlSetupFailure: Error, Sendable, Equatable, CustomStringConvertible {
    let operation: String
    let code: Int
    let message: String

    /// What failed, with libcurl's number and words for it.
    public var description: String {
        "libcurl: \(operation) failed (\(code), \(message)); check the installed libcurl and the settings it was given"
    }
}

/// The library as a whole.
enum Curl {
    /// Set up once in the process, with memory that is wiped when freed. A failure is kept and thrown to each caller.
    private static let started = Result { try check(curl_global_init_wiping(), "global initialisation") }

    static func start() throws(CurlSetupFailure) {
        if case .failure(let failure as CurlSetupFailure) = started { throw failure }
    }

    static func check(_ code: CURLcode, _ operation: String) throws(CurlSetupFailure) {
        guard code != CURLE_OK else { return }
        throw CurlSetupFailure(
            operation: operation, code: Int(code.rawValue), message: String(cString: curl_easy_strerror(code)))
    }

    static func check(_ code: CURLMcode, _ operation: String) throws(CurlSetupFailure) {
        guard code != CURLM_OK else { return }
        throw CurlSetupFailure(
            operation: operation, code: Int(code.rawValue), message: String(cString: curl_multi_strerror(code)))
    }
}
