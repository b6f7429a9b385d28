# Connects to the server, shows the handshake, and asks for a page: under TLS 1.3 a server judges the client only after
# the handshake, and what counts is the answer.
$options = @(
    '-connect', {{connect}}
{{^isIp}}
    '-servername', {{host}}, '-verify_hostname', {{host}}
{{/isIp}}
{{#isIp}}
    '-verify_ip', {{host}}
{{/isIp}}
    # Without this s_client goes on with a server that it does not believe.
    '-verify_return_error'
{{#hasTrust}}
    '-CAfile', {{trustAndLists}}, '-no-CApath', '-no-CAstore'
{{/hasTrust}}
{{#hasCrl}}
    # The file holds a list of every CA as well: a missing or ended one refuses every server.
    '-crl_check_all'
{{/hasCrl}}
{{#identity}}
    # -cert takes the first certificate of the file, -cert_chain its intermediates.
    '-cert', {{certificate}}, '-cert_chain', {{certificate}}, '-key', {{key}}
{{/identity}}
    '-ign_eof'
)
$request = "GET / HTTP/1.1`r`nHost: {0}`r`nConnection: close`r`n`r`n" -f {{host}}
$request | & openssl.exe s_client @options @args
exit $LASTEXITCODE
