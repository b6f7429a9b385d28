BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $lab = New-MtlsLab -OutDirectory lab -StartServer
    $good = @{ Certificate = $lab.ClientCertificate; TrustedCa = $lab.TrustedCa }
    $badCa = New-MtlsCa bad-ca 'Bad CA'
    New-BadFile $badCa
}

AfterAll { $lab | Remove-MtlsLab; Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Test-MtlsEndpoint' {
    Context 'binding' {
        It 'takes a server, a URI, host:port, and many of them' {
            $reports = $lab.Server, $lab.Uri, "localhost:$($lab.Server.Port)" | Test-MtlsEndpoint -Probe NoCertificate -TlsVersion Tls13
            $reports.Success | Should -Be $true, $true, $true
            $reports.Results.TlsVersion | Should -Be 'Tls13', 'Tls13', 'Tls13'
        }

        It 'refuses an empty list of TLS versions, over which nothing would be tried' {
            { Test-MtlsEndpoint $lab.Server -TlsVersion @() } | Should -Throw -ErrorId 'ParameterArgumentValidationError,MtlsTools.Commands.TestMtlsEndpointCommand'
        }

        It 'takes the good client as a path, and with a key apart' {
            Copy-Item -LiteralPath $lab.ClientCertificate.Path apart.crt
            (Test-MtlsEndpoint $lab.Server -Certificate $lab.ClientCertificate.Path -TrustedCa $lab.ServerCa -Probe GoodClient).GoodClientAccepted | Should -BeTrue
            (Test-MtlsEndpoint $lab.Server -Certificate apart.crt -Key $lab.ClientCertificate.KeyPath -TrustedCa $lab.ServerCa -Probe GoodClient).GoodClientAccepted | Should -BeTrue
        }

        It 'completes the probes' {
            (TabExpansion2 'Test-MtlsEndpoint x -Probe Issued').CompletionMatches.CompletionText | Should -Be 'IssuedExpired', 'IssuedNotYetValid', 'IssuedRevoked', 'IssuedServerOnly'
        }
    }

    Context 'behaviour' {
        It 'gives a result for each probe and version, with its evidence' {
            $report = Test-MtlsEndpoint $lab.Server @good
            $report.Success | Should -BeTrue -Because ($report.Results | Where-Object -Not Success | Out-String)
            $report.GoodClientAccepted | Should -BeTrue
            $report.Results.Count | Should -Be 26
            $report.Results.Evidence | Should -Not -BeNullOrEmpty
            ($report.Results | Where-Object Probe -EQ 'GoodClient').Outcome | Should -Be 'Accepted', 'Accepted'
            ($report.Results | Where-Object Probe -EQ 'LookAlikeCa').Outcome | Should -Be 'Refused', 'Refused'
            ($report.Results | Where-Object Probe -EQ 'OtherKey').Outcome | Should -Be 'Impossible', 'Impossible'
        }

        It 'finds a server that lets in strangers' {
            $report = Test-MtlsEndpoint $lab.TlsServer
            $report.Success | Should -BeFalse
            $report.Accepted | Should -Contain 'NoCertificate'
            $report.Findings[0].Id | Should -Be 'ClientCertificateNotRequested'
        }

        It 'lets the CA issue, and leaves nothing valid behind' {
            $report = Test-MtlsEndpoint $lab.Server @good -Ca $lab.ClientCa
            $report.Accepted | Should -Be 'IssuedRevoked'
            $report.Findings[0].Remedy | Should -Match 'revocation list'
            $issued = Get-MtlsCa -LiteralPath $lab.ClientCa.Path -Name 'mtls-probe*'
            $issued.Count | Should -Be 4
            $issued.Status | Sort-Object -Unique | Should -Be 'Revoked'
        }

        It 'gives true or false alone with -Quiet' {
            Test-MtlsEndpoint $lab.Server @good -Quiet | Should -BeTrue
            $lab.Server, $lab.TlsServer | Test-MtlsEndpoint -Probe NoCertificate -ThrottleLimit 1 -Quiet | Should -Be $true, $false
        }

        It 'is no success where nothing listens' {
            $report = Test-MtlsEndpoint "127.0.0.1:$(Get-FreePort)"
            $report.Success | Should -BeFalse
            $report.NotTested | Should -Contain 'NoCertificate'
            $report.Findings[0].Id | Should -Be 'ConnectionRefused'
        }

        It 'tells each result with -Verbose' {
            $said = Test-MtlsEndpoint $lab.Server -Probe NoCertificate -TlsVersion Tls12 -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            "$said" | Should -Match 'NoCertificate \(Tls12\): Refused\. \w+'
        }

        It 'shows verdict, target, counts and findings, and the results as a table' {
            $report = Test-MtlsEndpoint $lab.TlsServer -Probe NoCertificate
            Get-TableHeader $report | Should -Be 'Success Target Refused Accepted Findings'
            Get-TableHeader $report.Results | Should -Be 'Success Probe Version Outcome Evidence'
        }

        It 'catches the openssl server of the workshop, which only reports what is wrong' {
            Assert-Peer openssl
            $port = Get-FreePort
            $lax = Start-Peer openssl s_server -accept "127.0.0.1:$port" -cert $lab.ServerCertificate.Path -key $lab.ServerCertificate.KeyPath -CAfile $lab.ClientCa.ChainPath -Verify 2 -www -quiet
            try {
                Wait-Port $port $lax
                $report = Test-MtlsEndpoint "localhost:$port" @good
                $report.Success | Should -BeFalse
                foreach ($probe in 'SelfSigned', 'OtherCa', 'Expired', 'ServerOnly') { $report.Accepted | Should -Contain $probe }
                $report.Findings[0].Remedy | Should -Match '-verify_return_error'
            }
            finally { $null = Stop-Peer $lax; $lax.Dispose() }
        }
    }

    Context 'errors' {
        It 'a target that can not be called; the next one is tried' {
            $output = $null
            $failure = Get-OnlyError { 'http://x', $lab.Server | Test-MtlsEndpoint -Probe NoCertificate } ([ref] $output)
            Assert-MtlsError $failure TargetInvalid TestMtlsEndpoint InvalidArgument 'http://x' 'Write https://host:port/path, host:port or host.'
            $output.Success | Should -BeTrue
        }

        It 'a probe that lacks <Missing>' -ForEach @(
            @{ Probe = 'GoodClient'; Missing = '-Certificate' }
            @{ Probe = 'IssuedRevoked'; Missing = '-Ca' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Test-MtlsEndpoint $lab.Server -Probe NoCertificate, $Probe } ([ref] $output)) ProbeNotAvailable TestMtlsEndpoint InvalidArgument $Probe "Give $Missing, or leave the probe out."
            $output | Should -BeNullOrEmpty
        }

        It '<Id>, for -Certificate <File>; no verdict is given' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Test-MtlsEndpoint $lab.Server -Certificate $File } ([ref] $output)) $Id TestMtlsEndpoint ($Category ?? 'InvalidData') $File $Ending
            $output | Should -BeNullOrEmpty
        }

        It 'a CA whose key is locked; nothing is issued' {
            $locked = New-MtlsCa locked-ca 'Locked CA' -Password (Get-Secret)
            Assert-MtlsError (Get-OnlyError { Test-MtlsEndpoint $lab.Server -Ca locked-ca -CaPassword (Get-Secret wrong) }) PasswordWrong TestMtlsEndpoint AuthenticationError $locked.KeyPath 'Give the password it was encrypted with.'
            $output = $null
            Assert-MtlsError (Get-OnlyError { Test-MtlsEndpoint $lab.Server -Ca locked-ca } ([ref] $output)) PasswordRequired TestMtlsEndpoint AuthenticationError $locked.KeyPath '-Password for Get-MtlsCa.'
            $output | Should -BeNullOrEmpty
            Get-MtlsCa locked-ca -Issued | Should -BeNullOrEmpty
        }

        It 'a certificate that is null: a misspelt variable must not pass for a test of the good client' {
            Assert-MtlsError (Get-OnlyError { Test-MtlsEndpoint $lab.Server -Certificate $null -Quiet }) ParameterArgumentValidationError TestMtlsEndpoint InvalidData '' 'and then try running the command again.'
        }
    }

    Context '-WhatIf' {
        It 'issues nothing and still makes the other probes' {
            $before = Get-FileHash -LiteralPath (Join-Path $badCa.Path index.txt)
            $report = Test-MtlsEndpoint $lab.Server -Ca $badCa -TlsVersion Tls13 -WhatIf
            $report.Success | Should -BeTrue
            $report.Results.Probe | Should -Not -Contain 'IssuedRevoked'
            (Get-FileHash -LiteralPath (Join-Path $badCa.Path index.txt)).Hash | Should -Be $before.Hash
            Test-MtlsEndpoint $lab.Server -Ca $badCa -Probe IssuedRevoked -WhatIf | Should -BeNullOrEmpty
            Get-WhatIfText { Test-MtlsEndpoint $lab.Server -Ca $badCa -Probe IssuedRevoked -WhatIf } | Should -Match "Issue certificates for the test of localhost:$($lab.Server.Port), and revoke them afterwards.*$([regex]::Escape($badCa.Path))"
        }
    }

    Context 'stop' {
        It 'ends at once while it waits, and nothing is issued for a server that does not answer' {
            $ca = New-MtlsCa stopped-ca 'Stopped CA'
            $silent = New-SilentListener
            try {
                Assert-StopsAtOnce "Test-MtlsEndpoint 127.0.0.1:$($silent.LocalEndpoint.Port) -Ca stopped-ca -TimeoutSec 600" { $script:taken = $silent.AcceptTcpClient() }
                Get-MtlsCa -LiteralPath $ca.Path -Issued | Should -BeNullOrEmpty
            }
            finally { $silent.Stop(); ${script:taken}?.Dispose() }
        }
    }
}
