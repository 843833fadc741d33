internal import COpenSSL

/// OpenSSL refused an operation that only fails when memory or the library itself does.
public struct OpenSSLError: Error, Equatable, CustomStringConvertible {
    let operation: String
    let code: UInt

    init(_ operation: String) {
        self.operation = operation
        code = UInt(ERR_get_error())
    }

    /// The operation and OpenSSL's code; no data.
    public var description: String { "OpenSSL could not \(operation) (code \(code))" }

    /// Throws unless OpenSSL answered 1.
    static func check(_ result: Int32, _ operation: String) throws(OpenSSLError) {
        if result != 1 { throw OpenSSLError(operation) }
    }
}
