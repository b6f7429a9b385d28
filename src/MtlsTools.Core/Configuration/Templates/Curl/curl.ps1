# Asks the server with the curl of Windows: .\curl.ps1 [URL] [more of curl's options]
# It uses SChannel, which takes certificate and key from Windows' store alone: --cert x.crt --key x.key ends with
# "certificate format compatibility error" there.
if ($args.Count -eq 0) { $args = @({{url}}) }

$options = @(
    '--fail', '--silent', '--show-error'
    '--proto', '=https', '--tlsv1.2'
{{#identity}}
    # The store and the SHA-1 thumbprint of the certificate.
    '--cert', {{storePath}}
{{/identity}}
{{#hasTrust}}
    # Whom curl believes: these CAs instead of those of Windows.
    '--cacert', {{trust}}
    # SChannel refuses certificates of a CA whose revocation lists it can not fetch; private CAs often publish none.
    # A certificate that is on a list is refused all the same.
    '--ssl-revoke-best-effort'
{{/hasTrust}}
)
& curl.exe @options @args
exit $LASTEXITCODE
