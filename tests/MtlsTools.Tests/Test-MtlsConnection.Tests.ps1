BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA'
    $null = New-MtlsCertificate $clientCa alice -Profile Client -OutFile alice.crt
    $null = New-MtlsCertificate $clientCa web -Profile Server -DnsName web.example -OutFile serveronly.crt
    $expired = New-MtlsCertificate $clientCa old -Profile Client -NotBefore ([DateTimeOffset]::UtcNow.AddHours(-2)) -NotAfter ([DateTimeOffset]::UtcNow.AddHours(-1))
    $running = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $clientCa
    $trusted = @{ TrustedCa = $serverCa }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Test-MtlsConnection' {
    Context 'binding' {
        It 'takes a server, a URI, host:port, and many of them' {
            $reports = $running, $running.Uri, "localhost:$($running.Port)" | Test-MtlsConnection -Certificate alice.crt @trusted
            $reports.Success | Should -Be $true, $true, $true
        }

        It 'takes a certificate as a path, an object, a PFX, and with a key apart' {
            $secret = Get-Secret
            $null = Export-MtlsCertificate alice.crt alice.pfx Pfx -Password $secret
            Copy-Item alice.crt apart.crt
            Test-MtlsConnection $running -Certificate (Get-MtlsCertificate alice.crt) @trusted -Quiet | Should -BeTrue
            Test-MtlsConnection $running -Certificate alice.pfx -Password $secret @trusted -Quiet | Should -BeTrue
            Test-MtlsConnection $running -Certificate apart.crt -Key alice.key @trusted -Quiet | Should -BeTrue
        }
    }

    Context 'behaviour' {
        It 'tells both sides of the story' {
            $report = Test-MtlsConnection $running -Certificate alice.crt @trusted
            $report.Stage | Should -Be 'Done'
            $report.ServerTrusted, $report.ClientCertificateRequested, $report.ClientCertificateSent, $report.ClientCertificateAccepted | Should -Be $true, $true, $true, $true
            $report.ClientAuth | Should -Be 'Requested' -Because 'one good client does not prove that a stranger is refused'
            $report.Protocol | Should -Be 'Tls13'
            $report.HttpStatus | Should -Be 200
            $report.ServerCertificate.Name | Should -Be 'localhost'
        }

        It 'finds <Id>' -ForEach @(
            @{ Id = 'NoClientCertificateSent'; Test = { Test-MtlsConnection $running @trusted } }
            @{ Id = 'ClientCertificateUntrusted'; Test = { Test-MtlsConnection $running -Certificate (New-MtlsCertificate $serverCa x -Profile Client) @trusted } }
            @{ Id = 'ClientCertificateExpired'; Test = { Test-MtlsConnection $running -Certificate $expired @trusted } }
            @{ Id = 'ClientCertificateWrongPurpose'; Test = { Test-MtlsConnection $running -Certificate serveronly.crt @trusted } }
            @{ Id = 'RootNotTrusted'; Test = { Test-MtlsConnection $running -Certificate alice.crt -TrustedCa $clientCa } }
            @{ Id = 'HostNameMismatch'; Test = { Test-MtlsConnection "127.0.0.1:$($running.Port)" -Certificate alice.crt @trusted } }
            @{ Id = 'NameNotResolved'; Test = { Test-MtlsConnection nobody.invalid @trusted } }
        ) {
            $report = & $Test
            $report.Success | Should -BeFalse
            # A certificate of the issuer's own CA as "not found" differs only by whether the root was sent.
            ($report.Findings.Id -replace 'IssuerNotFound', 'RootNotTrusted') | Should -Contain $Id
            foreach ($finding in $report.Findings) { $finding.Remedy | Should -Match '\.$' }
        }

        It 'makes a refusal the success with -ExpectRejection, and only a refusal' {
            (Test-MtlsConnection $running @trusted -ExpectRejection).ClientAuth | Should -Be 'Required'
            Test-MtlsConnection $running @trusted -ExpectRejection -Quiet | Should -BeTrue
            Test-MtlsConnection $running -TrustedCa $clientCa -ExpectRejection -Quiet | Should -BeFalse
            Test-MtlsConnection "127.0.0.1:$(Get-FreePort)" -ExpectRejection -Quiet | Should -BeFalse
        }

        It 'accepts another server name' {
            Test-MtlsConnection "127.0.0.1:$($running.Port)" -ServerName localhost -Certificate alice.crt @trusted -Quiet | Should -BeTrue
        }

        It 'can leave the server unjudged' {
            $report = Test-MtlsConnection $running -Certificate alice.crt -SkipServerCheck
            $report.Success | Should -BeTrue
            $report.ServerTrusted | Should -BeNullOrEmpty
        }

        It 'times out' {
            $silent = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
            $silent.Start()
            try { (Test-MtlsConnection "127.0.0.1:$($silent.LocalEndpoint.Port)" -TimeoutSec 1).Findings.Id | Should -Be 'TimedOut' }
            finally { $silent.Stop() }
        }
    }

    Context 'stop' {
        It '<Name> ends at once when it is stopped' -ForEach @(
            @{ Name = 'Test-MtlsConnection'; Script = 'Test-MtlsConnection "127.0.0.1:{0}" -TimeoutSec 600' }
            @{ Name = 'Invoke-MtlsRequest'; Script = 'Invoke-MtlsRequest "https://127.0.0.1:{0}/" -TimeoutSec 600' }
        ) {
            $silent = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
            $silent.Start()
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$((Get-Module MtlsTools).Path)'; " + ($Script -f $silent.LocalEndpoint.Port))
                $running = $shell.BeginInvoke()
                $silent.AcceptTcpClient().Dispose | Out-Null
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $shell.Stop()
                $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
                $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            }
            finally {
                $shell.Dispose()
                $silent.Stop()
            }
        }
    }
}
