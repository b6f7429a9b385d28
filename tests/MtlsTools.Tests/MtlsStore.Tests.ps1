BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca "Store Root $([guid]::NewGuid().ToString('N'))"
    $below = $ca | New-MtlsCa below "Store Below $([guid]::NewGuid().ToString('N'))"
    $name = "store-$([guid]::NewGuid().ToString('N'))"
    $null = New-MtlsCertificate $below $name -Profile Client -OutFile leaf.crt
    $null = Export-MtlsCertificate leaf.crt leaf.pfx Pfx -Chain below/chain.crt -Password (Get-Secret)
}

AfterAll { Pop-Location }

Describe 'Import-MtlsToStore, Get-MtlsStoreItem and Remove-MtlsStoreItem' {
    AfterEach { Get-MtlsStoreItem -ErrorAction Ignore | Where-Object Name -In $name, $below.Name, $ca.Name | Remove-MtlsStoreItem -Confirm:$false }

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

    It 'finds by name, wildcard and thumbprint, and the key can be used from there' {
        $item = Import-MtlsToStore leaf.crt -SkipChain
        (Get-MtlsStoreItem $name).Thumbprint | Should -Be $item.Thumbprint
        (Get-MtlsStoreItem "$($name.Substring(0, 20))*" -StoreName My).Thumbprint | Should -Be $item.Thumbprint
        $serverCa = New-MtlsCa server-ca 'Server CA' -Force
        $running = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $below, $ca
        try { Test-MtlsConnection $running -Certificate (Get-MtlsStoreItem $name) -TrustedCa $serverCa | ForEach-Object ClientCertificateSent | Should -BeTrue }
        finally { $running | Stop-MtlsServer }
    }

    It 'removes by thumbprint' {
        Import-MtlsToStore leaf.crt -SkipChain | Remove-MtlsStoreItem -Confirm:$false
        Get-MtlsStoreItem $name -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'trusts a root only when asked, and a session that can not ask does not trust' {
        $child = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$((Get-Module MtlsTools).Path)'; Set-Location -LiteralPath '$folder'; Import-MtlsToStore ./ca/ca.crt" 2>&1 | Out-String
        $child | Should -Match 'NonInteractive'
        Get-MtlsStoreItem $ca.Name -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'completes thumbprints' {
        $item = Import-MtlsToStore leaf.crt -SkipChain
        (TabExpansion2 'Remove-MtlsStoreItem -Thumbprint ').CompletionMatches.CompletionText | Should -Contain $item.Thumbprint
    }
}
