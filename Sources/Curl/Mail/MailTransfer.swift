internal import CCurl
internal import Glibc

/// The one handle of a relay, with its connection.
///
/// `@unchecked Sendable` holds because `SMTPClient` lets one thread at a time use it.
final class MailTransfer: @unchecked Sendable {
    private let easy: EasyHandle
    private let relay: SMTPRelay
    private let isStopped: @Sendable () -> Bool
    private var conversation = MailConversation()
    private var body = MailBody([])
    private var deadline = ContinuousClock.now

    init(_ relay: SMTPRelay, isStopped: @escaping @Sendable () -> Bool) throws(CurlSetupFailure) {
        easy = try EasyHandle()
        self.relay = relay
        self.isStopped = isStopped
        try applyOptions()
        try installCallbacks()
    }

    /// Closing the connection says QUIT: no wait for the answer, and no callback into an object that is going.
    deinit {
        shutDown(SHUT_RD)
        curl_easy_setopt_pointer(easy.pointer, CURLOPT_DEBUGDATA, nil)
        curl_easy_setopt_pointer(easy.pointer, CURLOPT_HEADERDATA, nil)
        curl_easy_setopt_pointer(easy.pointer, CURLOPT_XFERINFODATA, nil)
    }

    /// Delivers one message and returns when that is over. A kept connection that turns out to be closed costs a second
    /// attempt on a new one, as long as the message was not on its way.
    func deliver(_ job: MailJob) -> Delivery {
        let delivery = attempt(job, fresh: false)
        let wasReused = easy.info(CURLINFO_NUM_CONNECTS) == 0
        guard case .relayUnavailable = delivery, wasReused, conversation.step < .body, !isStopped(), !isTooLate else {
            return delivery
        }
        return attempt(job, fresh: true)
    }

    private func attempt(_ job: MailJob, fresh: Bool) -> Delivery {
        deadline = job.deadline
        guard !isTooLate else { return .relayUnavailable(reason: Self.tooLate) }
        let recipient = HeaderList([job.to.text])
        conversation = MailConversation()
        body = MailBody(job.message)
        do {
            try easy.set(CURLOPT_MAIL_FROM, job.from.text)
            try easy.set(CURLOPT_MAIL_RCPT, recipient.first)
            try easy.set(CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
        } catch {
            return .relayUnavailable(reason: error.description)
        }
        let code = withExtendedLifetime((recipient, self)) { curl_easy_perform(easy.pointer) }
        curl_easy_setopt_list(easy.pointer, CURLOPT_MAIL_RCPT, nil)
        if code != CURLE_OK { shutDown(SHUT_RDWR) }
        return conversation.delivery(
            isSuccess: code == CURLE_OK, code: easy.info(CURLINFO_RESPONSE_CODE), failure: reason(code))
    }

    /// libcurl keeps a connection whose reply never came. The next mail must not take that reply for its own.
    private func shutDown(_ direction: Int) {
        let socket = curl_easy_active_socket(easy.pointer)
        if socket >= 0 { shutdown(socket, Int32(direction)) }
    }

    private func reason(_ code: CURLcode) -> String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "the relay's host name could not be resolved"
        case CURLE_COULDNT_CONNECT: "no connection to the relay could be made"
        case CURLE_USE_SSL_FAILED: "the relay offers no STARTTLS, and clear text is not allowed"
        case CURLE_LOGIN_DENIED: "the relay refused the login"
        case CURLE_OPERATION_TIMEDOUT: "the relay did not answer in time"
        case CURLE_ABORTED_BY_CALLBACK where isStopped(): "stopped"
        case CURLE_ABORTED_BY_CALLBACK where conversation.step < .body && isTooLate: Self.tooLate
        case CURLE_ABORTED_BY_CALLBACK: "the relay did not answer in time"
        case _ where TransportFailure(code) == .tls: "TLS to the relay failed or its certificate was not accepted"
        default: "the relay broke off the conversation (libcurl error \(code.rawValue))"
        }
    }

    private func applyOptions() throws(CurlSetupFailure) {
        try easy.applyHousePolicy(certificateAuthorities: relay.caFile)
        try Curl.check(
            curl_easy_setopt_protocols(easy.pointer, "smtp,smtps", Int(CURLPROTO_SMTP | CURLPROTO_SMTPS)),
            "allowed protocols")
        try easy.set(CURLOPT_URL, relay.description)
        try easy.set(CURLOPT_USE_SSL, Int((relay.isInsecure ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
        try easy.set(CURLOPT_UPLOAD, 1)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(relay.replyTimeout / .milliseconds(1)))
        // Our own deadlines, by step, are kept by the progress callback; this only must not be shorter.
        let longest = max(relay.replyTimeout, relay.finalReplyTimeout)
        try Curl.check(
            curl_easy_setopt_response_timeout(easy.pointer, Int(longest / .seconds(1)) + 30), "reply timeout")
        guard let user = relay.user, let password = relay.password else { return }
        try easy.set(CURLOPT_USERNAME, UnsafeRawPointer(user.pointer))
        try easy.set(CURLOPT_PASSWORD, UnsafeRawPointer(password.pointer))
        // Inside TLS these suffice; the others have had faults in libcurl.
        try easy.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
    }

    private func installCallbacks() throws(CurlSetupFailure) {
        let this = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        for option in [CURLOPT_READDATA, CURLOPT_HEADERDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA] {
            try easy.set(option, this)
        }
        try easy.set(CURLOPT_READFUNCTION) { data, size, count, this in
            MailTransfer.from(this)?.read(into: UnsafeMutableRawBufferPointer(start: data, count: size * count)) ?? 0
        }
        try easy.set(CURLOPT_HEADERFUNCTION) { data, size, count, this in
            MailTransfer.from(this)?.conversation.received(UnsafeRawBufferPointer(start: data, count: size * count))
            return size * count
        }
        // The only way to learn which command a reply answers.
        try easy.set(CURLOPT_VERBOSE, 1)
        try Curl.check(
            curl_easy_setopt_debug(easy.pointer) { _, kind, data, count, this in
                if kind == CURLINFO_HEADER_OUT {
                    MailTransfer.from(this)?.conversation.sent(UnsafeRawBufferPointer(start: data, count: count))
                }
                return 0
            }, "debug callback")
        try easy.set(CURLOPT_NOPROGRESS, 0)
        try Curl.check(
            curl_easy_setopt_progress(easy.pointer) { this, _, _, _, _ in
                MailTransfer.from(this)?.mustEnd == true ? 1 : 0
            }, "progress callback")
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> MailTransfer? {
        pointer.map { Unmanaged<MailTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let tooLate = "there was no time left to send it"
    private var isTooLate: Bool { .now >= deadline }

    /// First asked for when the relay has said yes to DATA.
    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard conversation.step >= .body || !isTooLate else { return Int(CURL_READFUNC_ABORT) }
        let count = body.read(into: buffer)
        conversation.handedOver(count)
        return count
    }

    /// Asked about once a second.
    private var mustEnd: Bool {
        let limit = conversation.step == .handedOver ? relay.finalReplyTimeout : relay.replyTimeout
        return isStopped() || conversation.lastActivity.duration(to: .now) > limit
    }
}

/// One message to one address, and who waits for its fate.
struct MailJob: Sendable {
    let message: [UInt8]
    let from: MailAddress
    let to: MailAddress
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Delivery, Never>
}
