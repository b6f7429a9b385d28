#Requires -Version 7.4
# Asks the server: ./client.ps1 [-Uri https://...]
using namespace System.Security.Cryptography.X509Certificates
param([uri] $Uri = {{url}})
$ErrorActionPreference = 'Stop'
{{#hasTrust}}

# Invoke-RestMethod believes the CAs of the system and takes none of its own. On Linux .NET reads them from this
# variable when the process begins; on Windows and macOS the CA has to be in the store: Import-MtlsToStore CA.
$trusted = {{trust}}
if ($IsLinux -and $env:SSL_CERT_FILE -ne $trusted) {
    & env "SSL_CERT_FILE=$trusted" pwsh -NoProfile -File $PSCommandPath -Uri $Uri
    exit $LASTEXITCODE
}
{{/hasTrust}}

$request = @{ Uri = $Uri; SslProtocol = 'Tls12, Tls13'; TimeoutSec = 30 }
{{#identity}}
{{#encryptedKey}}
$password = Read-Host 'Password of the key' -AsSecureString | ConvertFrom-SecureString -AsPlainText
$certificate = [X509Certificate2]::CreateFromEncryptedPemFile({{certificate}}, $password, {{key}})
{{/encryptedKey}}
{{^encryptedKey}}
$certificate = [X509Certificate2]::CreateFromPemFile({{certificate}}, {{key}})
{{/encryptedKey}}
if ($IsWindows) {
    # SChannel can not use a key that lives in memory only; by way of PFX it gets a key container, which goes with the object.
    $certificate = [X509Certificate2]::new($certificate.Export('Pkcs12'))
}
{{#hasIntermediates}}

# What stands between the certificate and the root is sent along when it is in the user's store of intermediate CAs.
$chain = [X509Certificate2Collection]::new()
$chain.ImportFromPemFile({{certificate}})
$store = [X509Store]::new('CA', 'CurrentUser', 'ReadWrite')
$chain | Select-Object -Skip 1 | ForEach-Object { $store.Add($_) }
$store.Dispose()
{{/hasIntermediates}}

$request.Certificate = $certificate
{{/identity}}
Invoke-RestMethod @request
