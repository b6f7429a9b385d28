BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    New-BadFile (New-MtlsCa ca 'The CA')
    $key = New-MtlsKey 'sound [1].key'
}

AfterAll { Pop-Location }

Describe 'Get-MtlsKey' {
    Context 'binding' {
        It 'reads by wildcard, literal path, item and relative location' {
            (Get-MtlsKey good.k*).Name | Should -Be good.key
            (Get-MtlsKey -LiteralPath 'sound [1].key').Sha256 | Should -Be $key.Sha256
            (Get-ChildItem 'sound*' | Get-MtlsKey).Name | Should -Be 'sound [1].key'
            Push-Location ca
            try { (Get-MtlsKey ../good.key).Type | Should -Be 'ECDSA P-256' } finally { Pop-Location }
        }
    }

    Context 'behaviour' {
        It 'describes an encrypted key without its password, and opens it with it' {
            $locked = Get-MtlsKey locked.key
            $locked.Type | Should -BeNullOrEmpty
            $locked.Protection.ToString() | Should -Be 'PBES2 with aes-256-cbc, 600000 iterations'
            (Get-MtlsKey locked.key -Password (Get-Secret)).Sha256 | Should -Be (Get-MtlsCsr locked.csr).PublicKey.Sha256
        }

        It 'reads what openssl writes, old encryption and EC PARAMETERS included' {
            Assert-Peer openssl
            $null = Invoke-Peer openssl ecparam -name secp384r1 -genkey -out parameters.key
            $null = Invoke-Peer openssl ec -in parameters.key -aes128 -passout 'pass:correct horse' -out dek.key
            (Get-MtlsKey parameters.key).Type | Should -Be 'ECDSA P-384'
            (Get-MtlsKey dek.key).Protection.IsLegacy | Should -BeTrue
            (Get-MtlsKey dek.key -Password (Get-Secret)).Sha256 | Should -Be (Get-MtlsKey parameters.key).Sha256
        }

        It 'lists all keys of a file' { (Get-MtlsKey twokeys.pem).Block | Should -Be 1, 2 }

        It 'says who else may read the file, and what to do' {
            if ($IsWindows) { Set-ItResult -Skipped -Because 'Windows has access lists instead of modes'; return }
            Copy-Item good.key shared.key
            chmod 644 shared.key
            (Get-MtlsKey shared.key).Permissions | Should -BeLike "everybody on this machine (mode 644) can read or change it; run: chmod 600 '*shared.key'"
        }

        It 'never shows the key' {
            $shown = Get-MtlsKey good.key | Format-List * | Out-String
            $secret = [Convert]::ToBase64String((Get-MtlsKey good.key).PrivateKey.ExportPkcs8())
            $shown | Should -Not -BeLike "*$($secret.Substring(40, 20))*"
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is read' -ForEach @(Get-BadFile Key) {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsKey $File, good.key } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsKey InvalidData $File $Ending
            $output.Name | Should -Be good.key
        }

        It 'a wrong password; the next one is read' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Get-MtlsKey locked.key, good.key -Password (Get-Secret wrong) } ([ref] $output)) PasswordWrong GetMtlsKey AuthenticationError locked.key 'Give the password it was encrypted with.'
            $output.Name | Should -Be good.key
        }

        It '<Id>, for <Path>' -ForEach @(
            @{ Id = 'PathNotMatched'; Path = 'missing.key'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ Id = 'PathNotFileSystem'; Path = 'Env:/PATH'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            Assert-MtlsError (Get-OnlyError { Get-MtlsKey $Path }) $Id GetMtlsKey $Category $Path $Ending
        }
    }

    Context 'stop' {
        It 'reads no further than the pipeline wants' {
            { 'good.key', 'missing.key' | Get-MtlsKey -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
