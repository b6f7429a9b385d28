BeforeDiscovery { $opens = $IsLinux -and [Environment]::Version.Major -ge 9 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Test CA'
    $certificate = New-MtlsCertificate $ca localhost -Profile Server
    $alice = New-MtlsCertificate $ca alice -Profile Client -OutFile 'alice [1].crt'
    $server = Start-MtlsServer $certificate -ClientCa $ca
    $old = Start-MtlsServer $certificate -ClientCa $ca -TlsVersion Tls12
    $common = @{ TrustedCa = $ca }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Trace-MtlsHandshake' {
    Context 'binding' {
        It 'takes targets as servers, URIs and host:port, from the pipeline and several' {
            $port = $old.Port
            $seen = $old, $old.Uri, "localhost:$port" | Trace-MtlsHandshake -Certificate 'alice [1].crt' @common
            @($seen | Where-Object Name -EQ ClientHello).Count | Should -Be 3
            @(Trace-MtlsHandshake $old, $server @common | Where-Object Name -EQ ServerHello).Target | Should -Be "localhost:$port", "localhost:$($server.Port)"
        }
    }

    Context 'behaviour' {
        It 'shows the messages of both sides, in order' {
            $seen = Trace-MtlsHandshake $old -Certificate $alice @common
            ($seen | Where-Object { -not $_.IsEncrypted }).Name | Should -Be 'ClientHello', 'ServerHello', 'Certificate', 'ServerKeyExchange', 'CertificateRequest', 'ServerHelloDone', 'Certificate', 'ClientKeyExchange', 'CertificateVerify', 'ChangeCipherSpec', 'ChangeCipherSpec', 'Closed'
            ($seen | Where-Object Name -EQ CertificateRequest).AcceptableIssuers | Should -Be 'CN=Test CA'
            ($seen | Where-Object Name -EQ Certificate).Certificates.Name | Should -Be 'localhost', 'alice'
            $hello = $seen[0]
            $hello.From, $hello.ServerName, $hello.Version | Should -Be 'Client', 'localhost', 'TLS 1.3'
            $hello.SignatureAlgorithms | Should -Contain 'ecdsa_secp256r1_sha256'
            Get-TableHeader $seen | Should -Be 'Time (ms) From Message Size Summary'
        }

        It 'opens TLS 1.3' -Skip:(-not $opens) {
            $seen = Trace-MtlsHandshake $server -Certificate $alice @common
            $opened = $seen | Where-Object { $_.IsEncrypted }
            $opened.Name[0..8] | Should -Be 'EncryptedExtensions', 'CertificateRequest', 'Certificate', 'CertificateVerify', 'Finished', 'Certificate', 'CertificateVerify', 'Finished', 'ApplicationData'
            @($opened | Where-Object { $_.Name -eq 'ApplicationData' -and $_.From -eq 'Server' }) | Should -Not -BeNullOrEmpty
            $opened.Name | Should -Not -Contain 'Encrypted'
            ($seen | Where-Object Name -EQ CertificateRequest).AcceptableIssuers | Should -Be 'CN=Test CA'
        }

        It 'offers the TLS versions that are asked for' {
            (Trace-MtlsHandshake $server @common -TlsVersion Tls12)[0].Versions | Should -Be 'TLS 1.2'
        }

        It 'shows a refusal' {
            $seen = Trace-MtlsHandshake $server @common
            $seen[-1].Name, $seen[-1].From | Should -Be 'Closed', 'Server'
        }

        It 'draws a sequence' {
            $picture = Trace-MtlsHandshake $old -Certificate $alice @common -As Sequence
            $picture | Should -BeOfType string
            $picture | Should -Match '\| *- ClientHello'
            $picture | Should -Match '(?m)^\|<-+ ServerHello \(\d+\) -\|'
            $picture | Should -Match 'accepts CN=Test CA'
        }

        It 'draws a diagram for Mermaid' {
            $lines = (Trace-MtlsHandshake $old -Certificate $alice @common -As Mermaid).TrimEnd() -split '\n'
            $lines[0] | Should -Be 'sequenceDiagram'
            $lines[1..3] | Should -Be '    autonumber', '    participant C as client', "    participant S as localhost:$($old.Port)"
            $lines[4..($lines.Count - 2)] | Should -Match '^    ([CS])(->>|-->>|-x)(?!\1)[CS]: [^;#]*(#\d+;[^;#]*)*$'
            $lines[-1] | Should -Match '^    Note over C,S: '
        }

        It 'writes the secrets for Wireshark, for the owner alone, and warns' -Skip:(-not $opens) {
            $path = 'keys [1].log'
            $warned = $null
            $null = Trace-MtlsHandshake $server, $old -Certificate $alice @common -KeyLogPath $path -WarningVariable warned -WarningAction SilentlyContinue
            $warned | Should -Match 'Delete it'
            $lines = Get-Content -LiteralPath $path
            @($lines -match '^CLIENT_TRAFFIC_SECRET_0 [0-9a-fA-F]{64} [0-9a-fA-F]+$').Count | Should -Be 1
            @($lines -match '^CLIENT_RANDOM [0-9a-fA-F]{64} [0-9a-fA-F]{96}$').Count | Should -Be 1
            [int] [IO.File]::GetUnixFileMode((Join-Path $PWD.ProviderPath $path)) | Should -Be 0x180 -Because 'it holds secrets'
        }
    }

    Context 'errors' {
        It 'a target that can not be reached; the next one is traced' {
            $output = $null
            $nowhere = "127.0.0.1:$(Get-FreePort)"
            Assert-MtlsError (Get-OnlyError { $nowhere, $old | Trace-MtlsHandshake @common } ([ref] $output)) TargetNotReached TraceMtlsHandshake ConnectionError $nowhere 'Test-MtlsConnection tells more.'
            $output[0].Name | Should -Be 'ClientHello'
        }

        It '<Id>, for <Because>' -ForEach @(
            @{ Id = 'TargetInvalid'; Because = 'no target'; Run = { Trace-MtlsHandshake 'http://localhost' }; Category = 'InvalidArgument'; Target = 'http://localhost'; Ending = 'Write https://host:port/path, host:port or host.' }
            @{ Id = 'FileNotFound'; Because = 'a certificate that is missing'; Run = { Trace-MtlsHandshake $old -Certificate missing.crt }; Category = 'ObjectNotFound'; Target = 'missing.crt'; Ending = 'Check the path.' }
        ) {
            Assert-MtlsError (Get-OnlyError $Run) $Id TraceMtlsHandshake $Category $Target $Ending
        }

        It 'a key log that exists is left as it is, unless forced' -Skip:(-not $opens) {
            Set-Content -LiteralPath there.log -Value mine
            Assert-MtlsError (Get-OnlyError { Trace-MtlsHandshake $old @common -KeyLogPath there.log }) FileExists TraceMtlsHandshake ResourceExists there.log 'or choose another name.'
            Get-Content -LiteralPath there.log | Should -Be 'mine'
            $null = Trace-MtlsHandshake $old -Certificate $alice @common -KeyLogPath there.log -Force -WarningAction SilentlyContinue
            Get-Content -LiteralPath there.log | Should -Match '^CLIENT_RANDOM '
        }

        It 'a key log where the runtime gives none' -Skip:$opens {
            Assert-MtlsError (Get-OnlyError { Trace-MtlsHandshake $old @common -KeyLogPath keys.log }) KeyLogNotSupported TraceMtlsHandshake NotImplemented keys.log 'or leave -KeyLogPath out.'
            'keys.log' | Should -Not -Exist
        }
    }

    Context '-WhatIf' {
        It 'writes no key log' -Skip:(-not $opens) {
            $null = Trace-MtlsHandshake $old @common -KeyLogPath whatif.log -WhatIf
            Get-EveryFile . | Should -Not -Contain 'whatif.log'
        }
    }

    Context 'stop' {
        It 'stops at once, and leaves no half-written key log' {
            $silent = New-SilentListener
            try { Assert-StopsAtOnce "Trace-MtlsHandshake 127.0.0.1:$($silent.LocalEndpoint.Port) -TimeoutSec 600 $(if ($IsLinux -and [Environment]::Version.Major -ge 9) { '-KeyLogPath stopped.log' })" { Wait-Until { $silent.Pending() }; Start-Sleep -Milliseconds 300 } }
            finally { $silent.Stop() }
            @(Get-EveryFile . | Where-Object { $_ -like '*stopped.log*' }) | Should -BeNullOrEmpty
        }
    }
}
