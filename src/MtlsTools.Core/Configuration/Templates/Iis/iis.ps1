#Requires -Version 5.1
#Requires -RunAsAdministrator
# TLS for a site of IIS 10 (Windows Server 2016 or newer). Run it on the server, and again after every renewal: what is there already stays.
[CmdletBinding()]
param(
    [string]$SiteName = 'Default Web Site',
{{#verify}}

    # For the whole computer: Schannel believes only the CAs that a program names. Without it a certificate of every CA
    # among the computer's trusted roots is let in, those of the public web included.
    [switch]$ExclusiveTrust,
{{/verify}}

    # The password of the PFX file; it is asked for.
    [Parameter(Mandatory)]
    [securestring]$Password
)
$ErrorActionPreference = 'Stop'

function Invoke-Program([string]$Program, [string[]]$Arguments) {
    $said = & $Program @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Arguments -join ' ') ended with ${LASTEXITCODE}: $said"
    }
}

function Add-ToStore([string]$Name, [Security.Cryptography.X509Certificates.X509Certificate2]$Certificate) {
    $store = [Security.Cryptography.X509Certificates.X509Store]::new($Name, 'LocalMachine')
    $store.Open('ReadWrite')
    try { $store.Add($Certificate) } finally { $store.Close() }
}
{{#verify}}

# The blocks of a PEM file: Windows reads the first one only.
function Read-Pem([string]$Path, [string]$Label) {
    $text = Get-Content -LiteralPath $Path -Raw
    foreach ($block in [regex]::Matches($text, "-----BEGIN $Label-----([^-]+)-----END $Label-----")) {
        , [Convert]::FromBase64String($block.Groups[1].Value)
    }
}
{{/verify}}

# The key can not be exported again. Intermediates are sent only from the store CA.
$pfx = {{pfx}}
$server = Import-PfxCertificate -FilePath $pfx -CertStoreLocation Cert:\LocalMachine\My -Password $Password |
    Where-Object HasPrivateKey | Select-Object -First 1
foreach ($intermediate in (Get-PfxData -FilePath $pfx -Password $Password).OtherCertificates) {
    Add-ToStore 'CA' ([Security.Cryptography.X509Certificates.X509Certificate2]::new([byte[]]$intermediate.RawData))
}
{{#verify}}

# Clients: certificates that these CAs issued.
foreach ($bytes in Read-Pem {{trust}} 'CERTIFICATE') {
    $ca = [Security.Cryptography.X509Certificates.X509Certificate2]::new([byte[]]$bytes)
    # A certificate among the trusted roots that is not self-signed makes IIS refuse every client (403.16).
    if ($ca.Subject -eq $ca.Issuer) { Add-ToStore 'Root' $ca } else { Add-ToStore 'CA' $ca }
    # The CAs that sslctlstorename names below.
    Add-ToStore 'ClientAuthIssuer' $ca
}
{{#hasCrl}}

# A list of every CA in the chain: everybody is refused (403.13) when one is missing or has ended.
foreach ($bytes in Read-Pem {{crl}} 'X509 CRL') {
    $file = [IO.Path]::GetTempFileName()
    try {
        [IO.File]::WriteAllBytes($file, [byte[]]$bytes)
        Invoke-Program certutil @('-f', '-addstore', 'CA', $file)
    }
    finally {
        Remove-Item -LiteralPath $file
    }
}
{{/hasCrl}}

$schannel = 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'
if ($ExclusiveTrust) {
    # 2: a chain has to reach a CA of the store that the program names, root or intermediate.
    Set-ItemProperty -LiteralPath $schannel -Name ClientAuthTrustMode -Value 2 -Type DWord
}
elseif ((Get-ItemProperty -LiteralPath $schannel).ClientAuthTrustMode -ne 2) {
    Write-Warning "Clients of every CA among this computer's trusted roots are let in. Compare the issuer in the application, or run this script with -ExclusiveTrust."
}
{{/verify}}

# The site, and what it asks of clients.
$appcmd = Join-Path $env:windir 'System32\inetsrv\appcmd.exe'
$binding = {{binding}}
$site = & $appcmd list site "/site.name:$SiteName"
if (-not $site) {
    throw "IIS has no site '$SiteName'. Name one with -SiteName; '$appcmd list site' shows them."
}
if ("$site" -notmatch [regex]::Escape("https/$binding")) {
    Invoke-Program $appcmd @('set', 'site', "/site.name:$SiteName", "/+bindings.[protocol='https',bindingInformation='$binding']")
}
{{#mtls}}
Invoke-Program $appcmd @('set', 'config', $SiteName, '/section:access', '/sslFlags:Ssl,SslNegotiateCert,SslRequireCert', '/commit:apphost')
{{/mtls}}
{{#optional}}
Invoke-Program $appcmd @('set', 'config', $SiteName, '/section:access', '/sslFlags:Ssl,SslNegotiateCert', '/commit:apphost')
{{/optional}}
{{#tls}}
Invoke-Program $appcmd @('set', 'config', $SiteName, '/section:access', '/sslFlags:Ssl', '/commit:apphost')
{{/tls}}

# HTTP.SYS does the TLS. `update` changes the certificate without an interruption.
$endpoint = {{endpoint}}
$address = "ipport=$endpoint"
$null = netsh http show sslcert $address
$verb = if ($LASTEXITCODE -eq 0) { 'update' } else { 'add' }
$settings = @(
    $address
    "certhash=$($server.Thumbprint)"
    'certstorename=MY'
    'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}'
{{#verify}}
    # Asks within the handshake. IIS would ask afterwards, and clients do not answer to that under TLS 1.3 and HTTP/2.
    'clientcertnegotiation=enable'
    'sslctlstorename=ClientAuthIssuer'
{{#hasCrl}}
    'verifyclientcertrevocation=enable'
{{/hasCrl}}
{{^hasCrl}}
    # No list was given. Without one, and without an address of one in the certificates, `enable` refuses everybody.
    'verifyclientcertrevocation=disable'
{{/hasCrl}}
{{/verify}}
{{#tls}}
    'clientcertnegotiation=disable'
{{/tls}}
)
Invoke-Program netsh (@('http', $verb, 'sslcert') + $settings)
netsh http show sslcert $address
