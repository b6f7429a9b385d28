BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
}

AfterAll { Pop-Location }

Describe 'New-MtlsKey' {
    Context 'binding' {
        It 'takes the file by position, by value and by property name with its algorithm' {
            (New-MtlsKey 'one [1].key' EcdsaP384).Type | Should -Be 'ECDSA P-384'
            ('two [2].key' | New-MtlsKey).Path | Should -Be (Join-Path $folder 'two [2].key')
            ([pscustomobject]@{ OutKey = 'three.key'; KeyAlgorithm = 'Rsa2048' } | New-MtlsKey).Type | Should -Be 'RSA 2048'
        }
    }

    Context 'behaviour' {
        It 'writes a file for its owner alone, which openssl reads' {
            $key = New-MtlsKey plain.key
            $key.Permissions | Should -Be 'owner only'
            if (-not $IsWindows) { (Get-Item plain.key).UnixFileMode | Should -Be 'UserWrite, UserRead' }
            Assert-Peer openssl
            (Invoke-Peer openssl pkey -in plain.key -noout -text) -join ' ' | Should -BeLike '*NIST CURVE: P-256*'
        }

        It 'encrypts it with a password' {
            $key = New-MtlsKey locked.key -Password (Get-Secret)
            $key.Protection.Iterations | Should -Be 600000
            Get-Content locked.key -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
            (Get-MtlsKey locked.key -Password (Get-Secret)).Sha256 | Should -Be $key.Sha256
        }

        It 'writes the older forms' {
            $null = New-MtlsKey old.key Rsa2048 -Format Pkcs1
            Get-Content old.key -TotalCount 1 | Should -Be '-----BEGIN RSA PRIVATE KEY-----'
        }

        It 'keeps it in memory without a file, for the next command' {
            $before = Get-Snapshot
            $key = New-MtlsKey
            (New-MtlsCsr memory -Key $key).PublicKey.Sha256 | Should -Be $key.Sha256
            Compare-MtlsKeyPair $key (New-MtlsCsr memory -Key $key) -Quiet | Should -BeTrue
            Get-Snapshot | Should -Be $before
        }

        It 'makes another one each time' { (New-MtlsKey).Sha256 | Should -Not -Be (New-MtlsKey).Sha256 }

        It 'shows kind, form, encryption and who may read it' {
            Get-TableHeader (New-MtlsKey) | Should -Be 'Name Type Format Encryption Permissions'
        }
    }

    Context 'errors' {
        It 'a file that exists is left as it is; the next one is made' {
            $first = New-MtlsKey kept.key
            $output = $null
            Assert-MtlsError (Get-OnlyError { 'kept.key', 'next.key' | New-MtlsKey } ([ref] $output)) FileExists NewMtlsKey ResourceExists kept.key 'or choose another name.'
            $output.Name | Should -Be next.key
            (Get-MtlsKey kept.key).Sha256 | Should -Be $first.Sha256
            (New-MtlsKey kept.key -Force).Sha256 | Should -Not -Be $first.Sha256
        }

        It 'a form that can not be encrypted leaves nothing behind' {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError { New-MtlsKey form.key -Format Sec1 -Password (Get-Secret) }) KeyFormatInvalid NewMtlsKey InvalidArgument form.key 'or leave the password out.'
            Get-Snapshot | Should -Be $before
        }

        It 'a form of another kind of key' {
            Assert-MtlsError (Get-OnlyError { New-MtlsKey form.key -Format Pkcs1 }) KeyFormatInvalid NewMtlsKey InvalidArgument form.key 'Use Pkcs8 or Sec1.'
            'form.key' | Should -Not -Exist
        }

        It 'a password for nothing' {
            Assert-MtlsError (Get-OnlyError { New-MtlsKey -Password (Get-Secret) }) PasswordWithoutFile NewMtlsKey InvalidArgument '' 'or leave the password out.'
        }

        It 'a place that can not be written, or is none' {
            Assert-MtlsError (Get-OnlyError { New-MtlsKey no/such/folder.key }) PathNotWritable NewMtlsKey PermissionDenied no/such/folder.key 'that this account may write.'
            Assert-MtlsError (Get-OnlyError { New-MtlsKey Env:/KEY }) PathNotFileSystem NewMtlsKey InvalidArgument Env:/KEY 'Name a file or folder on a disk.'
        }
    }

    Context '-WhatIf' {
        It 'tells the kind and the file, and makes nothing' {
            $before = Get-Snapshot
            Get-WhatIfText { New-MtlsKey whatif.key EcdsaP521 -WhatIf } | Should -BeLike '*Create a private key (EcdsaP521)*whatif.key*'
            Get-Snapshot | Should -Be $before
        }
    }

    Context 'stop' {
        It 'makes no more than the pipeline wants' {
            $null = 'first.key', 'second.key' | New-MtlsKey | Select-Object -First 1
            'second.key' | Should -Not -Exist
        }
    }
}
