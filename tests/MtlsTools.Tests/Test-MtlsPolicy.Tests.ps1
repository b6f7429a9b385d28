BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA' -CrlUrl http://crl.example.com/ca.crl
    New-BadFile $ca
    $web = New-MtlsCertificate $ca web.example -Profile Server -OutFile web.crt
    $long = New-MtlsCertificate $ca long -Profile Client -Days 200 -OutFile 'long [1].crt'
    $csr = Get-MtlsCsr good.csr
}

AfterAll { Pop-Location }

Describe 'Test-MtlsPolicy' {
    Context 'binding' {
        It 'takes paths, items, certificates, requests, CAs and folders' {
            (Test-MtlsPolicy web.crt, good.csr).Kind | Should -Be Certificate, Request
            (Get-ChildItem -LiteralPath 'long [1].crt' | Test-MtlsPolicy).Name | Should -Be 'long'
            ($web, $long | Test-MtlsPolicy).Name | Should -Be 'web.example', 'long'
            ($csr | Test-MtlsPolicy).Kind | Should -Be Request
            ($ca | Test-MtlsPolicy).Kind | Should -Be Authority, Certificate, KeyFile
            (Test-MtlsPolicy ca).Kind | Should -Be Authority, Certificate, KeyFile
            (Get-Item ca | Test-MtlsPolicy).Kind | Should -Be Authority, Certificate, KeyFile
            ($web.PrivateKey | Test-MtlsPolicy).Kind | Should -Be KeyFile
        }

        It 'takes every kind in one pipeline' {
            ($web, $csr, $ca, $web.PrivateKey | Test-MtlsPolicy).Kind | Should -Be Certificate, Request, Authority, Certificate, KeyFile, KeyFile
        }

        It 'completes the names of rules' {
            $text = 'Test-MtlsPolicy web.crt -Rule expir'
            (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be Expired, ExpiresSoon
        }
    }

    Context 'behaviour' {
        It 'has nothing to say of what the module makes' {
            $report = Test-MtlsPolicy web.crt
            $report.Success | Should -BeTrue
            $report.Findings | Should -BeNullOrEmpty
        }

        It 'finds, says what was found, and what to do' {
            $finding = ($long | Test-MtlsPolicy).Findings
            $finding.Id | Should -Be 'ClientLifetimeLong'
            $finding.Severity | Should -Be Warning
            $finding.Cause | Should -Match '200 days'
            $finding.Remedy | Should -Match '-Days 90'
            $finding.Source | Should -Not -BeNullOrEmpty
        }

        It 'chooses rules' {
            ($long | Test-MtlsPolicy -MinimumSeverity Error).Findings | Should -BeNullOrEmpty
            ($long | Test-MtlsPolicy -ExcludeRule clientlifetimelong).Findings | Should -BeNullOrEmpty
            ($long | Test-MtlsPolicy -Rule Expired -AsOf (Get-Date).AddDays(300)).Findings.Id | Should -Be 'Expired'
            (Test-MtlsPolicy -ListRule).Count | Should -BeGreaterThan 50
            (Test-MtlsPolicy -ListRule -Rule Expired, SanMissing).Id | Should -Be SanMissing, Expired
        }

        It 'knows the issuer that is named' {
            $finding = $long.WithChain([MtlsTools.Certificates.MtlsCertificate[]] @()) | Test-MtlsPolicy -Issuer ca -Rule AuthorityKeyIdMismatch, OutlivesIssuer
            $finding.Findings | Should -BeNullOrEmpty
            $old = New-MtlsCa old-ca -Name Old -Days 10
            $late = New-MtlsCertificate $old late -Profile Client -AllowClamp
            ($late | Test-MtlsPolicy -Issuer $old -Rule OutlivesIssuer).Success | Should -BeTrue
        }

        It 'tells at the end what certificates share' {
            $null = New-MtlsCsr one -OutFile one.csr
            $null = New-MtlsCsr two -Key one.key -OutFile two.csr
            $reports = 'one.csr', 'two.csr' | Test-MtlsPolicy
            $reports.Kind | Should -Be Request, Request, Set
            $reports[2].Findings.Id | Should -Be SharedKey
            $reports[2].Findings.Cause | Should -Match 'one\.csr.*two\.csr'
        }

        It 'looks through folders' {
            $null = New-Item -ItemType Directory 'some [folder]/below'
            [IO.File]::Copy("$PWD/web.crt", "$PWD/some [folder]/web.crt")
            [IO.File]::Copy("$PWD/good.csr", "$PWD/some [folder]/below/good.csr")
            (Test-MtlsPolicy -LiteralPath 'some [folder]').Name | Should -Contain 'web.example'
            (Test-MtlsPolicy -LiteralPath 'some [folder]').Kind | Should -Not -Contain Request
            (Test-MtlsPolicy -LiteralPath 'some [folder]' -Recurse).Kind | Should -Contain Request
        }

        It 'looks at what a CA has issued' {
            (Test-MtlsPolicy ca -Recurse).Name | Should -Contain 'long'
            (Test-MtlsPolicy ca).Name | Should -Not -Contain 'long'
        }

        It 'gives one True or False with -Quiet' {
            Test-MtlsPolicy web.crt, good.csr -Quiet | Should -BeExactly $true
            Test-MtlsPolicy web.crt, good.csr -AsOf (Get-Date).AddDays(300) -Quiet | Should -BeExactly $false
            Test-MtlsPolicy web.crt, empty.pem -Quiet -ErrorAction Ignore | Should -BeExactly $false
        }

        It 'sees who may read a key' -Skip:$IsWindows {
            chmod 644 other.key
            $report = Test-MtlsPolicy other.key
            $report.Success | Should -BeFalse
            $report.Findings.Id | Should -Be KeyFileReadable
            $report.Findings.Remedy | Should -Match "chmod 600 '.*other\.key'"
            chmod 600 other.key
            (Test-MtlsPolicy other.key).Success | Should -BeTrue
        }

        It 'shows verdict, name, kind and findings' {
            Get-TableHeader ($web | Test-MtlsPolicy) | Should -Be 'Success Name Kind Findings'
            Get-TableHeader (Test-MtlsPolicy -ListRule) | Should -Be 'Id Severity AppliesTo Title Source'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is judged' -ForEach @(
            @{ File = 'empty.pem'; Id = 'FileEmpty'; Ending = 'Get a fresh copy from where it was made.' }
            @{ File = 'text.pem'; Id = 'ContentNotRecognized'; Ending = 'Name a certificate, request, key or revocation list.' }
            @{ File = 'cut Certificate.pem'; Id = 'PemTruncated'; Ending = 'Get a whole copy of it.' }
            @{ File = 'damaged Certificate.pem'; Id = 'ContentDamaged'; Ending = 'Get a fresh copy of it.' }
            @{ File = 'damaged Key.pem'; Id = 'ContentDamaged'; Ending = 'Get a fresh copy of it.' }
            @{ File = 'damaged Request.pem'; Id = 'ContentDamaged'; Ending = 'Get a fresh copy of it.' }
            @{ File = 'missing.crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = 'long [1].crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Test-MtlsPolicy $File, good.crt } ([ref] $output)
            Assert-MtlsError $failure $Id TestMtlsPolicy ($Category ?? 'InvalidData') $File $Ending
            $output.Name | Should -Be 'good'
        }

        It 'a locked PFX is judged from outside, and its certificates want the password' {
            $null = Export-MtlsCertificate web.crt locked.pfx Pfx -Password (Get-Secret)
            $output = $null
            $failure = Get-OnlyError { Test-MtlsPolicy locked.pfx, good.crt } ([ref] $output)
            Assert-MtlsError $failure PasswordRequired TestMtlsPolicy AuthenticationError locked.pfx 'Give its password.'
            $output.Kind | Should -Be KeyFile, Certificate
            (Test-MtlsPolicy locked.pfx -Password (Get-Secret)).Kind | Should -Contain Certificate
            $failure = Get-OnlyError { Test-MtlsPolicy locked.pfx -Password (Get-Secret wrong) }
            Assert-MtlsError $failure PasswordWrong TestMtlsPolicy AuthenticationError locked.pfx 'Give the password it was made with.'
        }

        It 'in a folder, one bad file does not hide the others' {
            $null = New-Item -ItemType Directory mixed
            Copy-Item empty.pem, web.crt mixed
            $output = $null
            $failure = Get-OnlyError { Test-MtlsPolicy mixed } ([ref] $output)
            Assert-MtlsError $failure FileEmpty TestMtlsPolicy InvalidData mixed/empty.pem 'Get a fresh copy from where it was made.'
            $output.Name | Should -Contain 'web.example'
        }

        It '<Id>, for <Because>; nothing is judged' -ForEach @(
            @{ Id = 'RuleUnknown'; Because = 'a rule that does not exist'; Run = { Test-MtlsPolicy good.crt -Rule NoSuchRule }; Category = 'InvalidArgument'; Target = 'NoSuchRule'; Ending = 'Test-MtlsPolicy -ListRule shows them all.' }
            @{ Id = 'RuleUnknown'; Because = 'a rule to leave out that does not exist'; Run = { Test-MtlsPolicy good.crt -ExcludeRule Expired, NoSuchRule }; Category = 'InvalidArgument'; Target = 'NoSuchRule'; Ending = 'Test-MtlsPolicy -ListRule shows them all.' }
            @{ Id = 'FileNotFound'; Because = 'an issuer that does not exist'; Run = { Test-MtlsPolicy good.crt -Issuer missing }; Category = 'ObjectNotFound'; Target = 'missing'; Ending = 'Check the path.' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError $Run ([ref] $output)) $Id TestMtlsPolicy $Category $Target $Ending
            $output | Should -BeNullOrEmpty
        }
    }

    Context 'stop' {
        It 'judges no more than the pipeline wants' {
            { 'good.crt', 'missing.crt' | Test-MtlsPolicy -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
