BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
}

AfterAll { Pop-Location }

Describe 'New-MtlsCsr' {
    Context 'binding' {
        It 'takes columns of a table' {
            $rows = "Name,DnsName`na,a.example`nb,b.example" | ConvertFrom-Csv
            $made = $rows | New-MtlsCsr
            $made.Subject.CommonName | Should -Be 'a', 'b'
            $made.San.Value | Should -Be 'a.example', 'b.example'
        }
    }

    Context 'behaviour' {
        It 'stays in memory without -OutFile' {
            $before = Get-EveryFile $folder
            $made = New-MtlsCsr x
            $made.Path | Should -BeNullOrEmpty
            $made.SignatureValid | Should -BeTrue
            Get-EveryFile $folder | Should -Be $before
        }

        It 'writes the request, and the key beside it for its owner alone' {
            $made = New-MtlsCsr web -DnsName web.example, '*.web.example' -IPAddress 10.0.0.1, '2001:db8::1' -San 'DNS:other.example,URI:spiffe://x/y' -OutFile web.csr
            $made.KeyPath | Should -Be (Join-Path $folder web.key)
            if (-not $IsWindows) { (Get-Item -LiteralPath web.key).UnixMode | Should -Be '-rw-------' }
            Assert-Peer openssl
            Invoke-Peer openssl req -in web.csr -verify -noout | Should -Match 'OK'
            $text = Invoke-Peer openssl req -in web.csr -noout -text
            foreach ($name in 'DNS:web.example', 'DNS:\*.web.example', 'IP Address:10.0.0.1', 'IP Address:2001:DB8:0:0:0:0:0:1', 'DNS:other.example', 'URI:spiffe://x/y') { $text | Should -Match $name }
        }

        It 'uses a key that exists, encrypted or not' {
            $null = New-MtlsCsr first -OutFile first.csr -Password $secret
            $again = New-MtlsCsr second -Key first.key -Password $secret -OutFile second.csr
            'second.key' | Should -Not -Exist
            Compare-MtlsKeyPair first.csr $again -Quiet | Should -BeTrue
        }

        It 'puts the key where it is told' {
            $null = New-MtlsCsr x -OutFile apart.csr -OutKey 'apart [key].pem'
            Test-Path -LiteralPath 'apart [key].pem' | Should -BeTrue
            'apart.key' | Should -Not -Exist
        }

        It 'needs no subject when there is a name' {
            (New-MtlsCsr -DnsName only.example).Subject.IsEmpty | Should -BeTrue
        }
    }
}
