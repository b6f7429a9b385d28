BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
}

AfterAll { Pop-Location }

Describe 'New-MtlsCa' {
    Context 'binding' {
        It 'takes folder and name by position, and a distinguished name in either form' {
            (New-MtlsCa one 'CA One').Certificate.Subject.ToString() | Should -Be 'CN=CA One'
            (New-MtlsCa two -Subject 'CN=CA Two,O=Acme,C=FR').Certificate.Subject.ToOneLine() | Should -Be 'C = FR, O = Acme, CN = CA Two'
            (New-MtlsCa three -Name '/C=FR/O=Acme/CN=CA Three').Certificate.Subject.ToString() | Should -Be 'CN=CA Three,O=Acme,C=FR'
        }

        It 'takes the issuer as an object, a path, and from the pipeline' {
            (New-MtlsCa i1 'I1' -Issuer (Get-MtlsCa one)).Role | Should -Be 'IntermediateCa'
            (New-MtlsCa i2 'I2' -Issuer ./one).Role | Should -Be 'IntermediateCa'
            (Get-MtlsCa one | New-MtlsCa i3 'I3').Role | Should -Be 'IntermediateCa'
            (Get-Item one | New-MtlsCa i4 'I4').Role | Should -Be 'IntermediateCa'
        }
    }

    Context 'behaviour' {
        It 'makes a folder of plain files' {
            $ca = New-MtlsCa plain 'Plain CA'
            Get-EveryFile plain | Should -Be 'ca.crt', 'ca.json', 'chain.crt', 'crlnumber', 'index.txt', 'index.txt.attr', 'private/ca.key'
            $ca.Path | Should -Be (Join-Path $folder plain)
            $ca.IsUnlocked | Should -BeTrue
            Get-Content -LiteralPath plain/private/ca.key -TotalCount 1 | Should -Be '-----BEGIN PRIVATE KEY-----'
        }

        It 'has the defaults of a root: P-384, ten years, no limit to the path' {
            $ca = New-MtlsCa defaults 'Defaults'
            "$($ca.Certificate.PublicKey)" | Should -Be 'ECDSA P-384'
            $ca.DaysLeft | Should -BeIn 3652, 3653
            $ca.Role | Should -Be 'RootCa'
            { $ca | New-MtlsCa d2 'D2' -PathLength 3 } | Should -Not -Throw
        }

        It 'makes <_>' -ForEach 'EcdsaP256', 'EcdsaP521', 'Rsa2048', 'Rsa3072', 'Rsa4096' {
            "$((New-MtlsCa "key-$_" $_ -KeyAlgorithm $_).Certificate.PublicKey)" -replace '[ -]' | Should -Be ($_ -replace 'Rsa', 'RSA' -replace 'Ecdsa', 'ECDSA')
        }

        It 'encrypts the key with a password' {
            $null = New-MtlsCa locked 'Locked' -Password $secret
            Get-Content -LiteralPath locked/private/ca.key -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
            (Get-MtlsCa locked).IsUnlocked | Should -BeFalse
            (Get-MtlsCa locked -Password $secret).IsUnlocked | Should -BeTrue
            (New-MtlsCa below-locked 'Below' -Issuer ./locked -IssuerPassword $secret).Role | Should -Be 'IntermediateCa'
        }

        It 'is recorded by its issuer, and its chain goes up to the root' {
            $root = New-MtlsCa root 'The Root'
            $below = $root | New-MtlsCa below 'The Intermediate'
            @(Get-MtlsCa root -Issued).Subject | Should -Be '/CN=The Intermediate'
            $below.Certificate.Chain.Name | Should -Be 'The Root'
            (Get-MtlsCertificate below/chain.crt).Name | Should -Be 'The Intermediate', 'The Root'
        }

        It 'writes its URLs into what it issues' {
            Assert-Peer openssl
            $ca = New-MtlsCa urls 'URLs' -CrlUrl http://pki.example/ca.crl -OcspUrl http://pki.example/ocsp -IssuerUrl http://pki.example/ca.crt
            $null = New-MtlsCertificate $ca x -Profile Client -OutFile urls.crt
            $text = Invoke-Peer openssl x509 -in urls.crt -noout -text
            $text | Should -Match 'URI:http://pki.example/ca.crl'
            $text | Should -Match 'OCSP - URI:http://pki.example/ocsp'
            $text | Should -Match 'CA Issuers - URI:http://pki.example/ca.crt'
        }

        It 'remembers its default profile' {
            $null = New-MtlsCa clients 'Clients' -DefaultProfile Client
            (New-MtlsCertificate ./clients x).Role | Should -Be 'Client'
        }
    }
}
