BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    New-BadFile $ca
    $null = New-MtlsCa other-ca 'Other CA'
    $below = $ca | New-MtlsCa below 'Below'
    $web = New-MtlsCertificate $below web.example -Profile Server -OutFile web.crt
    $null = Export-MtlsCertificate web.crt 'leaf [1].crt'
    $null = Export-MtlsCertificate web.crt leaf.crt
}

AfterAll { Pop-Location }

Describe 'Test-MtlsCertificate' {
    Context 'binding' {
        It 'takes paths, items, certificates, CAs and .NET certificates of CAs' {
            Test-MtlsCertificate web.crt, good.crt -TrustedCa ca -Quiet | Should -Be $true, $true
            Get-ChildItem leaf*.crt | Test-MtlsCertificate -TrustedCa $ca -Intermediate below -Quiet | Should -Be $true, $true
            $web, $web | Test-MtlsCertificate -TrustedCa $ca -Quiet | Should -Be $true, $true
            $below | Test-MtlsCertificate -TrustedCa $ca.Certificate.X509 -Quiet | Should -BeTrue
        }
    }

    Context 'behaviour' {
        It 'takes <Text> as time that must remain' -ForEach @(
            @{ Text = '30'; Value = 30; Good = $true }
            @{ Text = '100'; Value = 100; Good = $false }
            @{ Text = '30d'; Value = '30d'; Good = $true }
            @{ Text = '100d'; Value = '100d'; Good = $false }
            @{ Text = '48h'; Value = '48h'; Good = $true }
            @{ Text = 'a TimeSpan'; Value = [timespan]::FromDays(100); Good = $false }
        ) {
            $report = Test-MtlsCertificate web.crt -TrustedCa ca -MinimumRemaining $Value
            $report.Success | Should -Be $Good
            $report.Findings.Id | Should -Be $(if (-not $Good) { 'EndsSoon' })
        }

        It 'finds what is wrong with the order of a file' {
            [IO.File]::WriteAllText("$PWD/reversed.pem", (Get-Content ca/ca.crt, below/ca.crt, leaf.crt -Raw) -join '')
            $report = Test-MtlsCertificate reversed.pem -TrustedCa ca
            $report.Name | Should -Be 'web.example'
            $report.Findings.Id | Should -Be 'ChainOutOfOrder', 'RootIncluded'
            $report.Success | Should -BeFalse
        }

        It 'judges revocation by lists of openssl, and refuses what none covers' {
            Assert-Peer openssl
            [IO.File]::WriteAllLines("$PWD/crl.cnf", [string[]]('[ca]', 'default_ca=d', '[d]', 'database=index.none', 'default_md=sha256', 'default_crl_days=7'))
            [IO.File]::WriteAllText("$PWD/index.none", '')
            foreach ($name in 'ca', 'below') { $null = Invoke-Peer openssl ca -gencrl -config crl.cnf -cert "$name/ca.crt" -keyfile "$name/private/ca.key" -out "$name list.crl" }
            $now = @{ TrustedCa = 'ca'; AsOf = [DateTimeOffset]::UtcNow.AddMinutes(1) }
            Test-MtlsCertificate web.crt @now -Crl 'ca list.crl', 'below list.crl' -Quiet | Should -BeTrue
            (Test-MtlsCertificate web.crt @now -Crl 'below list.crl').Findings.Id | Should -Be 'CrlMissing'
            Test-MtlsCertificate web.crt @now -Crl 'below list.crl' -CrlCheck Leaf -Quiet | Should -BeTrue
            (Test-MtlsCertificate web.crt -TrustedCa ca -Crl 'below list.crl' -CrlCheck Leaf -AsOf ([DateTimeOffset]::UtcNow.AddDays(9))).Findings.Id | Should -Be 'CrlNotFresh'
        }

        It 'shows what the platform says' {
            $report = Test-MtlsCertificate web.crt -TrustedCa ca
            $report.PlatformVerdict.Success | Should -BeTrue
            "$($report.PlatformVerdict)" | Should -Be 'accepted'
            (Test-MtlsCertificate leaf.crt -TrustedCa below/ca.crt).Findings.Id | Should -Be 'PlatformDiffers'
        }

        It 'is content with a good certificate' {
            $report = Test-MtlsCertificate web.crt -TrustedCa ca -Purpose Server -HostName web.example -Key web.key
            $report.Success | Should -BeTrue
            $report.Findings | Should -BeNullOrEmpty
        }

        It 'finds <Id>' -ForEach @(
            @{ Id = 'IssuerNotFound'; Test = { Test-MtlsCertificate leaf.crt -TrustedCa ca } }
            @{ Id = 'IssuerNotFound'; Test = { Test-MtlsCertificate web.crt -TrustedCa other-ca } }
            @{ Id = 'WrongPurpose'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -Purpose Client } }
            @{ Id = 'HostNameMismatch'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -HostName www.web.example } }
            @{ Id = 'CertificateExpired'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -AsOf ([DateTimeOffset]::UtcNow.AddDays(91)) } }
            @{ Id = 'CertificateNotYetValid'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -AsOf ([DateTimeOffset]::UtcNow.AddDays(-1)) } }
            @{ Id = 'KeyMismatch'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -Key ca/private/ca.key } }
            @{ Id = 'RootNotTrusted'; Test = { Test-MtlsCertificate ca/ca.crt -TrustedCa other-ca } }
        ) {
            $report = & $Test
            $report.Success | Should -BeFalse
            $report.Findings.Id | Should -Contain $Id
            foreach ($finding in $report.Findings) {
                $finding.Cause | Should -Match '\.$'
                $finding.Remedy | Should -Match '\.$'
            }
        }

        It 'takes intermediates by -Intermediate' {
            Test-MtlsCertificate leaf.crt -TrustedCa ca -Intermediate below -Quiet | Should -BeTrue
        }

        It 'shows the chain, leaf first' {
            $chain = Test-MtlsCertificate web.crt -TrustedCa ca -ShowChain
            $chain.Name | Should -Be 'web.example', 'Below', 'The CA'
            $chain.Level | Should -Be 0, 1, 2
        }

        It 'agrees with openssl verify -x509_strict' {
            Assert-Peer openssl
            Invoke-Peer openssl verify -x509_strict -purpose sslserver -CAfile ca/ca.crt -untrusted below/ca.crt leaf.crt | Should -Match 'OK'
            $null = & openssl verify -x509_strict -purpose sslclient -CAfile ca/ca.crt -untrusted below/ca.crt leaf.crt 2>&1
            $LASTEXITCODE | Should -Not -Be 0
        }

        It 'shows verdict, name, purpose and findings' {
            Get-TableHeader (Test-MtlsCertificate web.crt -TrustedCa ca) | Should -Be 'Success Name Purpose Findings'
            Get-ListLabel (Test-MtlsCertificate web.crt -TrustedCa ca) | Should -Be 'Success', 'Name', 'Purpose', 'HostName', 'AsOf', 'Chain', 'Findings', 'PlatformVerdict'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is judged' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = 'leaf [1].crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Test-MtlsCertificate $File, good.crt -TrustedCa $ca } ([ref] $output)
            Assert-MtlsError $failure $Id TestMtlsCertificate ($Category ?? 'InvalidData') $File $Ending
            $output.Name | Should -Be 'good'
            $output.Success | Should -BeTrue
        }

        It '<Id>, for <Because>; no verdict is given' -ForEach @(
            @{ Id = 'FileNotFound'; Because = 'a trusted CA that does not exist'; Run = { Test-MtlsCertificate good.crt -TrustedCa missing }; Category = 'ObjectNotFound'; Target = 'missing'; Ending = 'Check the path.' }
            @{ Id = 'WrongContent'; Because = 'a key as a trusted CA'; Run = { Test-MtlsCertificate good.crt -TrustedCa good.key }; Category = 'InvalidData'; Target = 'good.key'; Ending = 'Name the certificate file.' }
            @{ Id = 'FileEmpty'; Because = 'an empty intermediate'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Intermediate empty.pem }; Category = 'InvalidData'; Target = 'empty.pem'; Ending = 'Get a fresh copy from where it was made.' }
            @{ Id = 'FileNotFound'; Because = 'a revocation list that does not exist'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Crl missing.crl }; Category = 'ObjectNotFound'; Target = 'missing.crl'; Ending = 'Check the path.' }
            @{ Id = 'WrongContent'; Because = 'a certificate as a revocation list'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Crl good.crt }; Category = 'InvalidData'; Target = 'good.crt'; Ending = 'Name the CRL file.' }
            @{ Id = 'FileNotFound'; Because = 'a key that does not exist'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Key missing.key }; Category = 'ObjectNotFound'; Target = 'missing.key'; Ending = 'Check the path.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Key twokeys.pem }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Key locked.key }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password'; Run = { Test-MtlsCertificate good.crt -TrustedCa ca -Key locked.key -Password (Get-Secret wrong) }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'trust that is null: a misspelt variable must not mean the system'; Run = { Test-MtlsCertificate good.crt -TrustedCa $null }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError $Run ([ref] $output)) $Id TestMtlsCertificate $Category $Target $Ending
            $output | Should -BeNullOrEmpty
        }
    }

    Context 'stop' {
        It 'judges no more than the pipeline wants' {
            { 'good.crt', 'missing.crt' | Test-MtlsCertificate -TrustedCa $ca -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
