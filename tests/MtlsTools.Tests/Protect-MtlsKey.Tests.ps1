BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    New-BadFile (New-MtlsCa ca 'The CA')
}

AfterAll { Pop-Location }

Describe 'Protect-MtlsKey' {
    BeforeEach { $key = New-MtlsKey 'a [1].key' -Force }

    Context 'binding' {
        It 'takes literal paths, items and wildcards' {
            (Protect-MtlsKey -LiteralPath 'a [1].key' -Format Sec1).Format | Should -Be Sec1
            (Get-ChildItem 'a*.key' | Protect-MtlsKey -Format Pkcs8).Format | Should -Be Pkcs8
            (Protect-MtlsKey 'a*.key' -Format Sec1).Sha256 | Should -Be $key.Sha256
        }
    }

    Context 'behaviour' {
        It 'sets, changes and removes a password; openssl agrees each time' {
            Assert-Peer openssl
            (Protect-MtlsKey -LiteralPath 'a [1].key' -NewPassword (Get-Secret one)).IsEncrypted | Should -BeTrue
            $null = Invoke-Peer openssl pkey -in 'a [1].key' -passin pass:one -noout
            $null = Protect-MtlsKey -LiteralPath 'a [1].key' -Password (Get-Secret one) -NewPassword (Get-Secret two)
            $null = Invoke-Peer openssl pkey -in 'a [1].key' -passin pass:two -noout
            $warnings = $null
            $plain = Protect-MtlsKey -LiteralPath 'a [1].key' -Password (Get-Secret two) -RemovePassword -WarningVariable warnings -WarningAction SilentlyContinue
            $plain.IsEncrypted | Should -BeFalse
            $plain.Permissions | Should -Be 'owner only'
            "$warnings" | Should -BeLike '*no longer encrypted*'
            (Get-MtlsKey -LiteralPath 'a [1].key').Sha256 | Should -Be $key.Sha256
        }

        It 'writes elsewhere and leaves the old file' {
            $before = Get-FileHash -LiteralPath 'a [1].key'
            (Protect-MtlsKey -LiteralPath 'a [1].key' -NewPassword (Get-Secret) -OutFile 'b [2].key').Path | Should -Be (Join-Path $folder 'b [2].key')
            (Get-FileHash -LiteralPath 'a [1].key').Hash | Should -Be $before.Hash
        }

        It 'leaves no password in what it says' {
            $all = Protect-MtlsKey -LiteralPath 'a [1].key' -NewPassword (Get-Secret 'Tr0ub4dor') -Verbose *>&1 | Out-String
            $all | Should -Not -BeLike '*Tr0ub4dor*'
        }
    }

    Context 'errors' {
        It 'nothing to do' {
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey good.key }) NothingToProtect ProtectMtlsKey InvalidArgument '' 'Give -NewPassword, -RemovePassword or -Format.'
        }

        It 'a new password and none' {
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey good.key -NewPassword (Get-Secret) -RemovePassword }) PasswordContradiction ProtectMtlsKey InvalidArgument '' 'Give one of them.'
        }

        It 'a locked key, and a wrong password; the next one is converted' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey locked.key, other.key -Format Pkcs8 } ([ref] $output)) PasswordRequired ProtectMtlsKey AuthenticationError locked.key 'Give its password.'
            $output.Name | Should -Be other.key
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey locked.key -Password (Get-Secret wrong) -Format Pkcs8 }) PasswordWrong ProtectMtlsKey AuthenticationError locked.key 'Give the password it was encrypted with.'
        }

        It 'a file that holds more than the key keeps all of it' {
            [IO.File]::WriteAllText("$folder/both.pem", (Get-Content good.key -Raw) + (Get-Content good.crt -Raw))
            $before = (Get-FileHash both.pem).Hash
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey both.pem -NewPassword (Get-Secret) }) KeyNotAlone ProtectMtlsKey InvalidArgument both.pem 'Give -OutFile for the key.'
            (Get-FileHash both.pem).Hash | Should -Be $before
        }

        It 'an -OutFile that exists' {
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey good.key -Format Sec1 -OutFile other.key }) FileExists ProtectMtlsKey ResourceExists other.key 'or choose another name.'
        }

        It 'files that are no keys; the next one is converted' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Protect-MtlsKey good.crt, other.key -Format Pkcs8 } ([ref] $output)) WrongContent ProtectMtlsKey InvalidData good.crt 'Name the key file.'
            $output.Name | Should -Be other.key
        }
    }

    Context '-WhatIf' {
        It 'tells what would change, and changes nothing' {
            $before = Get-Snapshot
            Get-WhatIfText { Protect-MtlsKey good.key -NewPassword (Get-Secret) -WhatIf } | Should -BeLike '*Encrypt the key (ECDSA P-256)*good.key*'
            Get-WhatIfText { Protect-MtlsKey locked.key -Password (Get-Secret) -RemovePassword -WhatIf } | Should -BeLike '*without a password*locked.key*'
            Get-Snapshot | Should -Be $before
        }
    }

    Context 'stop' {
        It 'converts no more than the pipeline wants' {
            $before = (Get-FileHash other.key).Hash
            $null = 'good.key', 'other.key' | Protect-MtlsKey -Format Sec1 | Select-Object -First 1
            (Get-FileHash other.key).Hash | Should -Be $before
        }
    }
}
