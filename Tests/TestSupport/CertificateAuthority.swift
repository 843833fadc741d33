/// A certificate authority of the test's own, made by the `openssl` program.
public final class CertificateAuthority: Sendable {
    /// A certificate with its private key, as PEM files.
    public struct Certificate: Sendable {
        /// Path of the certificate.
        public let file: String
        /// Path of the private key.
        public let keyFile: String
    }

    /// What is wrong with a certificate.
    public enum Fault: Sendable {
        /// Nothing: it is valid for a week.
        case none
        /// It ended in February 2020.
        case expired
        /// It is signed by its own key instead of the authority's.
        case selfSigned
    }

    /// Path of the authority's own certificate (PEM), which clients are told to trust.
    public let file: String
    private let directory: TemporaryDirectory

    /// Makes a new authority, valid for 30 days; `name` keeps several in one directory apart.
    ///
    /// - Throws: ``TestSupportFailure`` with the output of `openssl`.
    public init(_ name: String = "authority", in directory: TemporaryDirectory) throws {
        self.directory = directory
        file = directory.path("\(name).pem")
        keyFile = directory.path("\(name).key")
        try Self.makeSelfSigned(
            file: file, keyFile: keyFile, ["-subj", "/CN=Test authority \(name)", "-days", "30"], in: directory)
    }

    private let keyFile: String

    /// Issues a server certificate. `hosts` are `openssl` names such as `DNS:localhost` and `IP:127.0.0.1`.
    ///
    /// - Throws: ``TestSupportFailure`` with the output of `openssl`.
    public func issue(
        _ name: String, hosts: [String] = ["DNS:localhost", "IP:127.0.0.1"], fault: Fault = .none
    ) throws -> Certificate {
        let certificate = Certificate(file: directory.path("\(name).pem"), keyFile: directory.path("\(name).key"))
        let names = "subjectAltName=\(hosts.joined(separator: ","))"
        if case .selfSigned = fault {
            try Self.makeSelfSigned(
                file: certificate.file, keyFile: certificate.keyFile,
                ["-subj", "/CN=\(name)", "-addext", names, "-days", "7"], in: directory)
        } else {
            try sign(certificate, name, names, isExpired: fault == .expired)
        }
        return certificate
    }

    private func sign(_ certificate: Certificate, _ name: String, _ names: String, isExpired: Bool) throws {
        let request = directory.path("\(name).csr")
        try ServerProcess.run(
            "/usr/bin/openssl",
            ["req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=\(name)"]
                + ["-keyout", certificate.keyFile, "-out", request], in: directory)
        // In OpenSSL 3.0 only `openssl ca` can sign for a time in the past.
        let dates =
            isExpired ? ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] : ["-days", "7"]
        let settings = try directory.write(caSettings(name, names), to: "\(name).cnf")
        try directory.write("", to: "\(name).index")
        try ServerProcess.run(
            "/usr/bin/openssl",
            ["ca", "-batch", "-notext", "-config", settings, "-in", request, "-out", certificate.file]
                + ["-name", "ca", "-keyfile", keyFile, "-cert", file, "-extensions", "server"] + dates
                + ["-outdir", directory.url.path], in: directory)
    }

    private func caSettings(_ name: String, _ names: String) -> String {
        """
        [ca]
        rand_serial = yes
        unique_subject = no
        database = \(directory.url.path)/\(name).index
        default_md = sha256
        policy = any
        [any]
        commonName = supplied
        [server]
        \(names)
        extendedKeyUsage = serverAuth
        """
    }

    private static func makeSelfSigned(
        file: String, keyFile: String, _ more: [String], in directory: TemporaryDirectory
    ) throws {
        try ServerProcess.run(
            "/usr/bin/openssl",
            ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
                + ["-keyout", keyFile, "-out", file] + more, in: directory)
    }
}
