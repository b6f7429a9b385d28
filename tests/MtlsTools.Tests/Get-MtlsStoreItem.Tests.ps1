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

        It 'finds by issuer, purpose, expiry and key' {
            $find = { param($Extra) (Get-MtlsStoreItem "*$unique" @Extra).Name }
            & $find @{ Issuer = $below.Name } | Should -Be $name
            & $find @{ Issuer = "*Root $unique" } | Should -Be $below.Name, $ca.Name
            & $find @{ Issuer = $below.Certificate.Subject.ToString() } | Should -Be $name
            & $find @{ Purpose = 'Client' } | Should -Be $name
            & $find @{ Purpose = 'Server' } | Should -BeNullOrEmpty
            & $find @{ ExpiringWithin = '100d' } | Should -Be $name
            & $find @{ ExpiringWithin = 30 } | Should -BeNullOrEmpty
            & $find @{ HasPrivateKey = $true } | Should -Be $name
        }

        It 'is used by its subject wherever a certificate is wanted, and a file of that name comes first' {
            $serverCa = New-MtlsCa subject-ca 'Server CA'
            $running = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $below, $ca
            try {
                foreach ($said in $name, $name.ToUpperInvariant(), "CN=$name", $leaf.Thumbprint) {
                    (Test-MtlsConnection $running -Certificate $said -TrustedCa $serverCa).ClientCertificateAccepted | Should -BeTrue -Because $said
                }
                Invoke-MtlsRequest "https://localhost:$($running.Port)/" -Certificate $name -TrustedCa $serverCa | Should -Not -BeNullOrEmpty
            }
            finally { $running | Stop-MtlsServer }
            $null = New-MtlsCertificate $below 'in a file' -Profile Client -OutFile $name
            (Get-MtlsCertificate $name)[0].Name | Should -Be 'in a file'
            Remove-Item $name
        }

        It 'of a name that several have, lists the choices' {
            $second = New-MtlsCertificate $ca $name -Profile Client
            $null = $second | Import-MtlsToStore -SkipChain
            try {
                $failure = Get-OnlyError { Export-MtlsCertificate $name -Format Pem }
                Assert-MtlsError $failure StoreItemAmbiguous ExportMtlsCertificate InvalidArgument $name 'Name one by its thumbprint.'
                $failure.Exception.Message | Should -BeLike "*$($leaf.Thumbprint)*"
                $failure.Exception.Message | Should -BeLike "*$($second.Thumbprint)*"
            }
            finally { $second.Thumbprint | ForEach-Object { Remove-MtlsStoreItem $_ -Confirm:$false } }
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
