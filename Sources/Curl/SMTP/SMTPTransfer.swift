internal import CCurl
internal import Glibc
internal import Mail

/// Delivers messages to one relay over one handle and its connection.
///
/// `@unchecked Sendable` holds because ``SMTPClient`` lets one thread at a time use it.
final class SMTPTransfer: @unchecked Sendable {
    private let easy: EasyHandle
    private let relay: SMTPRelay
    private let isStopped: @Sendable () -> Bool
    private var conversation = SMTPConversation()
    private var message = SMTPMessageReader([])
    private var deadline = ContinuousClock.now

    init(_ relay: SMTPRelay, isStopped: @escaping @Sendable () -> Bool) throws(CurlSetupFailure) {
        easy = try EasyHandle()
        self.relay = relay
        self.isStopped = isStopped
        try applyOptions()
        try installCallbacks()
    }

    /// libcurl sends QUIT when it closes the connection: do not wait for the reply, and let no callback reach an object that
    /// is going.
    deinit {
        shutDown(SHUT_RD)
        curl_easy_setopt_pointer(easy.pointer, CURLOPT_DEBUGDATA, nil)
        curl_easy_setopt_pointer(easy.pointer, CURLOPT_HEADERDATA, nil)
        curl_easy_setopt_pointer(easy.pointer, CURLOPT_XFERINFODATA, nil)
    }

    /// Delivers one message and returns when that has ended. Where a kept connection turns out to be closed before the
    /// message was on its way, it tries once more on a new one.
    func deliver(_ job: SMTPJob) -> Delivery {
        let delivery = attempt(job, fresh: false)
        let wasReused = easy.info(CURLINFO_NUM_CONNECTS) == 0
        guard case .relayUnavailable = delivery, wasReused, conversation.step < .body, !isStopped(), !isTooLate else {
            return delivery
        }
        return attempt(job, fresh: true)
    }

    private func attempt(_ job: SMTPJob, fresh: Bool) -> Delivery {
        deadline = job.deadline
        guard !isTooLate else { return .relayUnavailable(reason: Self.tooLate) }
        let recipient = HeaderList([job.to.text])
        conversation = SMTPConversation()
        message = SMTPMessageReader(job.message)
        do {
            try easy.set(CURLOPT_MAIL_FROM, to: job.from.text)
            try easy.set(CURLOPT_MAIL_RCPT, to: recipient.first)
            try easy.set(CURLOPT_FRESH_CONNECT, to: fresh ? 1 : 0)
        } catch {
            return .relayUnavailable(reason: error.description)
        }
        let code = withExtendedLifetime((recipient, self)) { curl_easy_perform(easy.pointer) }
        curl_easy_setopt_list(easy.pointer, CURLOPT_MAIL_RCPT, nil)
        if code != CURLE_OK { shutDown(SHUT_RDWR) }
        return conversation.delivery(
            isSuccess: code == CURLE_OK, code: easy.info(CURLINFO_RESPONSE_CODE), failure: failure(for: code))
    }

    /// libcurl keeps a connection whose reply never came, and would take that reply for the answer to the next message.
    private func shutDown(_ direction: Int) {
        let socket = curl_easy_active_socket(easy.pointer)
        if socket >= 0 { shutdown(socket, Int32(direction)) }
    }

    private func failure(for code: CURLcode) -> String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "the relay's host name could not be resolved"
        case CURLE_COULDNT_CONNECT: "no connection to the relay could be made"
        case CURLE_USE_SSL_FAILED: "the relay offers no STARTTLS, and clear text is not allowed"
        case CURLE_LOGIN_DENIED: "the relay refused the login"
        case CURLE_OPERATION_TIMEDOUT: "the relay did not answer in time"
        case CURLE_ABORTED_BY_CALLBACK where isStopped(): "stopped"
        case CURLE_ABORTED_BY_CALLBACK where conversation.step < .body && isTooLate: Self.tooLate
        case CURLE_ABORTED_BY_CALLBACK: "the relay did not answer in time"
        case _ where code.isTLSFailure: "TLS to the relay failed or its certificate was not accepted"
        default: "the relay broke off the conversation (libcurl error \(code.rawValue))"
        }
    }

    private func applyOptions() throws(CurlSetupFailure) {
        try easy.applyCommonPolicy(certificateAuthorities: relay.caFile)
        try Curl.check(
            curl_easy_setopt_protocols(easy.pointer, "smtp,smtps", Int(CURLPROTO_SMTP | CURLPROTO_SMTPS)),
            operation: "allowed protocols")
        try easy.set(CURLOPT_URL, to: relay.description)
        try easy.set(CURLOPT_USE_SSL, to: Int((relay.isInsecure ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
        try easy.set(CURLOPT_UPLOAD, to: 1)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, to: Int(relay.replyTimeout / .milliseconds(1)))
        // The progress callback keeps the deadline of each step; libcurl's own must not be shorter.
        let longest = Int(max(relay.replyTimeout, relay.finalReplyTimeout) / .seconds(1))
        try Curl.check(
            curl_easy_setopt_response_timeout(easy.pointer, longest + 30), operation: "reply timeout")
        guard let user = relay.user, let password = relay.password else { return }
        try easy.set(CURLOPT_USERNAME, to: UnsafeRawPointer(user.pointer))
        try easy.set(CURLOPT_PASSWORD, to: UnsafeRawPointer(password.pointer))
        // Inside TLS these suffice; libcurl's other mechanisms have had faults.
        try easy.set(CURLOPT_LOGIN_OPTIONS, to: "AUTH=PLAIN;AUTH=LOGIN")
    }

    private func installCallbacks() throws(CurlSetupFailure) {
        let this = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        for option in [CURLOPT_READDATA, CURLOPT_HEADERDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA] {
            try easy.set(option, to: this)
        }
        try easy.set(CURLOPT_READFUNCTION) { data, size, count, this in
            SMTPTransfer.from(this)?.read(into: UnsafeMutableRawBufferPointer(start: data, count: size * count)) ?? 0
        }
        try easy.set(CURLOPT_HEADERFUNCTION) { data, size, count, this in
            SMTPTransfer.from(this)?.conversation.received(UnsafeRawBufferPointer(start: data, count: size * count))
            return size * count
        }
        // Only the debug callback shows which command a reply answers.
        try easy.set(CURLOPT_VERBOSE, to: 1)
        try Curl.check(
            curl_easy_setopt_debug(easy.pointer) { _, kind, data, count, this in
                if kind == CURLINFO_HEADER_OUT {
                    SMTPTransfer.from(this)?.conversation.sent(UnsafeRawBufferPointer(start: data, count: count))
                }
                return 0
            }, operation: "debug callback")
        try easy.set(CURLOPT_NOPROGRESS, to: 0)
        try Curl.check(
            curl_easy_setopt_progress(easy.pointer) { this, _, _, _, _ in
                SMTPTransfer.from(this)?.mustEnd == true ? 1 : 0
            }, operation: "progress callback")
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> SMTPTransfer? {
        pointer.map { Unmanaged<SMTPTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let tooLate = "there was no time left to send it"
    private var isTooLate: Bool { .now >= deadline }

    /// libcurl asks for the first part when the relay has accepted DATA.
    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard conversation.step >= .body || !isTooLate else { return Int(CURL_READFUNC_ABORT) }
        let count = message.read(into: buffer)
        conversation.sentMessage(octets: count)
        return count
    }

    /// libcurl asks about once a second.
    private var mustEnd: Bool {
        let limit = conversation.step == .handedOver ? relay.finalReplyTimeout : relay.replyTimeout
        return isStopped() || conversation.lastActivity.duration(to: .now) > limit
    }
}

/// One message to one address, and the caller that waits for its delivery.
struct SMTPJob: Sendable {
    let message: [UInt8]
    let from: MailAddress
    let to: MailAddress
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Delivery, Never>
}
