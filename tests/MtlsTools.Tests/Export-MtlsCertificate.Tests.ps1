BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $below = New-MtlsCa ca 'The CA' | New-MtlsCa below 'Below'
    $web = New-MtlsCertificate $below web.example -Profile Server -OutFile web.crt
}

AfterAll { Pop-Location }

Describe 'Export-MtlsCertificate' {
    It 'writes <Format>' -ForEach @(
        @{ Format = 'Pem'; Names = @('web.example') }
        @{ Format = 'FullChain'; Names = @('web.example', 'Below') }
        @{ Format = 'Bundle'; Names = @('Below', 'The CA') }
    ) {
        $file = $web | Export-MtlsCertificate -OutFile "$Format.pem" -Format $Format
        $file | Should -BeOfType System.IO.FileInfo
        (Get-MtlsCertificate -LiteralPath $file.FullName).Name | Should -Be $Names
    }

    It 'writes a PFX that openssl opens, readable by its owner alone' {
        $null = Export-MtlsCertificate $web web.pfx Pfx -Password $secret
        if (-not $IsWindows) { (Get-Item -LiteralPath web.pfx).UnixMode | Should -Be '-rw-------' }
        Assert-Peer openssl
        $text = Invoke-Peer openssl pkcs12 -in web.pfx -passin 'pass:correct horse' -info -noenc
        $text | Should -Match 'AES-256-CBC'
        $text | Should -Match 'BEGIN PRIVATE KEY'
        ([regex]::Matches($text, 'BEGIN CERTIFICATE')).Count | Should -Be 3
    }

    It 'takes a PFX back to PEM with its key' {
        $null = Export-MtlsCertificate web.pfx again.crt FullChain -KeyPassword $secret -OutKey again.key
        Compare-MtlsKeyPair again.crt again.key -Quiet | Should -BeTrue
        if (-not $IsWindows) { (Get-Item -LiteralPath again.key).UnixMode | Should -Be '-rw-------' }
    }

    It 'takes issuers by -Chain where the file has none' {
        $null = Export-MtlsCertificate web.crt alone.crt Pem
        Assert-MtlsError (Get-OnlyError { Export-MtlsCertificate alone.crt bundle.pem Bundle }) ChainMissing ExportMtlsCertificate ObjectNotFound alone.crt '-Chain'
        'bundle.pem' | Should -Not -Exist
        $null = Export-MtlsCertificate alone.crt bundle.pem Bundle -Chain below/chain.crt
        (Get-MtlsCertificate bundle.pem).Name | Should -Be 'Below', 'The CA'
    }

    It 'exports a CA for those who trust it' {
        $null = Export-MtlsCertificate $below trust.pem Bundle
        (Get-MtlsCertificate trust.pem).Name | Should -Be 'Below', 'The CA'
    }
}
