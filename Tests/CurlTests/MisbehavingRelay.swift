/// An SMTP server that misbehaves at one point, named by its argument, and notes the commands and messages it got.
enum MisbehavingRelay {
    static let script = #"""
        import os, socket, struct, sys, threading, time
        log = open(sys.argv[1] + "/transcript", "a", buffering=1)
        fault = sys.argv[2]
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1])

        def reset(c):
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            c.close()

        def serve(c, number):
            lines = c.makefile("rb")
            say = lambda text: c.sendall(text.encode() + b"\r\n")
            mails = 0
            if fault == "silent-greeting": time.sleep(600)
            if fault == "garbage-greeting": say("\x01\x02 hello"); return c.close()
            if fault == "busy": say("421 too busy"); return c.close()
            say("220 relay")
            while True:
                line = lines.readline()
                if not line: return
                verb = line[:4].decode().upper()
                log.write("%d %r\n" % (number, line.rstrip(b"\r\n").decode()))
                if verb == "EHLO":
                    if fault == "refused-hello": say("554 go away")
                    elif fault == "starttls-lie": say("250-relay\r\n250 STARTTLS")
                    else: say("250-relay\r\n250 SIZE 100000")
                elif verb == "HELO": say("554 go away" if fault == "refused-hello" else "250 relay")
                elif verb == "STAR": say("454 not now")
                elif verb == "MAIL":
                    mails += 1
                    if fault == "421-at-mail": say("421 closing"); return c.close()
                    if fault == "550-at-mail": say("550 sender?"); continue
                    if fault == "421-second" and mails == 2: say("421 enough"); return c.close()
                    if fault == "close-second" and mails == 2: return c.close()
                    say("250 ok")
                elif verb == "RCPT":
                    if fault[4:] == "at-rcpt": say(fault[:3] + " 1.2.3 no\x07 such \xe4 user"); continue
                    if fault == "close-at-rcpt": return c.close()
                    if fault == "silent-rcpt": time.sleep(600)
                    if fault == "slow-rcpt": time.sleep(1)
                    say("250 ok")
                elif verb == "DATA":
                    if fault[4:] == "at-data": say(fault[:3] + " no data"); continue
                    say("354 go on")
                    if fault == "reset-in-data": return reset(c)
                    body = b""
                    while not body.endswith(b"\r\n.\r\n"):
                        more = lines.readline()
                        if not more: return
                        body += more
                    log.write("%d message %r\n" % (number, body))
                    if fault == "close-after-dot": return c.close()
                    if fault == "reset-after-dot": return reset(c)
                    if fault == "silent-after-dot": time.sleep(600)
                    if fault == "late-after-dot" and number == 1:
                        while not os.path.exists(sys.argv[1] + "/late"): time.sleep(0.02)
                        say("250 the first one"); time.sleep(1)
                    if fault == "half-after-dot": say("250-almost"); return c.close()
                    if fault == "garbage-after-dot": say("what?"); return c.close()
                    if fault[4:] == "after-dot": say(fault[:3] + "-first\r\n" + fault[:3] + " 4.0.0 not taken"); continue
                    if fault == "long-reply": say("250 " + "x" * 900); continue
                    say("250 queued as 1")
                    if fault == "close-after-250": return c.close()
                elif verb == "RSET": say("250 ok")
                elif verb == "QUIT": say("221 bye"); return c.close()
                else: say("500 what")

        def guarded(c, number):
            try: serve(c, number)
            except OSError: pass

        number = 0
        while True:
            c, _ = listener.accept()
            number += 1
            threading.Thread(target=guarded, args=(c, number), daemon=True).start()
        """#
}
