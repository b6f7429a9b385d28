BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $unique = [guid]::NewGuid().ToString('N')
    $ca = New-MtlsCa ca "Store Root $unique"
    $leaf = New-MtlsCertificate $ca "store-$unique" -Profile Client
}

AfterAll { Pop-Location }

Describe 'Remove-MtlsStoreItem' {
    BeforeEach { $item = $leaf | Import-MtlsToStore -SkipChain }
    AfterEach { Get-MtlsStoreItem "*$unique" | Remove-MtlsStoreItem -Confirm:$false }

    Context 'binding' {
        It 'takes items, and thumbprint with store' {
            $item | Remove-MtlsStoreItem -Confirm:$false
            Get-MtlsStoreItem "*$unique" | Should -BeNullOrEmpty
            $null = $leaf | Import-MtlsToStore -SkipChain
            Remove-MtlsStoreItem $leaf.Thumbprint.ToLowerInvariant() My -Confirm:$false
            Get-MtlsStoreItem "*$unique" | Should -BeNullOrEmpty
        }

        It 'completes thumbprints' {
            (TabExpansion2 'Remove-MtlsStoreItem -Thumbprint ').CompletionMatches.CompletionText | Should -Contain $leaf.Thumbprint
        }
    }

    Context 'behaviour' {
        It 'removes from the named store alone' {
            $store = [System.Security.Cryptography.X509Certificates.X509Store]::new([System.Security.Cryptography.X509Certificates.StoreName]::CertificateAuthority, 'CurrentUser')
            $store.Open('ReadWrite')
            try { $store.Add($leaf.X509) } finally { $store.Dispose() }
            Remove-MtlsStoreItem $leaf.Thumbprint My -Confirm:$false
            (Get-MtlsStoreItem "*$unique").StoreName | Should -Be 'CA'
        }

        It 'finds the store itself when none is named, and never goes by anything but the thumbprint' {
            Remove-MtlsStoreItem $leaf.Thumbprint -Confirm:$false
            Get-MtlsStoreItem "*$unique" | Should -BeNullOrEmpty
            $null = $leaf | Import-MtlsToStore -SkipChain
            (Get-OnlyError { Remove-MtlsStoreItem $leaf.SerialNumber -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'StoreItemNotFound,*'
            Get-MtlsStoreItem "*$unique" | Should -HaveCount 1
        }

        It 'does nothing without being asked, and a session that can not ask removes nothing' {
            $child = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$((Get-Module MtlsTools).Path)'; Remove-MtlsStoreItem $($leaf.Thumbprint) My" 2>&1 | Out-String
            $child | Should -Match 'NonInteractive'
            (Get-MtlsStoreItem "*$unique").HasPrivateKey | Should -BeTrue
        }
    }

    Context 'errors' {
        It 'a certificate that is not there; the next one is removed' {
            $failure = Get-OnlyError { [pscustomobject] @{ Thumbprint = '0' * 40; StoreName = 'My' }, $item | Remove-MtlsStoreItem -Confirm:$false }
            Assert-MtlsError $failure StoreItemNotFound RemoveMtlsStoreItem ObjectNotFound ('0' * 40) 'Get-MtlsStoreItem lists what is there.'
            Get-MtlsStoreItem "*$unique" | Should -BeNullOrEmpty
        }
    }

    Context '-WhatIf' {
        It 'removes nothing, and says whose certificate it would be' {
            $item | Remove-MtlsStoreItem -WhatIf
            (Get-MtlsStoreItem "*$unique").HasPrivateKey | Should -BeTrue
            Get-WhatIfText { $item | Remove-MtlsStoreItem -WhatIf } | Should -BeLike "*CurrentUser\My: 'store-$unique' (Client, $($leaf.Thumbprint)). Remove the certificate and its private key*"
        }
    }
}
