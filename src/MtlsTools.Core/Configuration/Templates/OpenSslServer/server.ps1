# A server for trying clients out: it answers each request with what it knows of the connection.
# One connection at a time, and no limits: not for anything that matters.
$ErrorActionPreference = 'Stop'

$arguments = @(
    '-accept', {{accept}}, '-www'
    '-min_protocol', 'TLSv1.2'
    '-cipher', 'ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL'
    '-cert', {{certificate}}
    '-key', {{key}}
    '-chainCAfile', {{certificate}}
    '-no-CApath', '-no-CAstore'
{{#verify}}
    '-no_ticket', '-no_cache'
{{#hasCrl}}
    '-CAfile', {{trustAndCrl}}
    '-crl_check_all'
{{/hasCrl}}
{{^hasCrl}}
    '-CAfile', {{trust}}
{{/hasCrl}}
    '-verify_return_error'
{{#mtls}}
    '-Verify', {{depth}}
{{/mtls}}
{{#optional}}
    '-verify', {{depth}}
{{/optional}}
{{/verify}}
{{#tls}}
    '-no-CAfile'
{{/tls}}
)
openssl s_server @arguments
exit $LASTEXITCODE
