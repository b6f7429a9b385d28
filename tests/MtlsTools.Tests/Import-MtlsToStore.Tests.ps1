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

    # A PFX with ten certificates and two keys: an export of a whole store, say.
    $all = [System.Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
    foreach ($i in 1..10) {
        $one = New-MtlsCertificate $below "one of ten $i" -Profile Client
        $null = $all.Add($(if ($i -le 2) { $one.ToX509WithKey() } else { $one.X509 }))
    }
    [IO.File]::WriteAllBytes("$PWD/ten.pfx", $all.Export('Pkcs12', 'correct horse'))
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
            $again = Import-MtlsToStore leaf.pfx -Password (Get-Secret) -Confirm:$false
            $again.AlreadyThere | Should -Be $true, $true, $true
            ([regex]::Matches(($again | Out-String -Width 200), [regex]::Escape('(already there)'))).Count | Should -Be 3
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

        It 'tells each step with -Verbose as it would be run' {
            $said = Import-MtlsToStore 'leaf [1].crt' -SkipChain -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Out-String -Width 500
            $said | Should -Match 'CurrentUser\\My: .*Add the certificate and its private key.*Clients and servers look for certificates with keys in My\.'
        }

        It 'takes the predecessor of the same names out of use, and only when asked' {
            $old = New-MtlsCertificate $below "renewed-$unique" -Profile Client
            $young = New-MtlsCertificate $below "renewed-$unique" -Profile Client -Days 120
            $old, $young | Import-MtlsToStore -SkipChain | Should -HaveCount 2
            $again = $young | Import-MtlsToStore -SkipChain -ReplaceOlder
            $again.Thumbprint | Should -Be $young.Thumbprint
            $again.AlreadyThere | Should -BeTrue
            (Get-MtlsStoreItem "renewed-$unique").Thumbprint | Should -Be $young.Thumbprint
        }

        It 'takes those identities of a file that are chosen from it' {
            $items = Get-MtlsCertificate ten.pfx -Password (Get-Secret) | Where-Object HasPrivateKey | Import-MtlsToStore -SkipChain
            $items.Name | Sort-Object | Should -Be 'one of ten 1', 'one of ten 2'
            $items | Remove-MtlsStoreItem -Confirm:$false
        }

        It 'carries everything that removal needs in its output' {
            Import-MtlsToStore leaf.pfx -Password (Get-Secret) -Confirm:$false | Remove-MtlsStoreItem -Confirm:$false
            Get-MtlsStoreItem "*$unique" | Should -BeNullOrEmpty
        }

        It 'undoes what it did when a later step fails' -Skip:(-not $IsLinux) {
            # The folder of the roots is a file, so the last of three steps can not be done.
            $stores = Join-Path $folder 'home/.dotnet/corefx/cryptography/x509stores'
            $null = New-Item -ItemType Directory -Force (Split-Path (Join-Path $stores root))
            Set-Content -LiteralPath (Join-Path $stores root) -Value 'no folder'
            $child = & (Get-Process -Id $PID).Path -NoProfile -Command @"
                `$env:HOME = '$folder/home'; Import-Module '$((Get-Module MtlsTools).Path)'; Set-Location -LiteralPath '$folder'
                `$password = [securestring]::new(); 'correct horse'.ToCharArray() | ForEach-Object { `$password.AppendChar(`$_) }
                try { Import-MtlsToStore leaf.pfx -Password `$password -Confirm:`$false -ErrorAction Stop } catch { "`$(`$_.FullyQualifiedErrorId) `$_" }
                "left: `$(@(Get-MtlsStoreItem -StoreName My, CA).Count)"
"@ 2>&1 | Out-String -Width 1000
            $child | Should -Match 'StoreAccessDenied,MtlsTools.Commands.ImportMtlsToStoreCommand'
            $child | Should -Match 'What had been done before was undone \(2 steps\)\.'
            $child | Should -Match 'left: 0'
        }

        It 'is safe when five processes import at once' {
            $module = (Get-Module MtlsTools).Path
            $pfx = foreach ($i in 1..5) {
                $null = New-MtlsCertificate $below "at-once-$i-$unique" -Profile Client -OutFile "at once $i.crt"
                $i
            }
            $running = foreach ($i in $pfx) { Start-Peer (Get-Process -Id $PID).Path -NoProfile -Command "Import-Module '$module'; Import-MtlsToStore ./*.nothing -ErrorAction Ignore; Import-MtlsToStore './at once $i.crt' -SkipChain; Get-MtlsCa ./below | Import-MtlsToStore -SkipChain" }
            foreach ($process in $running) { $process.WaitForExit(); $process.ExitCode | Should -Be 0 -Because $process.StandardError.ReadToEnd() }
            $stored = Get-MtlsStoreItem "at-once-*-$unique"
            $stored | Should -HaveCount 5
            $stored.HasPrivateKey | Should -Not -Contain $false
            Get-MtlsStoreItem $below.Name | Should -HaveCount 1
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
            @{ Id = 'NotSelfSigned'; Because = 'an intermediate as a root'; Run = { Import-MtlsToStore ./below -StoreName Root -SkipChain -Confirm:$false }; Category = 'SecurityError'; Target = './below'; Ending = 'intermediates go to CA, certificates with keys to My.' }
            @{ Id = 'SeveralCertificates'; Because = 'a PFX with ten certificates and two keys'; Run = { Import-MtlsToStore ten.pfx -Password (Get-Secret) -Confirm:$false }; Category = 'InvalidData'; Target = 'ten.pfx'; Ending = 'Choose with Get-MtlsCertificate and Where-Object, and pipe it on.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Import-MtlsToStore alone.crt -Key locked.key -Confirm:$false }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
        ) {
            Assert-MtlsError (Get-OnlyError $Run) $Id ImportMtlsToStore $Category $Target $Ending
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
        }
    }

    Context 'a store that is not here' {
        It '<Id>, for <Because>, ends the command before anything is done' -Skip:(-not $IsLinux) -ForEach @(
            @{ Because = 'the stores of Windows'; Id = 'PlatformNotSupported'; Category = 'NotImplemented'; Target = 'Windows'; Arguments = @{ Target = 'Windows' }; Ending = 'or run the command there.' }
            @{ Because = 'a keychain'; Id = 'PlatformNotSupported'; Category = 'NotImplemented'; Target = 'MacOSKeychain'; Arguments = @{ Target = 'MacOSKeychain' }; Ending = 'or run the command there.' }
            @{ Because = 'the machine''s stores'; Id = 'PlatformNotSupported'; Category = 'NotImplemented'; Target = 'Auto'; Arguments = @{ Location = 'LocalMachine' }; Ending = 'use -Target LinuxTrust.' }
            @{ Because = 'a store of Windows alone'; Id = 'PlatformNotSupported'; Category = 'NotImplemented'; Target = 'Auto'; Arguments = @{ StoreName = 'WebHosting' }; Ending = 'the certificate decides where it belongs.' }
            @{ Because = 'a path where there is none'; Id = 'StoreOptionNotUsed'; Category = 'InvalidArgument'; Target = 'Auto'; Arguments = @{ StorePath = 'x' }; Ending = 'or choose another -Target.' }
            @{ Because = 'a name where there is none'; Id = 'StoreOptionNotUsed'; Category = 'InvalidArgument'; Target = 'Auto'; Arguments = @{ FriendlyName = 'x' }; Ending = 'or choose another -Target.' }
            @{ Because = 'programs where none are asked'; Id = 'StoreOptionNotUsed'; Category = 'InvalidArgument'; Target = 'Auto'; Arguments = @{ Application = 'curl' }; Ending = 'or choose another -Target.' }
        ) {
            $reached = $false
            $failure = try { 'missing.crt', 'leaf [1].crt' | Import-MtlsToStore @Arguments -SkipChain; $reached = $true } catch { $_ }
            $reached | Should -BeFalse
            Assert-MtlsError $failure $Id ImportMtlsToStore $Category $Target $Ending
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
        }
    }

    Context '-WhatIf' {
        It 'stores nothing, and names every store' {
            Import-MtlsToStore leaf.pfx -Password (Get-Secret) -WhatIf | Should -BeNullOrEmpty
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
            Get-WhatIfText { Import-MtlsToStore leaf.pfx -Password (Get-Secret) -WhatIf } | Should -BeLike "*CurrentUser\My: '$name' (Client, *). Add the certificate and its private key*CurrentUser\CA: *Add the CA*CurrentUser\Root: *Trust the CA from now on, for everything*"
        }

        It 'obeys the preference as well' {
            & { $WhatIfPreference = $true; Import-MtlsToStore leaf.pfx -Password (Get-Secret) } | Should -BeNullOrEmpty
            @(Get-MtlsStoreItem "*$unique").Count | Should -Be 0
        }
    }
}
