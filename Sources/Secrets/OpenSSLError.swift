internal import COpenSSL

/// OpenSSL failed for a reason that no input causes: no memory, no random bytes, or an algorithm that it lacks.
public struct OpenSSLError: Error, Equatable, CustomStringConvertible {
    let operation: String
    let code: UInt

    init(_ operation: String) {
        self.operation = operation
        code = UInt(ERR_get_error())
    }

    /// The operation and OpenSSL's code; no data.
    public var description: String { "OpenSSL could not \(operation) (code \(code))" }

    /// Throws unless OpenSSL returned 1. `operation` completes "OpenSSL could not …".
    static func check(_ result: Int32, _ operation: String) throws(OpenSSLError) {
        if result != 1 { throw OpenSSLError(operation) }
    }
}
