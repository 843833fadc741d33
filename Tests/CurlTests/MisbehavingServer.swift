/// An HTTP/1.1 server in which each path is one way to behave. It notes `CONNECTION PATH` for each request.
enum MisbehavingServer {
    static let script = #"""
        import os, socket, struct, sys, threading, time
        log = open(sys.argv[1] + "/transcript", "a", buffering=1)
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        print(listener.getsockname()[1])
        seen = {}

        def reset(c):
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            c.close()

        def ok(body=b"fine", extra=b""):
            return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: r1\r\nX-Other: no\r\n" + extra + \
                b"Content-Length: %d\r\n\r\n" % len(body) + body

        def chunks(c, count, size=1024):
            c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(count):
                c.sendall(b"%x\r\n" % size + b"x" * size + b"\r\n")

        def answer(c, path, head, rest):
            first = seen.setdefault(path, 0) == 0
            seen[path] += 1
            if path.startswith("/reset-first"):
                if first: return reset(c)
                c.sendall(ok())
            elif path == "/close-first":
                if first: return c.close()
                c.sendall(ok())
            elif path == "/late-reset-first":
                time.sleep(0.5)
                if first: return reset(c)
                c.sendall(ok())
            elif path == "/reset": return reset(c)
            elif path == "/echo": c.sendall(ok(head))
            elif path == "/short": c.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{\"error\""); return c.close()
            elif path == "/chunks-short": chunks(c, 2); return c.close()
            elif path == "/chunks-exact": chunks(c, 64); c.sendall(b"0\r\n\r\n")
            elif path == "/chunks-over": chunks(c, 65); c.sendall(b"0\r\n\r\n")
            elif path == "/chunks-endless":
                c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                while True: c.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
            elif path == "/length-over": c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n" + b"x" * 65537)
            elif path == "/headers-over":
                c.sendall(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"y" * 1000) for i in range(80)) + b"\r\n")
            elif path == "/redirect":
                c.sendall(b"HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n")
            elif path == "/interim": c.sendall(b"HTTP/1.1 103 Early\r\nX-Request-Id: early\r\n\r\n" + ok())
            elif path == "/old": c.sendall(b"hello"); return c.close()
            elif path == "/garbage": c.sendall(b"\x00\xff\x16\x03garbage\r\n\r\n"); return c.close()
            elif path == "/silence": time.sleep(600)
            elif path == "/gate":
                while not os.path.exists(sys.argv[1] + "/open"): time.sleep(0.02)
                c.sendall(ok())
            else: c.sendall(ok(extra=b"Retry-After: 7\r\n"))

        def serve(c, number):
            data = b""
            try:
                while True:
                    while b"\r\n\r\n" not in data:
                        more = c.recv(65536)
                        if not more: return
                        data += more
                    head, data = data.split(b"\r\n\r\n", 1)
                    path = head.split(b" ")[1].decode()
                    log.write("%d %s\n" % (number, path))
                    answer(c, path, head, data)
            except (OSError, ValueError):
                pass

        number = 0
        while True:
            c, _ = listener.accept()
            number += 1
            threading.Thread(target=serve, args=(c, number), daemon=True).start()
        """#
}
