BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $null = New-MtlsCsr one -OutFile one.csr
    $null = New-MtlsCsr two -OutFile 'two [2].csr'
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCsr' {
    It 'reads by wildcard, literal path and item' {
        (Get-MtlsCsr *.csr).Subject.CommonName | Should -Be 'one', 'two'
        (Get-MtlsCsr -LiteralPath 'two [2].csr').Subject.CommonName | Should -Be 'two'
        (Get-ChildItem *.csr | Get-MtlsCsr).Subject.CommonName | Should -Be 'one', 'two'
    }

    It 'reads what openssl makes, DER as well' {
        Assert-Peer openssl
        Invoke-Peer openssl req -new -newkey rsa:2048 -nodes -keyout theirs.key -subj '/C=FR/O=Acme/CN=theirs' -addext 'subjectAltName=DNS:theirs.example' -outform DER -out theirs.der
        $theirs = Get-MtlsCsr theirs.der
        $theirs.Subject.ToString() | Should -Be 'CN=theirs,O=Acme,C=FR'
        $theirs.San.Value | Should -Be 'theirs.example'
        $theirs.SignatureValid | Should -BeTrue
    }

    It 'never has a private key' { (Get-MtlsCsr one.csr).PrivateKey | Should -BeNullOrEmpty }
}
