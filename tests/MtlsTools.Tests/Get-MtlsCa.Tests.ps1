BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $null = New-MtlsCa ca 'The CA'
    $null = New-MtlsCertificate ./ca one -Profile Client
    $null = New-MtlsCertificate ./ca two -Profile Client
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCa' {
    It 'opens by path, wildcard, literal path, item and PSDrive' {
        (Get-MtlsCa ca).Name | Should -Be 'The CA'
        (Get-MtlsCa c*).Name | Should -Be 'The CA'
        (Get-MtlsCa -LiteralPath "$folder/ca").Name | Should -Be 'The CA'
        (Get-Item ca | Get-MtlsCa).Name | Should -Be 'The CA'
        $null = New-PSDrive -Name pki -PSProvider FileSystem -Root ([WildcardPattern]::Escape($folder)) -Scope Script -ErrorAction Ignore
        if (-not (Get-PSDrive pki -ErrorAction Ignore)) { $null = New-PSDrive -Name pki -PSProvider FileSystem -Root $folder }
        (Get-MtlsCa pki:/ca).Name | Should -Be 'The CA'
    }

    It 'lists what was issued, oldest first' {
        $issued = Get-MtlsCa ca -Issued
        $issued.Subject | Should -Be '/CN=one', '/CN=two'
        $issued.Status | Should -Be 'Valid', 'Valid'
        (Get-MtlsCertificate -LiteralPath $issued[0].Path).SerialNumber | Should -Be $issued[0].SerialNumber
    }

    It 'mends a line that was torn by a crash, with a warning, and loses nothing' {
        $null = New-MtlsCa torn 'Torn'
        $kept = New-MtlsCertificate ./torn kept -Profile Client
        [IO.File]::AppendAllText("$folder/torn/index.txt", "V`t2702190")
        $null = New-MtlsCertificate ./torn next -Profile Client -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -Match 'half-written'
        (Get-MtlsCa torn -Issued).Subject | Should -Be '/CN=kept', '/CN=next'
    }
}
