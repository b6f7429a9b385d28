"""Python's ssl as a peer: a mutual TLS handshake in memory, with data both ways.

handshake.py SERVER_CHAIN SERVER_KEY SERVER_CA CLIENT_CHAIN CLIENT_KEY CLIENT_CA HOST...
"""
import ssl
import sys

server_chain, server_key, server_ca, client_chain, client_key, client_ca, *hosts = sys.argv[1:]

server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(server_chain, server_key)
server_context.load_verify_locations(client_ca)
server_context.verify_mode = ssl.CERT_REQUIRED

client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client_context.load_cert_chain(client_chain, client_key)
client_context.load_verify_locations(server_ca)
for context in server_context, client_context:
    context.verify_flags |= ssl.VERIFY_X509_STRICT

for host in hosts:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server]
    while waiting:
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                pass
    # In TLS 1.3 only data that came back proves that the server accepted the client.
    client.write(b"ping")
    assert server.read(4) == b"ping"
    server.write(b"pong")
    assert client.read(4) == b"pong"
    print(host, client.version(), "client serial:", server.getpeercert()["serialNumber"])
