BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    New-BadFile $ca
    $csr = New-MtlsCsr a -OutFile 'a [1].csr'
    $crt = $csr | Approve-MtlsCsr $ca -Profile Client -OutFile 'a [1].crt'
    $null = New-MtlsCsr b -KeyAlgorithm Rsa2048 -OutFile b.csr
}

AfterAll { Pop-Location }

Describe 'Compare-MtlsKeyPair' {
    Context 'binding' {
        It 'takes paths, items and objects, one by one, as a list and from the pipeline' {
            (Compare-MtlsKeyPair 'a [1].key' 'a [1].crt' 'a [1].csr').Match | Should -BeTrue
            (Compare-MtlsKeyPair 'a [1].key', 'a [1].crt').Match | Should -BeTrue
            (Compare-MtlsKeyPair $csr $crt).Match | Should -BeTrue
            (Get-ChildItem 'a*' -File | Compare-MtlsKeyPair).Items.Kind | Sort-Object | Should -Be 'Key', 'Certificate', 'Request'
        }

        It 'takes CAs and certificates of .NET' {
            Compare-MtlsKeyPair ca/private/ca.key $ca -Quiet | Should -BeTrue
            Compare-MtlsKeyPair 'a [1].key' $crt.X509 -Quiet | Should -BeTrue
        }
    }

    Context 'behaviour' {
        It 'names what differs' {
            $comparison = Compare-MtlsKeyPair 'a [1].crt' 'a [1].key' b.csr
            $comparison.Match | Should -BeFalse
            $comparison.Different.Name | Should -Be (Join-Path $folder b.csr)
            Compare-MtlsKeyPair 'a [1].crt' b.key -Quiet | Should -BeFalse
        }

        It 'agrees with openssl about RSA' {
            Compare-MtlsKeyPair b.key b.csr -Quiet | Should -BeTrue
            Assert-Peer openssl
            Invoke-Peer openssl rsa -noout -modulus -in b.key | Should -Be (Invoke-Peer openssl req -noout -modulus -in b.csr)
        }

        It 'takes an encrypted key with its password' {
            Compare-MtlsKeyPair locked.key locked.csr -Password (Get-Secret) -Quiet | Should -BeTrue
        }

        It 'reads any form in which keys come' {
            Assert-Peer openssl
            $null = Invoke-Peer openssl ec -in 'a [1].key' -out sec1.key
            $null = Invoke-Peer openssl rsa -in b.key -traditional -out pkcs1.key
            Compare-MtlsKeyPair sec1.key 'a [1].key' -Quiet | Should -BeTrue
            Compare-MtlsKeyPair pkcs1.key b.csr -Quiet | Should -BeTrue
        }

        It 'shows the verdict and the fingerprint of each' {
            Get-TableHeader (Compare-MtlsKeyPair $csr $crt) | Should -Be 'Match Items'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the others are read, and there is no verdict on the rest' -ForEach @(
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'ca'; Id = 'FileNotReadable'; Category = 'PermissionDenied'; Ending = 'Name a file in it.' }
            @{ File = 'empty.pem'; Id = 'FileEmpty'; Ending = 'Get a fresh copy from where it was made.' }
            @{ File = 'text.pem'; Id = 'ContentNotRecognized'; Ending = 'Name the file of one of them.' }
            @{ File = 'cut Certificate.pem'; Id = 'PemTruncated'; Ending = 'Get a whole copy of it.' }
            @{ File = 'damaged Certificate.pem'; Id = 'ContentDamaged'; Ending = 'Get a fresh copy of it.' }
            @{ File = 'twokeys.pem'; Id = 'SeveralKeys'; Ending = 'Put each into a file of its own.' }
            @{ File = 'locked.key'; Id = 'PasswordRequired'; Category = 'AuthenticationError'; Ending = 'Give its password.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Compare-MtlsKeyPair $File 'a [1].crt' 'a [1].key' -Quiet } ([ref] $output)
            Assert-MtlsError $failure $Id CompareMtlsKeyPair ($Category ?? 'InvalidData') $File $Ending
            $output | Should -BeNullOrEmpty -Because 'true would be taken for a verdict on all three'
        }

        It 'every file that can not be read is named' {
            Compare-MtlsKeyPair missing.one missing.two good.key -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failures.TargetObject | Should -Be (Join-Path $folder missing.one), (Join-Path $folder missing.two)
        }

        It 'a wrong password' {
            Assert-MtlsError (Get-OnlyError { Compare-MtlsKeyPair locked.key locked.csr -Password (Get-Secret wrong) }) PasswordWrong CompareMtlsKeyPair AuthenticationError locked.key 'Give the password it was encrypted with.'
        }

        It 'one thing alone' {
            Assert-MtlsError (Get-OnlyError { Compare-MtlsKeyPair good.crt }) TooFewToCompare CompareMtlsKeyPair InvalidArgument 1 'Name another one.'
        }
    }
}
