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

        It 'asks at the prompt for what is not given' {
            $asked = 'Prompted CA' | & (Get-Process -Id $PID).Path -NoProfile -Command "Import-Module '$((Get-Module MtlsTools).Path)'; (New-MtlsCa -OutDirectory ./prompted).Name"
            $asked[-1] | Should -Be 'Prompted CA'
            (Get-MtlsCa prompted).Certificate.Subject.CommonName | Should -Be 'Prompted CA'
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
            Get-EveryFile plain | Should -Be 'audit.jsonl', 'ca.crt', 'ca.json', 'chain.crt', 'crlnumber', 'index.txt', 'index.txt.attr', 'private/ca.key', 'serial'
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

        It 'makes <_>' -ForEach 'EcdsaP256', 'EcdsaP521', 'Rsa2048', 'Rsa3072' {
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

        It 'limits what it certifies' {
            Assert-Peer openssl
            $ca = New-MtlsCa limited 'Limited' -PermittedName DNS:example.com, IP:10.0.0.0/8 -ExcludedName DNS:no.example.com -ExtendedKeyUsage ServerAuth
            $text = Invoke-Peer openssl x509 -in limited/ca.crt -noout -text
            $text | Should -Match 'Name Constraints: critical'
            $text | Should -Match 'TLS Web Server Authentication'
            (New-MtlsCertificate $ca www.example.com -Profile Server).Name | Should -Be 'www.example.com'
            foreach ($refused in { New-MtlsCertificate $ca www.example.org -Profile Server }, { New-MtlsCertificate $ca no.example.com -Profile Server }) {
                (Get-OnlyError $refused).FullyQualifiedErrorId | Should -BeLike 'NameConstraintViolated,*'
            }
            (Get-OnlyError { New-MtlsCertificate $ca x -Profile Client -San DNS:x.example.com }).FullyQualifiedErrorId | Should -BeLike 'UsageNotPermitted,*'
        }

        It 'writes the request of an intermediate that others sign' {
            Assert-Peer openssl
            $request = New-MtlsCa asking 'Asking' -OutCsr asking.csr -PathLength 1 -PermittedName DNS:example.com
            $request.GetType().Name | Should -Be 'CertificateSigningRequest'
            $text = Invoke-Peer openssl req -in asking.csr -noout -text -verify
            $text | Should -Match 'CA:TRUE, pathlen:1'
            $text | Should -Match 'DNS:example.com'
            Get-EveryFile asking | Should -Be 'ca.csr', 'ca.json', 'crlnumber', 'index.txt', 'index.txt.attr', 'private/ca.key', 'serial'
        }

        It 'adopts a certificate and a key, and keeps the key encrypted' {
            Assert-Peer openssl
            $null = Invoke-Peer openssl req -x509 -newkey rsa:2048 -passout 'pass:correct horse' -keyout 'root CA-key.pem' -out 'root CA.pem' -subj /CN=Elsewhere -days 30
            (New-MtlsCa adopted -Certificate 'root CA.pem' -Key 'root CA-key.pem' -KeyPassword $secret).Name | Should -Be 'Elsewhere'
            Get-Content adopted/private/ca.key -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
            $null = New-MtlsCertificate ./adopted x -CaPassword $secret -Profile Client -Days 9 -OutFile adopted-x.crt
            Invoke-Peer openssl verify -CAfile 'root CA.pem' adopted-x.crt | Should -Match 'OK'
        }

        It 'remembers its default profile' {
            $null = New-MtlsCa clients 'Clients' -DefaultProfile Client
            (New-MtlsCertificate ./clients x).Role | Should -Be 'Client'
        }
    }

    Context 'errors' {
        BeforeAll {
            $null = New-MtlsCa good 'Good Root'
            $null = Get-MtlsCa good | New-MtlsCa deep 'At the end of the path'
            $null = New-MtlsCa locked-root 'Locked Root' -Password $secret
            $null = New-Item -ItemType Directory no-ca
            [IO.File]::WriteAllText("$folder/regular-file", 'x')
        }

        It '<Id>, for <Because>; nothing is left behind' -ForEach @(
            @{ Id = 'FileExists'; Because = 'a folder with content'; Run = { New-MtlsCa good X }; Category = 'ResourceExists'; Target = 'good'; Ending = 'to move the old one aside and start anew.' }
            @{ Id = 'FileExists'; Because = 'a folder with content, told by -WhatIf already'; Run = { New-MtlsCa good X -WhatIf }; Category = 'ResourceExists'; Target = 'good'; Ending = 'to move the old one aside and start anew.' }
            @{ Id = 'FileExists'; Because = 'a file in its place'; Run = { New-MtlsCa regular-file X -Force }; Category = 'ResourceExists'; Target = 'regular-file'; Ending = 'Choose another name.' }
            @{ Id = 'PathNotWritable'; Because = 'a place below a file'; Run = { New-MtlsCa regular-file/ca X }; Category = 'PermissionDenied'; Target = 'regular-file/ca'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Run = { New-MtlsCa Env:/ca X }; Category = 'InvalidArgument'; Target = 'Env:/ca'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'NameInvalid'; Because = 'what is no distinguished name'; Run = { New-MtlsCa new 'XX=1' }; Category = 'InvalidArgument'; Target = 'new'; Ending = "or '/C=FR/O=Acme/CN=api.example.com'." }
            @{ Id = 'CommonNameTooLong'; Because = 'a name over 64 characters'; Run = { New-MtlsCa new ('x' * 65) }; Category = 'InvalidArgument'; Target = 'new'; Ending = 'Shorten it and put the long name into -DnsName.' }
            @{ Id = 'SubjectMissing'; Because = 'an empty name'; Run = { New-MtlsCa new ' ' }; Category = 'InvalidArgument'; Target = 'new'; Ending = 'Give -Name or -Subject.' }
            @{ Id = 'NotAnAuthority'; Because = 'an issuer that is no CA'; Run = { New-MtlsCa new X -Issuer ./no-ca }; Category = 'ObjectNotFound'; Target = 'no-ca'; Ending = 'Name a folder made by New-MtlsCa.' }
            @{ Id = 'NotAnAuthority'; Because = 'an issuer that does not exist'; Run = { New-MtlsCa new X -Issuer ./missing }; Category = 'ObjectNotFound'; Target = 'missing'; Ending = 'it does not exist. Name a folder made by New-MtlsCa.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked issuer'; Run = { New-MtlsCa new X -Issuer ./locked-root }; Category = 'AuthenticationError'; Target = 'locked-root/private/ca.key'; Ending = '-IssuerPassword when making a CA below it, -Password for Get-MtlsCa.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password of the issuer'; Run = { New-MtlsCa new X -Issuer ./locked-root -IssuerPassword (Get-Secret wrong) }; Category = 'AuthenticationError'; Target = 'locked-root/private/ca.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'PathLengthExceeded'; Because = 'an issuer at the end of the path'; Run = { New-MtlsCa new X -Issuer ./deep }; Category = 'SecurityError'; Target = 'deep/ca.crt'; Ending = 'Use a CA with a larger path length.' }
            @{ Id = 'LifetimeBeyondIssuer'; Because = 'an end after the issuer''s'; Run = { New-MtlsCa new X -Issuer ./good -Days 9999 }; Category = 'SecurityError'; Target = 'new'; Ending = 'use -AllowClamp to end with the issuer, or renew the issuer.' }
            @{ Id = 'LifetimeInvalid'; Because = 'an end before the beginning'; Run = { New-MtlsCa new X -NotBefore 2030-01-02 -NotAfter 2030-01-01 }; Category = 'InvalidArgument'; Target = 'new'; Ending = 'Give a later -NotAfter, or more -Days.' }
            @{ Id = 'NameInvalid'; Because = 'what is no name constraint'; Run = { New-MtlsCa new X -PermittedName example.com }; Category = 'InvalidArgument'; Target = 'new'; Ending = 'URI:.example.com or dirName:O=Acme,C=FR.' }
            @{ Id = 'FileExists'; Because = 'a request that is there'; Run = { New-MtlsCa new X -OutCsr regular-file }; Category = 'ResourceExists'; Target = 'regular-file'; Ending = 'or choose another name.' }
            @{ Id = 'KeyRequired'; Because = 'a CA without its key'; Run = { New-MtlsCa new -Certificate good/ca.crt }; Category = 'ObjectNotFound'; Target = 'good/ca.crt'; Ending = 'Give the key file with -Key.' }
            @{ Id = 'KeyMismatch'; Because = 'another CA''s key'; Run = { New-MtlsCa new -Certificate good/ca.crt -Key deep/private/ca.key }; Category = 'InvalidData'; Target = 'deep/private/ca.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'ChainMissing'; Because = 'an intermediate without its chain'; Run = { New-MtlsCa new -Certificate deep/ca.crt -Key deep/private/ca.key }; Category = 'ObjectNotFound'; Target = 'deep/ca.crt'; Ending = 'up to the root, with -Chain.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'an issuer that is null: a misspelt variable must not make a root'; Run = { New-MtlsCa new X -Issuer $null }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'a password that is null: a misspelt variable must not leave the key open'; Run = { New-MtlsCa new X -Password $null }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
        ) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError $Run) $Id NewMtlsCa $Category $Target $Ending
            Get-Snapshot | Should -Be $before
        }

        It 'an issuer without keyCertSign' {
            Assert-Peer openssl
            $null = New-MtlsCa weak 'Weak CA'
            $null = Invoke-Peer openssl req -x509 -new -key weak/private/ca.key -subj /CN=Weak -addext 'keyUsage=critical,cRLSign' -out weak/ca.crt -days 30
            Assert-MtlsError (Get-OnlyError { New-MtlsCa new X -Issuer ./weak -Days 1 }) IssuerCannotSign NewMtlsCa SecurityError weak/ca.crt "Use a CA's certificate."
            'new' | Should -Not -Exist
        }

        It 'goes on with the next issuer' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { './missing', './good' | New-MtlsCa next 'Next' } ([ref] $output)) NotAnAuthority NewMtlsCa ObjectNotFound missing 'Name a folder made by New-MtlsCa.'
            $output.Name | Should -Be 'Next'
        }

        It '-AllowClamp ends with the issuer instead' {
            (New-MtlsCa clamped 'Clamped' -Issuer ./good -Days 9999 -AllowClamp -WarningAction Ignore).NotAfter | Should -Be (Get-MtlsCa good).NotAfter
        }

        It '-Force moves the old CA aside and never deletes it' {
            $null = New-MtlsCa replaced 'First'
            (New-MtlsCa replaced 'Second' -Force).Name | Should -Be 'Second'
            (Get-MtlsCa 'replaced.replaced-*').Name | Should -Be 'First'
        }
    }

    Context '-WhatIf' {
        It 'makes nothing, and says what would be moved' {
            $null = New-MtlsCa existing 'Existing'
            $before = Get-Snapshot
            New-MtlsCa not-yet 'Not yet' -WhatIf | Should -BeNullOrEmpty
            Get-MtlsCa existing | New-MtlsCa not-yet 'Not yet' -WhatIf | Should -BeNullOrEmpty
            New-MtlsCa existing 'Not yet' -Force -WhatIf | Should -BeNullOrEmpty
            New-MtlsCa not-yet 'Not yet' -OutCsr not-yet.csr -WhatIf | Should -BeNullOrEmpty
            New-MtlsCa not-yet -Certificate existing/ca.crt -Key existing/private/ca.key -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { New-MtlsCa existing 'Not yet' -Force -WhatIf } | Should -BeLike "*Create the root CA 'Not yet', moving aside what is there*existing*"
        }
    }

    Context 'stop' {
        It 'does not wait for a lock that another process holds, and leaves nothing behind' {
            $null = New-MtlsCa busy 'Busy'
            $held = [IO.File]::Open("$folder/busy/.lock", 'OpenOrCreate', 'ReadWrite', 'None')
            try { Assert-StopsAtOnce 'New-MtlsCa waiting Waiting -Issuer ./busy' { Wait-Until { [IO.Directory]::GetDirectories($folder, '.waiting.*').Count } } }
            finally { $held.Dispose() }
            Get-ChildItem -Force -Filter '*waiting*' | Should -BeNullOrEmpty
        }
    }
}
