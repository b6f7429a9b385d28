BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $ca = New-MtlsCa ca 'The CA'
    $null = New-MtlsCertificate $ca one -Profile Client -OutFile one.crt
    $null = New-MtlsCertificate $ca two -Profile Client -OutFile 'two [2].crt'
    Export-MtlsCertificate one.crt one.pfx Pfx -Password $secret
    [IO.File]::WriteAllBytes("$folder/one.der", (Get-MtlsCertificate one.crt).X509.RawData)
    $null = New-Item -ItemType Directory deep
    Copy-Item -LiteralPath one.crt deep/three.crt
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCertificate' {
    It 'reads PEM, DER and PFX' {
        $serial = (Get-MtlsCertificate one.crt).SerialNumber
        (Get-MtlsCertificate one.der).SerialNumber | Should -Be $serial
        $pfx = Get-MtlsCertificate one.pfx -Password $secret
        $pfx[0].SerialNumber | Should -Be $serial
        $pfx[0].HasPrivateKey | Should -BeTrue
    }

    It 'reads by wildcard, literal path, item and relative location' {
        (Get-MtlsCertificate one.*t).Name | Should -Be 'one'
        (Get-MtlsCertificate -LiteralPath 'two [2].crt').Name | Should -Be 'two'
        (Get-ChildItem *.crt | Get-MtlsCertificate).Name | Should -Be 'one', 'two'
        Push-Location deep
        try { (Get-MtlsCertificate ../one.crt).Name | Should -Be 'one' } finally { Pop-Location }
    }

    It 'reads a folder, and the folders in it with -Recurse; keys are no errors' {
        $here = Get-MtlsCertificate . -Password $secret -ErrorAction Stop
        $here.Path | Split-Path -Leaf | Sort-Object -Unique | Should -Be 'one.crt', 'one.der', 'one.pfx', 'two [2].crt'
        (Get-MtlsCertificate . -Recurse -Password $secret).Path | Split-Path -Leaf | Should -Contain 'three.crt'
    }

    It 'attaches the key it is given' {
        (Get-MtlsCertificate one.crt -Key one.key).HasPrivateKey | Should -BeTrue
    }

    It 'shows name, role, days, issuer and names first' {
        $lines = (Get-MtlsCertificate one.crt | Out-String).Trim() -replace "`e\[[0-9;]*m" -split "`r?`n"
        $lines[0] -split '\s+' | Should -Be 'Name', 'Role', 'DaysLeft', 'Issuer', 'San'
        $lines[2] | Should -Match '^one +Client +(89|90) The CA'
    }
}
