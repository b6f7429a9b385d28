BeforeDiscovery { $missing = -not (Get-Command pk12util -ErrorAction Ignore) }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'NSS Root'
    $below = $ca | New-MtlsCa below 'NSS Below'
    $null = New-MtlsCertificate $below 'bob [1]' -Profile Client -OutFile 'bob [1].crt'
    $null = New-MtlsCertificate $below carol -Profile Client -OutFile carol.crt
    Copy-Item carol.crt keyless.crt
    $all = [System.Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
    foreach ($i in 1..10) {
        $one = New-MtlsCertificate $below "one of ten $i" -Profile Client
        $null = $all.Add($(if ($i -le 2) { $one.ToX509WithKey() } else { $one.X509 }))
    }
    [IO.File]::WriteAllBytes("$folder/ten.pfx", $all.Export('Pkcs12', 'correct horse'))
}

AfterAll { Pop-Location }

Describe 'Import-MtlsToStore -Target Nss' -Skip:$missing {
    BeforeEach {
        $db = "a db [$([guid]::NewGuid().ToString('N').Substring(0, 8))]"
        $null = New-Item -ItemType Directory -Path $folder -Name $db
        $store = @{ Target = 'Nss'; StorePath = $db }
    }

    Context 'behaviour' {
        It 'imports a chain, finds it, and removes what was imported' {
            $items = Import-MtlsToStore 'bob [1].crt' @store -Confirm:$false
            $items.StoreName | Should -Be 'My', 'CA', 'Root'
            $items.Alias | Should -Be 'bob [1]', 'NSS Below', 'NSS Root'
            $items.StorePath | Should -Be (,"$folder/$db" * 3)
            certutil -L -d "sql:$db" | Where-Object { $_ -match '^NSS Root\s+T,,' } | Should -HaveCount 1
            (Import-MtlsToStore 'bob [1].crt' @store -Confirm:$false).AlreadyThere | Should -Be $true, $true, $true
            (Get-MtlsStoreItem @store -HasPrivateKey).Thumbprint | Should -Be $items[0].Thumbprint
            $items | Remove-MtlsStoreItem -Confirm:$false
            Get-MtlsStoreItem @store | Should -BeNullOrEmpty
        }

        It 'takes the prefix of NSS, a name and a password' {
            $password = @{ StorePassword = Get-Secret }
            $item = Import-MtlsToStore carol.crt -Target Nss -StorePath "sql:$db" -FriendlyName 'Carol''s "key"' @password -SkipChain
            $item.Alias | Should -Be 'Carol''s "key"'
            (Get-MtlsStoreItem -Target Nss -StorePath "sql:$folder/$db" @password).HasPrivateKey | Should -BeTrue
        }

        It 'takes those identities of a PFX with ten certificates that are chosen from it' {
            $items = Get-MtlsCertificate ten.pfx -Password (Get-Secret) | Where-Object HasPrivateKey | Import-MtlsToStore @store -SkipChain
            $items.Name | Should -Be 'one of ten 1', 'one of ten 2'
            (Get-MtlsStoreItem @store).HasPrivateKey | Should -Be $true, $true
        }
    }

    Context 'errors' {
        It '<Id>, for <Because>; the next one is stored' -ForEach @(
            @{ Because = 'a certificate without its key'; Id = 'KeyRequired'; Category = 'ObjectNotFound'; File = 'keyless.crt'; Ending = 'use -StoreName TrustedPeople.' }
            @{ Because = 'a PFX without its password'; Id = 'PasswordRequired'; Category = 'AuthenticationError'; File = 'ten.pfx'; Ending = 'Give its password.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { $File, 'bob [1].crt' | Import-MtlsToStore @store -SkipChain } ([ref] $output)
            Assert-MtlsError $failure $Id ImportMtlsToStore $Category $File $Ending
            $output.Name | Should -Be 'bob [1]'
            @(Get-MtlsStoreItem @store).Count | Should -Be 1
        }

        It 'PasswordWrong, for the password of the database; nothing changes' {
            $null = Import-MtlsToStore carol.crt @store -StorePassword (Get-Secret) -SkipChain
            $failure = Get-OnlyError { Import-MtlsToStore 'bob [1].crt' @store -StorePassword (Get-Secret wrong) -SkipChain }
            Assert-MtlsError $failure PasswordWrong ImportMtlsToStore AuthenticationError $db 'with -StorePassword.'
            (Get-MtlsStoreItem @store).Name | Should -Be 'carol'
        }

        It 'FileNotFound, for a folder that does not exist' {
            $failure = Get-OnlyError { Import-MtlsToStore carol.crt -Target Nss -StorePath missing -SkipChain }
            $failure.FullyQualifiedErrorId | Should -Be 'FileNotFound,MtlsTools.Commands.ImportMtlsToStoreCommand'
            $failure.Exception.Message | Should -BeLike "*for a new database make an empty folder first.*"
            'missing' | Should -Not -Exist
        }

        It 'ToolMissing ends the command and names the package' {
            $path = $env:PATH
            try {
                $env:PATH = $folder
                $failure = try { 'carol.crt', 'bob [1].crt' | Import-MtlsToStore @store -SkipChain } catch { $_ }
            }
            finally { $env:PATH = $path }
            $failure.FullyQualifiedErrorId | Should -Be 'ToolMissing,MtlsTools.Commands.ImportMtlsToStoreCommand'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike "*'pk12util'*libnss3-tools (Debian, Ubuntu)*"
        }
    }

    Context '-WhatIf' {
        It 'writes nothing, and shows every command' {
            $text = Get-WhatIfText { Import-MtlsToStore 'bob [1].crt' @store -WhatIf }
            $text | Should -BeLike '*certutil -N -d *pk12util -i certificate.p12 *certutil -A -d *-n ''NSS Root'' -t T,, *'
            Get-ChildItem -LiteralPath $db -Force | Should -BeNullOrEmpty
        }
    }
}
