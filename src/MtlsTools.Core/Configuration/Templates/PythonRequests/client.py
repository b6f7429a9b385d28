"""Asks the server: python3 client.py [URL]"""

{{#hasCrl}}
import ssl
{{/hasCrl}}
import sys

import requests
{{#hasCrl}}
from requests.adapters import HTTPAdapter
{{/hasCrl}}

URL = sys.argv[1] if len(sys.argv) > 1 else {{url}}
{{#identity}}
# The certificate with its intermediates, and its key.
CERTIFICATE = {{certificate}}
KEY = {{key}}
{{/identity}}
{{#hasTrust}}
# Whom this client believes: these CAs, and none of the public ones.
TRUST = {{trust}}
{{/hasTrust}}
{{#hasCrl}}
CRL = {{crl}}


class CheckRevocation(HTTPAdapter):
    """Needs a list of every CA in the server's chain; a missing or ended one refuses every server."""

    def init_poolmanager(self, *args, **kwargs):
        context = ssl.create_default_context(cafile=TRUST)
        context.load_verify_locations(CRL)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
        super().init_poolmanager(*args, ssl_context=context, **kwargs)


{{/hasCrl}}
with requests.Session() as session:
{{#identity}}
    session.cert = (CERTIFICATE, KEY)
{{/identity}}
{{#hasCrl}}
    session.mount("https://", CheckRevocation())
{{/hasCrl}}
    # verify stands in the call because REQUESTS_CA_BUNDLE would win over session.verify.
{{#hasTrust}}
    response = session.get(URL, verify=TRUST, timeout=(10, 30))
{{/hasTrust}}
{{^hasTrust}}
    response = session.get(URL, verify=True, timeout=(10, 30))
{{/hasTrust}}

print(response.status_code, response.reason, file=sys.stderr)
print(response.text, end="")
response.raise_for_status()
