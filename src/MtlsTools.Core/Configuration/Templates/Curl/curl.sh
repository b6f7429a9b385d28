#!/usr/bin/env bash
# Asks the server: ./curl.sh [URL] [more of curl's options]
set -euo pipefail
[ $# -gt 0 ] || set -- {{url}}

options=(
    --fail --silent --show-error
    --proto =https --tlsv1.2
{{#identity}}
    # What the server sees: the certificate with its intermediates, and the proof of its key.
    --cert {{curlCertificate}}
    --key {{key}}
{{/identity}}
{{#hasTrust}}
    # Whom curl believes: these CAs, and none of the public ones, which a folder of the system would add.
    --cacert {{trust}}
    --capath /dev/null
{{/hasTrust}}
{{#hasCrl}}
    # A list of every CA in the server's chain: curl refuses every server when one is missing or has ended.
    --crlfile {{crl}}
{{/hasCrl}}
)
exec curl "${options[@]}" "$@"
