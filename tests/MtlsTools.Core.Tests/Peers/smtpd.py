# A mail server that wants STARTTLS and a client certificate: port, certificate, key, client CA.
import logging
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

logging.disable(logging.WARNING)
port, certificate, key, ca = int(sys.argv[1]), *sys.argv[2:5]
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca)
context.load_cert_chain(certificate, key)
context.verify_mode = ssl.CERT_REQUIRED
Controller(Sink(), hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True).start()
time.sleep(3600)
