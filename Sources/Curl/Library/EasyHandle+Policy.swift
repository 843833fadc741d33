internal import CCurl

extension EasyHandle {
    /// What holds for every transfer of this library, whatever its protocol.
    func applyHousePolicy(certificateAuthorities file: String?) throws(CurlSetupFailure) {
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_NETRC, 0)
        try useProxy(nil)
        guard let file else { return }
        // A file given stands alone: the system's directory of authorities is not searched beside it.
        try set(CURLOPT_CAINFO, file)
        try set(CURLOPT_CAPATH, UnsafeRawPointer?.none)
    }

    /// Nothing is taken from `https_proxy`, `ALL_PROXY` or `no_proxy`: an empty text, unlike none, says so to libcurl.
    ///
    /// What is on this machine is never asked through a proxy: it is not the proxy's own, and what goes there may be
    /// without TLS.
    func useProxy(_ proxy: String?) throws(CurlSetupFailure) {
        try set(CURLOPT_PROXY, proxy ?? "")
        try set(CURLOPT_NOPROXY, proxy == nil ? "*" : "localhost,127.0.0.1,127.0.0.0/8,::1")
    }
}
