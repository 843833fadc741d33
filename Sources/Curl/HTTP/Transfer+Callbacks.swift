internal import CCurl
internal import Glibc

extension Transfer {
    /// Sets the options that no template changes. The callbacks get this object unretained: it outlives the transfers.
    func applyFixedOptions(_ options: HTTPClient.Options) throws(CurlSetupFailure) {
        try easy.applyCommonPolicy(certificateAuthorities: options.caFile)
        if let proxy = options.proxy { try easy.useProxy(proxy) }
        try easy.set(
            CURLOPT_HTTP_VERSION, to: Int(options.isHTTP2Allowed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        try easy.set(CURLOPT_HTTP09_ALLOWED, to: 0)
        try easy.set(CURLOPT_FOLLOWLOCATION, to: 0)
        try easy.set(CURLOPT_DISALLOW_USERNAME_IN_URL, to: 1)
        try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: 1)
        try installCallbacks()
    }

    private func installCallbacks() throws(CurlSetupFailure) {
        let this = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        for option in [CURLOPT_PRIVATE, CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA] { try easy.set(option, to: this) }
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] { try easy.set(option, to: UnsafeRawPointer(parts)) }
        try easy.set(CURLOPT_WRITEFUNCTION) { data, size, count, parts in
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            let parts = parts?.assumingMemoryBound(to: ResponseParts.self)
            return parts?.pointee.append(bytes) == true ? bytes.count : 0
        }
        try easy.set(CURLOPT_HEADERFUNCTION) { data, size, count, parts in
            let line = UnsafeRawBufferPointer(start: data, count: size * count)
            let parts = parts?.assumingMemoryBound(to: ResponseParts.self)
            return parts?.pointee.receive(line: line) == true ? line.count : 0
        }
        try Curl.check(
            curl_easy_setopt_opensocket(easy.pointer) { this, _, address in
                Transfer.from(this)?.openSocket(address) ?? -1
            }, operation: "socket callback")
        // Called before each request, also on a kept connection, which a request with another policy may have opened.
        try Curl.check(
            curl_easy_setopt_prereq(easy.pointer) { this, address, _, _, _ in
                Transfer.from(this)?.mayUseConnection(to: address) == true
                    ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }, operation: "connection callback")
    }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
        pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Checks the address that is really connected to: no name is resolved after this callback.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> Int32 {
        guard let address else { return -1 }
        guard !mustBePublic || IPAddress(Self.socketAddress(address))?.isPublic == true else {
            sawBlockedAddress = true
            return -1
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    /// libcurl declares a short address and passes a longer one, so the address must be read in place, not copied.
    private static func socketAddress(_ address: UnsafeMutablePointer<curl_sockaddr>) -> UnsafePointer<sockaddr> {
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? MemoryLayout<curl_sockaddr>.size
        return (UnsafeRawPointer(address) + offset).assumingMemoryBound(to: sockaddr.self)
    }

    private func mayUseConnection(to address: UnsafePointer<CChar>?) -> Bool {
        guard mustBePublic else { return true }
        let isPublic = address.flatMap { IPAddress(text: $0) }?.isPublic ?? false
        if !isPublic { sawBlockedAddress = true }
        return isPublic
    }
}
