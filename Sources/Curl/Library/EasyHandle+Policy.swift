internal import CCurl

extension EasyHandle {
    /// The options that every transfer has, whatever its protocol.
    ///
    /// - Parameter file: a PEM file, to be trusted instead of the system's authorities.
    func applyCommonPolicy(certificateAuthorities file: String?) throws(CurlSetupFailure) {
        try set(CURLOPT_NOSIGNAL, to: 1)
        try set(CURLOPT_SSL_VERIFYPEER, to: 1)
        try set(CURLOPT_SSL_VERIFYHOST, to: 2)
        try set(CURLOPT_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_NETRC, to: 0)
        try useProxy(nil)
        guard let file else { return }
        // Without this, libcurl would search the system's directory of authorities too.
        try set(CURLOPT_CAINFO, to: file)
        try set(CURLOPT_CAPATH, to: UnsafeRawPointer?.none)
    }

    /// An explicit value, even an empty one, makes libcurl ignore `https_proxy`, `ALL_PROXY` and `no_proxy`.
    ///
    /// Requests to this machine go past the proxy: from the proxy, `localhost` is another machine, and such requests may
    /// lack TLS.
    func useProxy(_ proxy: String?) throws(CurlSetupFailure) {
        try set(CURLOPT_PROXY, to: proxy ?? "")
        try set(CURLOPT_NOPROXY, to: proxy == nil ? "*" : "localhost,127.0.0.1,127.0.0.0/8,::1")
    }
}
