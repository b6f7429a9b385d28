"""Python's ssl module as a server that requires client certificates.

server.py CLIENT_CA CRLS (PORT CERTIFICATE KEY)...
"""
import http.server
import ssl
import sys
import threading


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Shakes hands in the connection's own thread, so that a slow client holds up nobody."""

    def finish_request(self, request, client_address):
        request.settimeout(30)
        try:
            tls = self.context.wrap_socket(request, server_side=True)
            self.RequestHandlerClass(tls, client_address, self)
            tls.close()
        except OSError as refused:
            print(refused, flush=True)


client_ca, crls, *rest = sys.argv[1:]
for port, certificate, key in zip(rest[0::3], rest[1::3], rest[2::3]):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(client_ca)
    context.load_verify_locations(crls)
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", int(port)), Answer)
    server.context = context
    threading.Thread(target=server.serve_forever).start()
