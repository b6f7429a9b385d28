<#
.SYNOPSIS
    Hello, mutual TLS: two CAs, a server and a client certificate, two servers, and the proof that strangers are refused.
#>
[CmdletBinding()]
param(
    # The folder of the built module.
    [Parameter(Mandatory)]
    [string] $ModulePath
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path (Resolve-Path -LiteralPath $ModulePath) 'MtlsTools.psd1')
$folder = New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "hello-mtls-$([guid]::NewGuid())")
Push-Location -LiteralPath $folder
try {
    # Two CAs: one vouches for servers, the other for clients. Each is a folder of plain files.
    $serverCa = New-MtlsCa server-ca -Name 'Hello Server CA'
    $clientCa = New-MtlsCa client-ca -Name 'Hello Client CA'
    $strangerCa = New-MtlsCa stranger-ca -Name 'Stranger CA'

    # A server, a client, and somebody with a certificate of the wrong CA.
    $server = New-MtlsCertificate $serverCa localhost -Profile Server -OutFile server.crt
    $alice = New-MtlsCertificate $clientCa alice -Profile Client -OutFile alice.crt
    $mallory = New-MtlsCertificate $strangerCa mallory -Profile Client -OutFile mallory.crt

    # One server with TLS alone, one that wants a client certificate. Both serve hello-world.txt.
    $www = New-Item -ItemType Directory www
    Set-Content -LiteralPath (Join-Path $www 'hello-world.txt') -Value 'Hello, mutual TLS!'
    $tls = Start-MtlsServer $server -ClientAuth None -Folder www
    $mtls = Start-MtlsServer $server -ClientCa $clientCa -Folder www

    $calls = @(
        @{ Server = 'TLS'; Uri = $tls.Uri; Client = 'nobody'; Certificate = $null; Refuse = $false }
        @{ Server = 'mutual TLS'; Uri = $mtls.Uri; Client = 'alice'; Certificate = $alice; Refuse = $false }
        @{ Server = 'mutual TLS'; Uri = $mtls.Uri; Client = 'nobody'; Certificate = $null; Refuse = $true }
        @{ Server = 'mutual TLS'; Uri = $mtls.Uri; Client = 'mallory'; Certificate = $mallory; Refuse = $true }
    )
    $results = foreach ($call in $calls) {
        $uri = [uri]::new($call.Uri, 'hello-world.txt')
        $with = if ($call.Certificate) { @{ Certificate = $call.Certificate } } else { @{} }
        $report = Test-MtlsConnection $uri -TrustedCa $serverCa -ExpectRejection:$call.Refuse @with
        $happened = if ($report.Stage -eq 'Done') { (Invoke-MtlsRequest $uri -TrustedCa $serverCa @with).Content.Trim() } else { $report.Findings[0].Cause }
        [pscustomobject]@{
            Server   = $call.Server
            Client   = $call.Client
            ShouldBe = if ($call.Refuse) { 'refused' } else { 'served' }
            Was      = if ($report.Stage -eq 'Done') { 'served' } else { 'refused' }
            Happened = $happened
            Good     = $report.Success
        }
    }
    $results | Format-Table Server, Client, ShouldBe, Was, Happened -Wrap | Out-String -Width 120 | Write-Host
    if ($results.Good -contains $false) { throw 'A call did not end as it should have.' }
}
finally {
    Get-MtlsServer | Stop-MtlsServer
    Pop-Location
    Remove-Item -LiteralPath $folder -Recurse -Force
}
