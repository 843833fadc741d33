internal import CCurl
internal import Glibc

extension Transfer {
    /// Options that no template changes. The callbacks get this object unretained: it outlives its handle's transfers.
    func applyFixedOptions(_ options: HTTPClient.Options) throws(CurlSetupFailure) {
        try easy.applyHousePolicy(certificateAuthorities: options.caFile)
        if let proxy = options.proxy { try easy.useProxy(proxy) }
        try easy.set(CURLOPT_HTTP_VERSION, Int(options.isHTTP2Allowed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        try easy.set(CURLOPT_HTTP09_ALLOWED, 0)
        try easy.set(CURLOPT_FOLLOWLOCATION, 0)
        try easy.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try installCallbacks()
    }

    private func installCallbacks() throws(CurlSetupFailure) {
        let this = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        for option in [CURLOPT_PRIVATE, CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA] { try easy.set(option, this) }
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] { try easy.set(option, UnsafeRawPointer(parts)) }
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
            }, "socket callback")
        // Asked before each request, also on a kept connection: one that another policy opened must not be used.
        try Curl.check(
            curl_easy_setopt_prereq(easy.pointer) { this, address, _, _, _ in
                Transfer.from(this)?.mayUseConnection(to: address) == true
                    ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }, "connection callback")
    }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
        pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The one place where an address is known for certain: no name is resolved again after it.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> Int32 {
        guard let address else { return -1 }
        guard !mustBePublic || IPAddress(Self.socketAddress(address))?.isPublic == true else {
            sawBlockedAddress = true
            return -1
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    /// libcurl declares room for a short address only and passes a longer one: it must be read in place, not copied.
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
