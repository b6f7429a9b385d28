BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $unique = [guid]::NewGuid().ToString('N')
    $ca = New-MtlsCa ca "Store Root $unique"
    $below = $ca | New-MtlsCa below "Store Below $unique"
    $name = "store-$unique"
    $leaf = New-MtlsCertificate $below $name -Profile Client
    $items = $leaf | Import-MtlsToStore -Confirm:$false
}

AfterAll {
    Get-MtlsStoreItem "*$unique" | Remove-MtlsStoreItem -Confirm:$false
    Pop-Location
}

Describe 'Get-MtlsStoreItem' {
    Context 'binding' {
        It 'takes names, wildcards, stores and thumbprints' {
            (Get-MtlsStoreItem $name).Thumbprint | Should -Be $leaf.Thumbprint
            (Get-MtlsStoreItem "*$unique").StoreName | Should -Be 'My', 'CA', 'Root'
            (Get-MtlsStoreItem "*$unique" -StoreName CA).Name | Should -Be $below.Name
            (Get-MtlsStoreItem -Thumbprint $leaf.Thumbprint.ToLowerInvariant()).Name | Should -Be $name
            ($leaf | Get-MtlsStoreItem).Name | Should -Be $name
        }

        It 'completes thumbprints' {
            (TabExpansion2 'Get-MtlsStoreItem -Thumbprint ').CompletionMatches.CompletionText | Should -Contain $leaf.Thumbprint
        }
    }

    Context 'behaviour' {
        It 'gives the key for use' {
            $serverCa = New-MtlsCa server-ca 'Server CA'
            $running = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $below, $ca
            try { Test-MtlsConnection $running -Certificate (Get-MtlsStoreItem $name) -TrustedCa $serverCa -Quiet | Should -BeTrue }
            finally { $running | Stop-MtlsServer }
        }

        It 'is silent when a wildcard matches nothing' {
            Get-MtlsStoreItem "nobody*$unique" -ErrorAction Stop | Should -BeNullOrEmpty
        }
    }

    Context 'errors' {
        It 'a thumbprint that is nowhere; the next one is found' {
            $output = $null
            $failure = Get-OnlyError { [pscustomobject] @{ Thumbprint = '0' * 40 }, $leaf | Get-MtlsStoreItem } ([ref] $output)
            Assert-MtlsError $failure StoreItemNotFound GetMtlsStoreItem ObjectNotFound ('0' * 40) 'Get-MtlsStoreItem without parameters lists all.'
            $output.Name | Should -Be $name
        }

        It 'a name that is nowhere, beside one that is there' {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsStoreItem "nobody-$unique", $name } ([ref] $output)
            Assert-MtlsError $failure StoreItemNotFound GetMtlsStoreItem ObjectNotFound "nobody-$unique" 'Get-MtlsStoreItem without parameters lists all.'
            $output.Name | Should -Be $name
        }
    }

    Context 'stop' {
        It 'lists no more than the pipeline wants' { Get-MtlsStoreItem "*$unique" | Select-Object -First 1 | Should -HaveCount 1 }
    }
}
