BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $root = New-MtlsCa 'root [1]' 'The Root'
    $ca = New-MtlsCa issuing 'The CA' -Issuer $root
}

AfterAll { Pop-Location }

Describe 'Publish-MtlsCrl' {
    Context 'binding' {
        It 'takes CAs by path, item and object' {
            (Publish-MtlsCrl ./issuing).Ca | Should -Be 'The CA'
            (Get-Item -LiteralPath 'root [1]' | Publish-MtlsCrl).Ca | Should -Be 'The Root'
            ($root, $ca | Publish-MtlsCrl).Ca | Should -Be 'The Root', 'The CA'
        }

        It 'takes a lifetime in days, hours or as a TimeSpan' {
            foreach ($given in '2d', '48h', 2, [timespan]::FromDays(2)) {
                $list = Publish-MtlsCrl $ca -ValidFor $given
                ($list.NextUpdate - [DateTimeOffset]::UtcNow).TotalHours | Should -BeGreaterThan 47.9
                ($list.NextUpdate - [DateTimeOffset]::UtcNow).TotalHours | Should -BeLessThan 48.1
            }
        }
    }

    Context 'behaviour' {
        It 'publishes a list that begins a little back, under the next number' {
            $one = Publish-MtlsCrl $ca
            $two = Publish-MtlsCrl $ca
            $two.Number | Should -Be ($one.Number + 1)
            $two.IsNew | Should -BeTrue
            $two.Path | Should -Be (Join-Path $folder 'issuing/crl/ca.crl')
            ([DateTimeOffset]::UtcNow - $two.ThisUpdate).TotalMinutes | Should -BeGreaterThan 4.9
            Get-TableHeader $two | Should -Be 'Ca Number Count NextUpdate (UTC) Path'
        }

        It 'leaves a list that is still good with -IfNeeded' {
            $one = Publish-MtlsCrl $ca -ValidFor 7d
            $same = Publish-MtlsCrl $ca -IfNeeded -ValidFor 7d
            $same.IsNew, $same.Number | Should -Be $false, $one.Number
            (Publish-MtlsCrl $ca -IfNeeded -ValidFor 30d -Overlap 10d).IsNew | Should -BeTrue
        }

        It 'puts the lists of a chain into one file, which openssl takes' {
            Assert-Peer openssl
            $leaf = New-MtlsCertificate $ca alice -Profile Client -OutFile alice.crt
            $null = Publish-MtlsCrl $root
            $list = Publish-MtlsCrl $ca -Combine $root -OutFile 'all [x].crl' -WarningVariable told
            $told | Should -BeNullOrEmpty
            $list.OutFile | Should -Be (Join-Path $folder 'all [x].crl')
            (Get-MtlsCrl -LiteralPath 'all [x].crl').Issuer.CommonName | Should -Be 'The CA', 'The Root'
            Invoke-Peer openssl verify -crl_check_all -CAfile 'root [1]/ca.crt' -untrusted issuing/ca.crt -CRLfile 'all [x].crl' alice.crt | Should -BeLike '*: OK*'

            $null = $root, $ca | Publish-MtlsCrl -OutFile both.crl -WarningVariable told
            @(Get-MtlsCrl both.crl).Count | Should -Be 2
            $null = Publish-MtlsCrl $ca -OutFile one.crl -WarningVariable told -WarningAction SilentlyContinue
            "$told" | Should -BeLike "*has no list of 'CN=The Root'*-Combine."
        }

        It 'writes DER for downloads' {
            $null = Publish-MtlsCrl $ca -OutFile ca.der -Format Der
            [IO.File]::ReadAllBytes((Join-Path $folder ca.der))[0] | Should -Be 0x30
            (Get-MtlsCrl ca.der -Issuer $ca).Status | Should -Be 'Ok'
        }

        It 'opens an encrypted key' {
            $null = New-MtlsCa locked 'Locked' -Password (Get-Secret)
            Assert-MtlsError (Get-OnlyError { Publish-MtlsCrl ./locked }) PasswordRequired PublishMtlsCrl AuthenticationError locked/private/ca.key '-Password for Get-MtlsCa.'
            (Publish-MtlsCrl ./locked -Password (Get-Secret)).Number | Should -Be 1
        }
    }

    Context 'errors' {
        It 'NotAnAuthority; the next one is published, and the file for all is left alone' {
            [IO.File]::WriteAllText((Join-Path $folder kept.crl), [IO.File]::ReadAllText((Publish-MtlsCrl $ca).Path))
            $before = Get-FileHash kept.crl
            $output = $null
            $failure = Get-OnlyError { Publish-MtlsCrl ./nothing, $ca -OutFile kept.crl 3>$null } ([ref] $output)
            Assert-MtlsError $failure NotAnAuthority PublishMtlsCrl ObjectNotFound nothing 'Name a folder made by New-MtlsCa.'
            $output.Ca, $output.OutFile | Should -Be 'The CA', $null
            (Get-FileHash kept.crl).Hash | Should -Be $before.Hash
        }

        It 'refuses to combine <What>, and leaves the file' -ForEach @(
            @{ What = 'a list of a stranger'; Source = 'stranger.crl'; Id = 'CrlSignatureInvalid'; Category = 'SecurityError'; Ending = 'or give the certificate of the CA that signed it.' }
            @{ What = 'what is no list'; Source = 'issuing/ca.crt'; Id = 'WrongContent'; Category = 'InvalidData'; Ending = 'Name the CRL file.' }
            @{ What = 'a CA without a list'; Source = 'stranger 2'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Target = 'stranger 2/crl/ca.crl'; Ending = "'." }
        ) {
            $stranger = New-MtlsCa 'stranger' 'Stranger' -Force
            $null = New-MtlsCa 'stranger 2' 'Stranger 2' -Force
            Copy-Item -LiteralPath (Publish-MtlsCrl $stranger).Path stranger.crl
            $output = $null
            $failure = Get-OnlyError { Publish-MtlsCrl $ca -Combine $Source -OutFile refused.crl } ([ref] $output)
            Assert-MtlsError $failure $Id PublishMtlsCrl $Category ($Target ?? $Source) $Ending
            $output.Ca | Should -Be 'The CA'
            Test-Path refused.crl | Should -BeFalse
            if ($Source -eq 'stranger.crl') {
                $null = Publish-MtlsCrl $ca -Combine $Source, $root -Issuer $stranger -OutFile taken.crl
                @(Get-MtlsCrl taken.crl).Count | Should -Be 3
            }
        }

        It 'FileExists, for a file that holds something else; -Force replaces it' {
            [IO.File]::WriteAllText((Join-Path $folder mine.txt), 'mine')
            Assert-MtlsError (Get-OnlyError { $null = Publish-MtlsCrl $ca -OutFile mine.txt }) FileExists PublishMtlsCrl ResourceExists mine.txt 'or choose another name.'
            $null = Publish-MtlsCrl $ca -OutFile mine.txt -Force -WarningAction Ignore
            (Get-MtlsCrl mine.txt).Issuer.CommonName | Should -Be 'The CA'
        }

        It 'ParameterNotUsed, for -Combine without a file; LifetimeInvalid; CrlFormatInvalid' {
            Assert-MtlsError (Get-OnlyError { Publish-MtlsCrl $ca -Combine $root }) ParameterNotUsed PublishMtlsCrl InvalidArgument Combine 'or give -OutFile.'
            Assert-MtlsError (Get-OnlyError { Publish-MtlsCrl $ca -ValidFor 0 }) LifetimeInvalid PublishMtlsCrl InvalidArgument issuing '7d, say.'
            Assert-MtlsError (Get-OnlyError { $null = Publish-MtlsCrl $root, $ca -OutFile two.der -Format Der }) CrlFormatInvalid PublishMtlsCrl InvalidArgument two.der 'or one CA at a time.'
        }
    }

    Context '-WhatIf' {
        It 'publishes nothing' {
            $before = Get-Snapshot
            Publish-MtlsCrl $ca -OutFile new.crl -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { Publish-MtlsCrl $ca -WhatIf } | Should -BeLike "*Publish the revocation list of 'The CA'*"
        }
    }
}
