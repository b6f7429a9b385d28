BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $unique = [guid]::NewGuid().ToString('N')
    $ca = New-MtlsCa ca "Store Root $unique"
    $below = $ca | New-MtlsCa below "Store Below $unique"
    $name = "store-$unique"
    New-BadFile $below
    $null = New-MtlsCertificate $below $name -Profile Client -OutFile 'leaf [1].crt'
    $null = Export-MtlsCertificate 'leaf [1].crt' leaf.pfx Pfx -Chain below/chain.crt -Password (Get-Secret)
    Copy-Item -LiteralPath 'leaf [1].crt' -Destination alone.crt
}

AfterAll { Pop-Location }

Describe 'Import-MtlsToStore' {
    AfterEach { Get-MtlsStoreItem "*$unique" | Remove-MtlsStoreItem -Confirm:$false }

    Context 'binding' {
        It 'takes a path, an item, an object, a CA and a folder' {
            (Import-MtlsToStore 'leaf [1].crt' -SkipChain).Name | Should -Be $name
            (Get-Item -LiteralPath 'leaf [1].crt' | Import-MtlsToStore -SkipChain).AlreadyThere | Should -BeTrue
            (Get-MtlsCertificate alone.crt -Key 'leaf [1].key' | Import-MtlsToStore -SkipChain).AlreadyThere | Should -BeTrue
            (Import-MtlsToStore alone.crt -Key 'leaf [1].key' -SkipChain).AlreadyThere | Should -BeTrue
            ($below | Import-MtlsToStore -SkipChain).StoreName | Should -Be 'CA'
            (Import-MtlsToStore ./below -SkipChain).AlreadyThere | Should -BeTrue
        }
    }

    Context 'behaviour' {
        It 'puts each certificate where it belongs, with the key' {
            $items = Import-MtlsToStore leaf.pfx -Password (Get-Secret) -Confirm:$false
            $items.StoreName | Should -Be 'My', 'CA', 'Root'
            $items.Name | Should -Be $name, $below.Name, $ca.Name
            $items.HasPrivateKey | Should -Be $true, $false, $false
            $items.AlreadyThere | Should -Be $false, $false, $false
        }

        It 'changes nothing the second time, and says so' {
            $null = Import-MtlsToStore leaf.pfx -Password (Get-Secret) -Confirm:$false
            $count = @(Get-MtlsStoreItem).Count
            (Import-MtlsToStore leaf.pfx -Password (Get-Secret) -Confirm:$false).AlreadyThere | Should -Be $true, $true, $true
            @(Get-MtlsStoreItem).Count | Should -Be $count
        }

        It 'gives a certificate that lies there without its key the key' {
            $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
            $store.Open('ReadWrite')
            try { $store.Add((Get-MtlsCertificate alone.crt)[0].X509) } finally { $store.Dispose() }
            (Import-MtlsToStore 'leaf [1].crt' -SkipChain).AlreadyThere | Should -BeFalse
            (Get-MtlsStoreItem $name).HasPrivateKey | Should -BeTrue
        }

        It 'never takes a CA''s key along' {
            $ca | Import-MtlsToStore -Confirm:$false
            (Get-MtlsStoreItem $ca.Name).HasPrivateKey | Should -BeFalse
        }

        It 'trusts a root only when asked, and a session that can not ask does not trust' {
            $child = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$((Get-Module MtlsTools).Path)'; Set-Location -LiteralPath '$folder'; Import-MtlsToStore ./ca/ca.crt" 2>&1 | Out-String
            $child | Should -Match 'NonInteractive'
            Get-MtlsStoreItem $ca.Name -ErrorAction Ignore | Should -BeNullOrEmpty
        }

        It 'shows store, name, days, key and thumbprint' {
            Get-TableHeader (Import-MtlsToStore 'leaf [1].crt' -SkipChain) | Should -Be 'Store Name DaysLeft HasKey Thumbprint'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; nothing is stored and the next one is' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'alone.crt'; Id = 'KeyRequired'; Category = 'ObjectNotFound'; Ending = 'Give the key file with -Key, or use a PFX.' }
            @{ File = 'leaf.pfx'; Id = 'PasswordRequired'; Category = 'AuthenticationError'; Ending = 'Give its password.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { $File, 'leaf [1].crt' | Import-MtlsToStore -SkipChain } ([ref] $output)
            Assert-MtlsError $failure $Id ImportMtlsToStore ($Category ?? 'InvalidData') $File $Ending
            $output.Name | Should -Be $name
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 1
        }

        It '<Id>, for <Because>; nothing is stored' -ForEach @(
            @{ Id = 'PasswordWrong'; Because = 'a wrong password'; Run = { Import-MtlsToStore leaf.pfx -Password (Get-Secret wrong) -Confirm:$false }; Category = 'AuthenticationError'; Target = 'leaf.pfx'; Ending = 'Give the password it was made with.' }
            @{ Id = 'KeyMismatch'; Because = 'the key of another'; Run = { Import-MtlsToStore alone.crt -Key other.key -Confirm:$false }; Category = 'InvalidData'; Target = 'other.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { Import-MtlsToStore alone.crt -Key twokeys.pem -Confirm:$false }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Import-MtlsToStore alone.crt -Key locked.key -Confirm:$false }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
        ) {
            Assert-MtlsError (Get-OnlyError $Run) $Id ImportMtlsToStore $Category $Target $Ending
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
        }
    }

    Context '-WhatIf' {
        It 'stores nothing, and names every store' {
            Import-MtlsToStore leaf.pfx -Password (Get-Secret) -WhatIf | Should -BeNullOrEmpty
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
            Get-WhatIfText { Import-MtlsToStore leaf.pfx -Password (Get-Secret) -WhatIf } | Should -BeLike '*CurrentUser\My*CurrentUser\CA*trusted from then on for everything*CurrentUser\Root*'
        }

        It 'obeys the preference as well' {
            & { $WhatIfPreference = $true; Import-MtlsToStore leaf.pfx -Password (Get-Secret) } | Should -BeNullOrEmpty
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
        }
    }
}
