#Requires -Modules MtlsTools
# The same with MtlsTools: files on every system, a CA for this request alone, intermediates sent, nothing in any store.
param([uri] $Uri = {{url}})
$ErrorActionPreference = 'Stop'

$request = @{
    Uri = $Uri
{{#identity}}
    Certificate = {{certificate}}
    Key = {{key}}
{{/identity}}
{{#hasTrust}}
    TrustedCa = {{trust}}
{{/hasTrust}}
}
{{#encryptedKey}}
$request.Password = Read-Host 'Password of the key' -AsSecureString
{{/encryptedKey}}
(Invoke-MtlsRequest @request).Content
