"""Python's ssl module as a client: dial.py PORT HOST CA [CERTIFICATE KEY]. Says what went wrong, as its users see it."""
import socket
import ssl
import sys

port, host, ca, *pair = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
if pair:
    context.load_cert_chain(*pair)
with socket.create_connection((host, int(port)), 30) as tcp, context.wrap_socket(tcp, server_hostname=host) as tls:
    tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
    print(tls.recv(4096))
