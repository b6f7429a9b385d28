BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA' -NotBefore ([DateTimeOffset]::UtcNow.AddDays(-1))
    New-BadFile $clientCa
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
            $silent = New-SilentListener
            try { (Test-MtlsConnection "127.0.0.1:$($silent.LocalEndpoint.Port)" -TimeoutSec 1).Findings.Id | Should -Be 'TimedOut' }
            finally { $silent.Stop() }
        }

        It 'reports a port where nothing listens' {
            $report = Test-MtlsConnection "127.0.0.1:$(Get-FreePort)" @trusted
            $report.Success | Should -BeFalse
            $report.Stage | Should -Be 'Connect'
            $report.Findings.Id | Should -Be 'ConnectionRefused'
            $report.Findings.Remedy | Should -Match '\.$'
        }

        It 'shows verdict, target, mode and findings' {
            Get-TableHeader (Test-MtlsConnection $running @trusted) | Should -Be 'Success Target ClientAuth Findings'
        }

        It 'explains itself, finding by finding' {
            $text = (Test-MtlsConnection $running @trusted).Findings | Out-String
            foreach ($part in 'Id +: NoClientCertificateSent', 'Side', 'Severity', 'Cause', 'Remedy') { $text | Should -Match $part }
        }
    }

    Context 'errors' {
        It 'a target that can not be called; the next one is tested' {
            $output = $null
            $failure = Get-OnlyError { 'http://x', $running | Test-MtlsConnection -Certificate alice.crt @trusted } ([ref] $output)
            Assert-MtlsError $failure TargetInvalid TestMtlsConnection InvalidArgument 'http://x' 'Write https://host:port/path, host:port or host.'
            $output.Success | Should -BeTrue
        }

        It '<Id>, for -Certificate <File>; no verdict is given' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Test-MtlsConnection $running -Certificate $File @trusted } ([ref] $output)) $Id TestMtlsConnection ($Category ?? 'InvalidData') $File $Ending
            $output | Should -BeNullOrEmpty
        }

        It '<Id>, for <Because>; no verdict is given' -ForEach @(
            @{ Id = 'KeyRequired'; Because = 'no key'; Run = { Copy-Item good.crt alone.crt; Test-MtlsConnection $running -Certificate alone.crt @trusted }; Category = 'ObjectNotFound'; Target = 'alone.crt'; Ending = 'Give the key file with -Key, or use a PFX.' }
            @{ Id = 'KeyMismatch'; Because = 'the key of another'; Run = { Test-MtlsConnection $running -Certificate good.crt -Key other.key @trusted }; Category = 'InvalidData'; Target = 'other.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { Test-MtlsConnection $running -Certificate good.crt -Key twokeys.pem @trusted }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Test-MtlsConnection $running -Certificate good.crt -Key locked.key @trusted }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password'; Run = { Test-MtlsConnection $running -Certificate good.crt -Key locked.key -Password (Get-Secret wrong) @trusted }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'WrongContent'; Because = 'a key as a trusted CA'; Run = { Test-MtlsConnection $running -TrustedCa good.key }; Category = 'InvalidData'; Target = 'good.key'; Ending = 'Name the certificate file.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'a certificate that is null: a misspelt variable must not prove that "it" is refused'; Run = { Test-MtlsConnection $running -Certificate $null @trusted -ExpectRejection -Quiet }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError $Run ([ref] $output)) $Id TestMtlsConnection $Category $Target $Ending
            $output | Should -BeNullOrEmpty
        }
    }

    Context 'stop' {
        It 'ends at once while it waits' {
            $silent = New-SilentListener
            try { Assert-StopsAtOnce "Test-MtlsConnection 127.0.0.1:$($silent.LocalEndpoint.Port) -TimeoutSec 600" { $script:taken = $silent.AcceptTcpClient() } }
            finally { $silent.Stop(); ${script:taken}?.Dispose() }
        }

        It 'tests no more than the pipeline wants' {
            $silent = New-SilentListener
            try { $running, "127.0.0.1:$($silent.LocalEndpoint.Port)" | Test-MtlsConnection -Certificate alice.crt @trusted -TimeoutSec 600 | Select-Object -First 1 | ForEach-Object Success | Should -BeTrue }
            finally { $silent.Stop() }
        }
    }
}
