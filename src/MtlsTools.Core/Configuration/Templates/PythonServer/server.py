"""An HTTPS server in Python (3.8 or newer), with nothing but the standard library."""
import http.server
{{#encryptedKey}}
import getpass
{{/encryptedKey}}
import os
import ssl
import sys
import threading

# The certificate with its intermediates, without the root.
CERTIFICATE = {{certificate}}
KEY = {{key}}
{{#verify}}
# Clients: only certificates that these CAs issued.
TRUSTED = {{trust}}
{{/verify}}
{{#hasCrl}}
# A list of every CA in the chain: everybody is refused when one is missing or has ended.
LISTS = {{crl}}
{{/hasCrl}}

FILES = [
    CERTIFICATE,
    KEY,
{{#verify}}
    TRUSTED,
{{/verify}}
{{#hasCrl}}
    LISTS,
{{/hasCrl}}
]
{{#encryptedKey}}

PASSWORD = os.environ.get("TLS_KEY_PASSWORD") or getpass.getpass("Password of the key: ")
{{/encryptedKey}}


def make_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL")
{{#encryptedKey}}
    context.load_cert_chain(CERTIFICATE, KEY, PASSWORD)
{{/encryptedKey}}
{{^encryptedKey}}
    context.load_cert_chain(CERTIFICATE, KEY)
{{/encryptedKey}}
{{#verify}}
    context.load_verify_locations(TRUSTED)
{{#hasCrl}}
    context.load_verify_locations(LISTS)
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
{{/hasCrl}}
{{#mtls}}
    context.verify_mode = ssl.CERT_REQUIRED
{{/mtls}}
{{#optional}}
    # A client may come without a certificate; one that is sent has to be valid.
    context.verify_mode = ssl.CERT_OPTIONAL
{{/optional}}
{{/verify}}
    return context


class Hello(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
{{#tls}}
        answer = "Hello, TLS!\n"
{{/tls}}
{{#mtls}}
        answer = f"Hello, {client_of(self.connection)}\n"
{{/mtls}}
{{#optional}}
        answer = f"Hello, {client_of(self.connection) or 'whoever you are'}\n"
{{/optional}}
        body = answer.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
{{#verify}}


def client_of(connection):
    """The subject of the client's certificate; nothing without one."""
    certificate = connection.getpeercert() or {}
    names = [name for part in certificate.get("subject", ()) for name in part]
    return ", ".join(f"{key}={value}" for key, value in names)
{{/verify}}


class Server(http.server.ThreadingHTTPServer):
    """Shakes hands in the connection's own thread, so that a slow client holds up nobody."""

    lock = threading.Lock()
    seen = None
    context = None

    def current_context(self):
        """Reads the files again when one has changed, so that a renewal needs no restart."""
        with self.lock:
            try:
                now = [os.stat(file).st_mtime_ns for file in FILES]
                if now != self.seen:
                    self.context = make_context()
                    self.seen = now
            except OSError as failure:
                # Half of a renewal: the former files stay in use until both halves are there.
                if self.context is None:
                    raise
                print(f"The certificates were not read again: {failure}", file=sys.stderr, flush=True)
            return self.context

    def finish_request(self, request, client_address):
        request.settimeout(30)
        try:
            with self.current_context().wrap_socket(request, server_side=True) as connection:
                self.RequestHandlerClass(connection, client_address, self)
        except OSError as refused:
            print(f"{client_address[0]} was refused: {refused}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    server = Server(({{bind}}, {{port}}), Hello)
    server.current_context()
    server.serve_forever()
