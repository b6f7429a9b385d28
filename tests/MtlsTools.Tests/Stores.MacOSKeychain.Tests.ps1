# For a Mac: in a keychain of its own, made and deleted here. Trust is not set, because macOS asks for it in a dialog.
Describe 'MacOSKeychain' -Skip:(-not $IsMacOS) {
    BeforeAll {
        . $PSScriptRoot/TestHelpers.ps1
        $null = Enter-TestFolder
        $password = 'it''s "a\b" secret'
        $path = "$([IO.Path]::GetTempPath())mtlstools-$([guid]::NewGuid().ToString('N')).keychain-db"
        security create-keychain -p $password $path
        security set-keychain-settings $path
        $keychain = @{ Target = 'MacOSKeychain'; StorePath = $path; StorePassword = Get-Secret $password }
        $unique = [guid]::NewGuid().ToString('N')
        $ca = New-MtlsCa ca "Keychain Root $unique"
        $below = $ca | New-MtlsCa below "Keychain Below $unique"
        $null = New-MtlsCertificate $below "client-$unique" -Profile Client -OutFile client.crt
    }

    AfterEach { Get-MtlsStoreItem @keychain | Remove-MtlsStoreItem -StorePassword $keychain.StorePassword -Confirm:$false }

    AfterAll {
        security delete-keychain $path
        Pop-Location
    }

    It 'imports a client, which macOS then finds valid' {
        $item = Import-MtlsToStore client.crt @keychain -SkipChain -Confirm:$false
        $item.AlreadyThere | Should -BeFalse
        $item.HasPrivateKey | Should -BeTrue
        security find-identity -p ssl-client $path | Out-String | Should -BeLike "*$($item.Thumbprint)*`"client-$unique`"*"
        (Import-MtlsToStore client.crt @keychain -SkipChain -Confirm:$false).AlreadyThere | Should -BeTrue
        (Get-MtlsStoreItem "client-$unique" @keychain).HasPrivateKey | Should -BeTrue
    }

    It 'makes a key that can not be exported, unless it is asked for' {
        $null = Import-MtlsToStore client.crt @keychain -SkipChain -Confirm:$false
        security export -k $path -t identities -f pkcs12 -P x -o "$PWD/out.p12" 2>$null
        "$PWD/out.p12" | Should -Not -Exist
        Get-MtlsStoreItem @keychain | Remove-MtlsStoreItem -StorePassword $keychain.StorePassword -Confirm:$false
        $null = Import-MtlsToStore client.crt @keychain -SkipChain -Exportable -Confirm:$false
        security export -k $path -t identities -f pkcs12 -P x -o "$PWD/out.p12"
        "$PWD/out.p12" | Should -Exist
    }

    It 'adds an intermediate, and removes it' {
        $item = $below | Import-MtlsToStore @keychain -SkipChain -Confirm:$false
        $item.StoreName | Should -Be 'CA'
        $item | Remove-MtlsStoreItem -StorePassword $keychain.StorePassword -Confirm:$false
        Get-MtlsStoreItem @keychain | Should -BeNullOrEmpty
    }

    It 'says that the password is wrong, and adds nothing' {
        security lock-keychain $path
        $errorRecord = Get-OnlyError { Import-MtlsToStore client.crt -Target MacOSKeychain -StorePath $path -StorePassword (Get-Secret wrong) -SkipChain -Confirm:$false }
        $errorRecord.FullyQualifiedErrorId | Should -Be 'PasswordWrong,MtlsTools.Commands.ImportMtlsToStoreCommand'
        Get-MtlsStoreItem @keychain | Should -BeNullOrEmpty
    }

    It 'never shows a password to those who list processes' {
        $seen = [System.Collections.Concurrent.ConcurrentBag[string]]::new()
        $watch = Start-ThreadJob { param($Seen) while ($true) { foreach ($line in ps -axo args) { if ($line -like '*security*') { $Seen.Add($line) } } } } -ArgumentList $seen
        try { $null = Import-MtlsToStore client.crt @keychain -SkipChain -Confirm:$false } finally { $watch | Stop-Job -PassThru | Remove-Job }
        $seen.Where({ $_ -match 'secret|-P ' }) | Should -BeNullOrEmpty
    }
}

Describe 'MacOSKeychain elsewhere' -Skip:$IsMacOS {
    It 'is an error that ends the command' {
        . $PSScriptRoot/TestHelpers.ps1
        $errorRecord = Get-OnlyError { 'one.crt', 'two.crt' | Import-MtlsToStore -Target MacOSKeychain }
        $errorRecord.FullyQualifiedErrorId | Should -Be 'PlatformNotSupported,MtlsTools.Commands.ImportMtlsToStoreCommand'
        $errorRecord.CategoryInfo.Category | Should -Be 'NotImplemented'
        "$($errorRecord.TargetObject)" | Should -Be 'MacOSKeychain'
    }
}
