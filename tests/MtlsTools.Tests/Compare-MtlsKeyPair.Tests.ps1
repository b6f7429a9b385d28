BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $csr = New-MtlsCsr a -OutFile a.csr
    $crt = $csr | Approve-MtlsCsr $ca -Profile Client -OutFile a.crt
    $null = New-MtlsCsr b -KeyAlgorithm Rsa2048 -OutFile b.csr
}

AfterAll { Pop-Location }

Describe 'Compare-MtlsKeyPair' {
    It 'compares keys, certificates and requests in any mix, as paths, items and objects' {
        (Compare-MtlsKeyPair a.key a.crt a.csr).Match | Should -BeTrue
        (Compare-MtlsKeyPair $csr $crt).Match | Should -BeTrue
        (Get-ChildItem a.* | Compare-MtlsKeyPair).Items.Kind | Sort-Object | Should -Be 'Key', 'Certificate', 'Request'
        Compare-MtlsKeyPair b.key b.csr -Quiet | Should -BeTrue
    }

    It 'names what differs' {
        $comparison = Compare-MtlsKeyPair a.crt a.key b.csr
        $comparison.Match | Should -BeFalse
        $comparison.Different.Name | Should -BeLike '*b.csr'
        Compare-MtlsKeyPair a.crt b.key -Quiet | Should -BeFalse
    }

    It 'needs two' {
        Assert-MtlsError (Get-OnlyError { Compare-MtlsKeyPair a.crt }) TooFewToCompare CompareMtlsKeyPair InvalidArgument 1 'another one'
    }

    It 'takes an encrypted key with its password' {
        $secret = Get-Secret
        $null = New-MtlsCsr c -OutFile c.csr -Password $secret
        Compare-MtlsKeyPair c.key c.csr -Password $secret -Quiet | Should -BeTrue
    }
}
