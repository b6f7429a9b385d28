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

        It 'takes a certificate of the store as an item, a thumbprint, and a path of the Cert: drive' {
            $item = Import-MtlsToStore alice.crt -SkipChain
            try {
                $print = $item.Thumbprint
                $spaced = ($print -split '(..)' | Where-Object { $_ }) -join ' '
                $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser', 'ReadOnly')
                $native = $store.Certificates.Find('FindByThumbprint', $print, $false)[0]
                foreach ($form in $item, $print, $print.ToLowerInvariant(), $spaced, "Cert:\CurrentUser\My\$print", "Cert:/CurrentUser/My/$print", $native) {
                    Test-MtlsConnection $running -Certificate $form @trusted -Quiet | Should -BeTrue -Because "$form"
                }
                $store.Dispose()
            }
            finally { $item | Remove-MtlsStoreItem -Confirm:$false }
        }

        It 'prefers a file to the store, whatever its name' {
            $name = 'AB' * 20
            Copy-Item alice.crt $name
            Copy-Item alice.key "$name.key"
            Test-MtlsConnection $running -Certificate $name -Key "$name.key" @trusted -Quiet | Should -BeTrue
        }

        It 'takes an address in brackets, and reports by their Target' {
            $six = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $clientCa -Address ([ipaddress]::IPv6Loopback)
            try {
                $report = Test-MtlsConnection "[::1]:$($six.Port)" -ServerName localhost -Certificate alice.crt @trusted
                $report.Target | Should -Be "[::1]:$($six.Port)"
                $report | Test-MtlsConnection -ServerName localhost -Certificate alice.crt @trusted -Quiet | Should -BeTrue
            }
            finally { $six | Stop-MtlsServer }
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

        It 'tests -ThrottleLimit targets at a time' {
            $silent = New-SilentListener
            try {
                $target = "127.0.0.1:$($silent.LocalEndpoint.Port)"
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                (1..8 | ForEach-Object { $target } | Test-MtlsConnection -TimeoutSec 2 -ThrottleLimit 8).Count | Should -Be 8
                $clock.Elapsed.TotalSeconds | Should -BeLessThan 12 -Because 'one after the other takes 16'
                $clock.Restart()
                (1..2 | ForEach-Object { $target } | Test-MtlsConnection -TimeoutSec 1 -ThrottleLimit 1).Count | Should -Be 2
                $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 1.9
            }
            finally { $silent.Stop() }
        }

        It 'gives each report as soon as it is there' {
            $silent = New-SilentListener
            try { "127.0.0.1:$($silent.LocalEndpoint.Port)", $running | Test-MtlsConnection -Certificate alice.crt @trusted -TimeoutSec 600 | Select-Object -First 1 | ForEach-Object Success | Should -BeTrue }
            finally { $silent.Stop() }
        }

        It 'keeps the order with -ThrottleLimit 1' {
            $closed = "127.0.0.1:$(Get-FreePort)"
            $reports = @($running, $closed) * 3 | Test-MtlsConnection -Certificate alice.crt @trusted -ThrottleLimit 1
            $reports.Success | Should -Be $true, $false, $true, $false, $true, $false
        }

        It 'shows its progress over many targets' {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$((Get-Module MtlsTools).Path)'; 1..40 | ForEach-Object { '127.0.0.1:$(Get-FreePort)' } | Test-MtlsConnection -Retry 1 -ThrottleLimit 8")
                $shell.Invoke().Count | Should -Be 40
                $shell.Streams.Progress[0].StatusDescription | Should -Match '^\d+ done, \d+ at work$'
                $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
            }
            finally { $shell.Dispose() }
        }

        It 'asks for what it is told to, and expects the status it is told' {
            (Test-MtlsConnection $running -Certificate alice.crt @trusted -RequestPath '/health?deep=1' -Header @{ 'X-Probe' = 1 } -ExpectStatus 200, 204).Success | Should -BeTrue
            Wait-Until { $running.Connections.Request -ccontains 'GET /health?deep=1' }
            $report = Test-MtlsConnection $running -Certificate alice.crt @trusted -Method HEAD -ExpectStatus 204
            $report.Findings.Id | Should -Be 'UnexpectedHttpStatus'
            $report.ClientCertificateAccepted | Should -BeTrue
            Wait-Until { $running.Connections.Request -ccontains 'HEAD /' }
        }

        It 'offers the TLS versions it is told' {
            (Test-MtlsConnection $running -Certificate alice.crt @trusted -TlsVersion Tls12).Protocol | Should -Be 'Tls12'
            (Test-MtlsConnection $running -Certificate alice.crt @trusted -TlsVersion Tls12, Tls13).Protocol | Should -Be 'Tls13'
        }

        It 'wants the refusal to be for the right reason' {
            $right = Test-MtlsConnection $running -Certificate $expired @trusted -RejectionReason ClientCertificateUntrusted, ClientCertificateExpired
            $right.Success | Should -BeTrue
            $wrong = Test-MtlsConnection $running -Certificate $expired @trusted -RejectionReason ClientCertificateUntrusted
            $wrong.Success | Should -BeFalse
            $wrong.Findings.Id | Should -Be 'RejectedForAnotherReason', 'ClientCertificateExpired'
            (Test-MtlsConnection $running -Certificate alice.crt @trusted -RejectionReason unknown_ca).Findings.Id | Should -Be 'AcceptedUnexpectedly'
        }

        It 'speaks other protocols' {
            (Test-MtlsConnection $running -Certificate alice.crt @trusted -Protocol Raw).Findings.Id | Should -Be 'AcceptanceNotProved'
            $report = Test-MtlsConnection $running -Certificate alice.crt @trusted -StartTls Smtp -TimeoutSec 1
            $report.Stage, $report.Findings.Id | Should -Be 'StartTls', 'TimedOut'
        }

        It 'goes through a proxy, and names it when it does not run' {
            $port = Get-FreePort
            $credential = [pscredential]::new('alice', (Get-Secret))
            $report = Test-MtlsConnection $running -Proxy "127.0.0.1:$port" -ProxyCredential $credential
            $report.Stage | Should -Be 'Connect'
            $report.Findings.Cause | Should -Match "127\.0\.0\.1:$port"
        }

        It 'tries again when nothing listens yet' {
            (Test-MtlsConnection "127.0.0.1:$(Get-FreePort)" -Retry 1).Attempts | Should -Be 2
        }

        It 'judges the server by revocation lists' {
            Assert-Peer openssl
            [IO.File]::WriteAllText("$PWD/index.none", '')
            [IO.File]::WriteAllLines("$PWD/crl.cnf", [string[]]('[ca]', 'default_ca=d', '[d]', 'database=index.none', 'default_md=sha256', 'default_crl_days=7'))
            $null = Invoke-Peer openssl ca -gencrl -config crl.cnf -cert server-ca/ca.crt -keyfile server-ca/private/ca.key -out 'server list.crl'
            $null = Invoke-Peer openssl ca -gencrl -config crl.cnf -cert client-ca/ca.crt -keyfile client-ca/private/ca.key -out 'client list.crl'
            Test-MtlsConnection $running -Certificate alice.crt @trusted -Crl 'server list.crl' -Quiet | Should -BeTrue
            (Test-MtlsConnection $running -Certificate alice.crt @trusted -Crl 'client list.crl' -CrlCheck Leaf).Findings.Id | Should -Be 'CrlMissing'
        }

        It 'can trust the system as well' {
            Test-MtlsConnection $running -Certificate alice.crt @trusted -UseSystemTrust -Quiet | Should -BeTrue
            Test-MtlsConnection $running -Certificate alice.crt -TrustedCa $clientCa -UseSystemTrust -Quiet | Should -BeFalse
        }

        It 'completes reasons and stored certificates' {
            $item = Import-MtlsToStore alice.crt -SkipChain
            try {
                $line = "Test-MtlsConnection x -Certificate $($item.Thumbprint.Substring(0, 10))"
                (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $item.Thumbprint
            }
            finally { $item | Remove-MtlsStoreItem -Confirm:$false }
            $line = 'Test-MtlsConnection x -RejectionReason clientcertificatee'
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'ClientCertificateExpired'
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
            @{ Id = 'StoreItemNotFound'; Because = 'a thumbprint that the store does not have'; Run = { Test-MtlsConnection $running -Certificate ('00' * 20) @trusted }; Category = 'ObjectNotFound'; Target = '00' * 20; Ending = 'Get-MtlsStoreItem lists what is there.' }
            @{ Id = 'StoreItemNotFound'; Because = 'a path of the store that is not there'; Run = { Test-MtlsConnection $running -Certificate "Cert:/CurrentUser/CA/$('00' * 20)" @trusted }; Category = 'ObjectNotFound'; Target = "Cert:/CurrentUser/CA/$('00' * 20)"; Ending = 'Get-MtlsStoreItem lists what is there.' }
            @{ Id = 'ProxyInvalid'; Because = 'a proxy that is none'; Run = { Test-MtlsConnection $running -Proxy 'socks5://x' }; Category = 'InvalidArgument'; Target = ''; Ending = 'give a user and password with -ProxyCredential.' }
            @{ Id = 'RejectionReasonInvalid'; Because = 'a reason that is none'; Run = { Test-MtlsConnection $running -RejectionReason nonsense }; Category = 'InvalidArgument'; Target = ''; Ending = 'or an HTTP status (400).' }
            @{ Id = 'HeaderInvalid'; Because = 'a header with a line break'; Run = { Test-MtlsConnection $running -Header @{ A = "b`nc" } }; Category = 'InvalidArgument'; Target = ''; Ending = 'Correct it.' }
            @{ Id = 'TargetInvalid'; Because = 'a request path without its slash'; Run = { Test-MtlsConnection $running -RequestPath health }; Category = 'InvalidArgument'; Target = ''; Ending = 'as %20 and so on.' }
            @{ Id = 'ParameterNotUsed'; Because = 'a path where no HTTP is spoken'; Run = { Test-MtlsConnection $running -Protocol Raw -RequestPath / }; Category = 'InvalidArgument'; Target = 'RequestPath'; Ending = 'leave out -Protocol and -StartTls.' }
            @{ Id = 'ParameterNotUsed'; Because = 'a user for no proxy'; Run = { Test-MtlsConnection $running -ProxyCredential ([pscredential]::new('a', (Get-Secret))) }; Category = 'InvalidArgument'; Target = 'ProxyCredential'; Ending = 'give -Proxy.' }
            @{ Id = 'FileNotFound'; Because = 'a revocation list that does not exist'; Run = { Test-MtlsConnection $running -Crl missing.crl }; Category = 'ObjectNotFound'; Target = 'missing.crl'; Ending = 'Check the path.' }
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

        It 'ends within 100 ms of Ctrl+C, with many connections under way' {
            $silent = New-SilentListener
            $best = [double]::MaxValue
            try {
                # The machine may be busy with something else for a moment; the command may not.
                for ($i = 0; $i -lt 5 -and $best -ge 100; $i++) {
                    $shell = [powershell]::Create()
                    $null = $shell.AddScript("Import-Module '$((Get-Module MtlsTools).Path)'; 1..200 | ForEach-Object { '127.0.0.1:$($silent.LocalEndpoint.Port)' } | Test-MtlsConnection -TimeoutSec 600 -ThrottleLimit 40")
                    $null = $shell.BeginInvoke()
                    $taken = foreach ($n in 1..40) { $silent.AcceptTcpClient() }
                    $clock = [System.Diagnostics.Stopwatch]::StartNew()
                    $shell.Stop()
                    $best = [math]::Min($best, $clock.Elapsed.TotalMilliseconds)
                    $taken.Dispose()
                    $shell.Dispose()
                }
                $best | Should -BeLessThan 100
            }
            finally { $silent.Stop() }
        }

        It 'tests no more than the pipeline wants' {
            $silent = New-SilentListener
            try { $running, "127.0.0.1:$($silent.LocalEndpoint.Port)" | Test-MtlsConnection -Certificate alice.crt @trusted -TimeoutSec 600 | Select-Object -First 1 | ForEach-Object Success | Should -BeTrue }
            finally { $silent.Stop() }
        }
    }
}
