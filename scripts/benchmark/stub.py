"""nginx in the provider's place."""
import json, os, random, re, socket, subprocess, sys, time

from .measuring import Run

# Part of every key of the benchmark, but not of the made-up keys that negative controls send.
MARK = "42656e6368"
DELAY = 0.05

NGINX = """
load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;
worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off; keepalive_requests 100000000; keepalive_timeout 1h;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
    map $http_authorization $unknown {{ default 1; "~{mark}" 0; }}
    map $http_authorization $refused {{ default $unknown; "~0$" 1; }}
    server {{
        listen 127.0.0.1:{port} ssl http2; server_name localhost; http2_max_concurrent_streams 256;
        ssl_protocols TLSv1.3; ssl_certificate {dir}/server.pem; ssl_certificate_key {dir}/server.key;
        default_type application/json;
        location = /openai/v1/models {{ if ($refused) {{ return 401 '{refusal}'; }} return 200 '{models}'; }}
        location = /differing/v1/models {{ if ($refused) {{ return 401 '{refusal}'; }} return 200 '{differing}'; }}
        location = /openai/v1/chat/completions {{ if ($refused) {{ return 401 '{refusal}'; }} return 200 '{completion}'; }}
        location = /late/v1/models {{
            if ($unknown) {{ return 401 '{refusal}'; }}
            echo_sleep {delay}; echo_exec /openai/v1/models;  # echo itself would end a stream twice
        }}
    }}
}}
"""

REFUSAL = {"error": {
    "message": "Incorrect API key provided: sk-proj-****. You can find your API key at https://platform.openai.com.",
    "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}}

MODELS = {"object": "list", "data": [
    {"id": f"model-{number}", "object": "model", "created": 1721172741 + number, "owned_by": "system"}
    for number in range(12)]}

# The same with nginx's id of the request in it, so that no two answers are equal.
DIFFERING = MODELS | {"object": "list $request_id"}

COMPLETION = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1721172741, "model": "gpt-4o-mini", "choices": [
    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello."}}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}}


def new_key():
    """A key that nginx knows; it refuses the one in sixteen that ends with 0."""
    return "sk-proj-" + MARK + random.randbytes(19).hex() + "T3BlbkFJ" + random.randbytes(24).hex()


class Stub:
    """nginx with TLS 1.3, HTTP/2 and a certificate of its own; it answers with 1 KB at once, or after 50 ms."""

    def __init__(self, directory):
        self.directory = directory
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.authority = directory / "server.pem"
        self._certify()
        (directory / "nginx.conf").write_text(NGINX.format(
            dir=directory, port=self.port, mark=MARK, delay=DELAY, models=json.dumps(MODELS),
            differing=json.dumps(DIFFERING), refusal=json.dumps(REFUSAL), completion=json.dumps(COMPLETION)))
        self.process = subprocess.Popen(
            ["nginx", "-e", directory / "error.log", "-c", directory / "nginx.conf", "-g", "daemon off;"])
        self._wait()

    def url(self, place):
        """Base URL of a place: `openai` answers at once, `differing` too but never twice the same, `late` after DELAY."""
        return f"https://localhost:{self.port}/{place}"

    def limit(self, requests=100_000, in_flight=64, place="openai"):
        """Requests a second of h2load on one connection."""
        output = Run(["h2load", "-n", str(requests), "-c", "1", "-m", str(in_flight), "-H",
                      "authorization: Bearer " + new_key(), self.url(place) + "/v1/models"], os.environ).output
        return float(re.search(r"([\d.]+) req/s", output)[1])

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def _certify(self):
        openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                   "-keyout", self.directory / "server.key", "-out", self.authority]
        subprocess.run(openssl, check=True, stderr=subprocess.DEVNULL)

    def _wait(self):
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("scripts/bench: nginx does not start: " + (self.directory / "error.log").read_text())
