BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    New-BadFile (New-MtlsCa ca 'The CA')
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
        It 'takes the subject as a hashtable in the usual order, as an ordered one in its own, and as a name' {
            "$((New-MtlsCsr @{ O = 'Acme'; CN = 'api'; C = 'FR'; OU = 'a', 'b' }).Subject)" | Should -Be 'CN=api,OU=b,OU=a,O=Acme,C=FR'
            "$((New-MtlsCsr -Subject ([ordered]@{ O = 'Acme'; CN = 'api' })).Subject)" | Should -Be 'O=Acme,CN=api'
            "$((New-MtlsCsr ([MtlsTools.Names.DistinguishedName]::Parse('/C=FR/CN=x'))).Subject)" | Should -Be 'CN=x,C=FR'
            "$(([pscustomobject]@{ Subject = @{ CN = 'piped' } } | New-MtlsCsr).Subject)" | Should -Be 'CN=piped'
        }

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

    Context 'openssl' {
        It '-AsOpenSsl prints a script that makes key and request, and does nothing itself' {
            Assert-Peer openssl
            $before = Get-Snapshot
            $script = New-MtlsCsr 'CN=erin,O=Acme' -DnsName erin.example -OutFile 'erin [1].csr' -KeyAlgorithm EcdsaP384 -AsOpenSsl
            Get-Snapshot | Should -Be $before
            Set-Content -LiteralPath erin.sh $script
            $null = Invoke-Peer bash erin.sh
            $made = Get-MtlsCsr -LiteralPath 'erin [1].csr'
            "$($made.Subject) $($made.San) $($made.PublicKey)" | Should -Be 'CN=erin,O=Acme DNS:erin.example ECDSA P-384'
            (Compare-MtlsKeyPair 'erin [1].csr' 'erin [1].key').Match | Should -BeTrue
        }

        It 'takes no lifetime, which a request has no place for, and no key twice' {
            $parameters = (Get-Command New-MtlsCsr).Parameters.Keys
            $parameters | Should -Not -Contain 'Days'
            $parameters | Should -Not -Contain 'NotAfter'
            Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key first.key -OutKey again.key }) NoNewKey NewMtlsCsr InvalidArgument again.key 'Leave out -OutKey or -Key.'
        }

        It 'asks for no extensions but its names: they are for the CA to decide' {
            (New-MtlsCsr plain).RequestedExtensions | Should -BeNullOrEmpty
            (New-MtlsCsr named -DnsName named.example).RequestedExtensions | Should -Be '2.5.29.17'
        }
    }

    Context 'keys of the platform' {
        It '-KeyStorage <_> is for Windows, and says so before anything is done' -Skip:$IsWindows -ForEach 'Cng', 'Tpm' {
            $before = Get-Snapshot
            $failure = Get-OnlyError { 'a', 'b' | ForEach-Object { [pscustomobject]@{ Name = $_ } } | New-MtlsCsr -KeyStorage $_ -OutFile new.csr }
            Assert-MtlsError $failure PlatformNotSupported NewMtlsCsr NotImplemented $_ 'is taken as an object of .NET with -Key.'
            Get-Snapshot | Should -Be $before
        }

        It '-<Name> means nothing for a key file' -ForEach @{ Name = 'KeyName'; Value = 'x' }, @{ Name = 'Location'; Value = 'LocalMachine' } {
            $more = @{ $Name = $Value }
            Assert-MtlsError (Get-OnlyError { New-MtlsCsr x @more }) ParameterNotUsed NewMtlsCsr InvalidArgument $Name 'or add -KeyStorage Cng or Tpm.'
        }

        It 'takes a key object of .NET and uses it where it is' {
            $key = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve+NamedCurves]::nistP256)
            (New-MtlsCsr x -Key $key -OutFile object.csr).SignatureValid | Should -BeTrue
            'object.key' | Should -Not -Exist
            Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key ([System.Security.Cryptography.ECDiffieHellman]::Create()) }) KeyNotSupported NewMtlsCsr NotImplemented x 'Use RSA or an elliptic curve key.'
        }

        It 'a key in CNG never leaves it, and its certificate finds it in another session: <_>' -Skip:(-not $IsWindows) -ForEach 'EcdsaP256', 'Rsa2048' {
            $request = New-MtlsCsr "cng-$_" -KeyAlgorithm $_ -KeyStorage Cng -OutFile "cng-$_.csr"
            "cng-$_.key" | Should -Not -Exist
            { $request.PrivateKey.ExportPkcs8() } | Should -Throw '*can not be exported*'
            @(Get-ChildItem Cert:\CurrentUser\REQUEST | Where-Object Subject -EQ "CN=cng-$_").Count | Should -Be 1
            $certificate = Approve-MtlsCsr ca "cng-$_.csr" -Profile Client -OutFile "cng-$_.crt"
            $module = Split-Path (Get-Module MtlsTools).Path
            $null = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$module/MtlsTools.psd1'; Set-Location -LiteralPath '$folder'; Import-MtlsToStore 'cng-$_.crt' -SkipChain -Confirm:`$false"
            $item = Get-MtlsStoreItem -Thumbprint $certificate.Thumbprint -StoreName My
            try {
                $item.HasPrivateKey | Should -BeTrue
                $item.Certificate.HasPrivateKey | Should -BeTrue
                @(Get-ChildItem Cert:\CurrentUser\REQUEST | Where-Object Subject -EQ "CN=cng-$_").Count | Should -Be 0
                $server = New-MtlsCertificate ca localhost -DnsName localhost -Profile Server | Start-MtlsServer -ClientCa ca
                try { ($server | Test-MtlsConnection -Certificate $item -TrustedCa ca).ClientCertificateAccepted | Should -BeTrue }
                finally { $server | Stop-MtlsServer }
                Assert-MtlsError (Get-OnlyError { Export-MtlsCertificate $item -Format Pfx -OutFile copy.pfx -Password $secret }) KeyNotExportable ExportMtlsCertificate PermissionDenied "$($item)" 'or make a new key for what needs a file.'
            }
            finally { $item | Remove-MtlsStoreItem -Confirm:$false }
        }

        It 'a name that is taken is refused, and what fails leaves no key behind' -Skip:(-not $IsWindows) {
            $name = "MtlsTools test $(New-Guid)"
            $null = New-MtlsCsr x -KeyStorage Cng -KeyName $name -OutFile good.csr -ErrorAction SilentlyContinue
            [System.Security.Cryptography.CngKey]::Exists($name) | Should -BeFalse
            $request = New-MtlsCsr taken -KeyStorage Cng -KeyName $name
            try {
                Assert-MtlsError (Get-OnlyError { New-MtlsCsr again -KeyStorage Cng -KeyName $name }) KeyExists NewMtlsCsr ResourceExists again 'or leave it out.'
                Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -KeyStorage Cng -Password $secret }) ParameterNotUsed NewMtlsCsr InvalidArgument Password 'or leave out -KeyStorage for a key file.'
            }
            finally {
                [System.Security.Cryptography.CngKey]::Open($name).Delete()
                Get-ChildItem Cert:\CurrentUser\REQUEST | Where-Object Subject -EQ 'CN=taken' | Remove-Item
            }
        }

        It '-WhatIf names the storage, and makes no key' -Skip:(-not $IsWindows) {
            $name = "MtlsTools test $(New-Guid)"
            Get-WhatIfText { New-MtlsCsr x -KeyStorage Cng -KeyName $name -WhatIf } | Should -BeLike "*the key '$name' in Microsoft Software Key Storage Provider (this user's, not exportable)*"
            [System.Security.Cryptography.CngKey]::Exists($name) | Should -BeFalse
        }
    }

    Context 'errors' {
        It '<Id>, for <Because>; nothing is written and the next one is made' -ForEach @(
            @{ Id = 'FileExists'; Because = 'an existing request'; Row = @{ Name = 'x'; OutFile = 'good.csr' }; Category = 'ResourceExists'; Target = 'good.csr'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'FileExists'; Because = 'an existing key'; Row = @{ Name = 'x'; OutFile = 'new.csr'; OutKey = 'good.key' }; Category = 'ResourceExists'; Target = 'good.key'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'FileExists'; Because = 'a folder in its place'; Row = @{ Name = 'x'; OutFile = 'ca' }; Category = 'ResourceExists'; Target = 'ca'; Ending = 'Name a file in it.' }
            @{ Id = 'FileExists'; Because = 'one name for both files'; Row = @{ Name = 'x'; OutFile = 'new.key' }; Category = 'ResourceExists'; Target = 'new.key'; Ending = 'Give -OutKey another name.' }
            @{ Id = 'PathNotWritable'; Because = 'a place below a file'; Row = @{ Name = 'x'; OutFile = 'regular-file/new.csr' }; Category = 'PermissionDenied'; Target = 'regular-file/new.key'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PathNotWritable'; Because = 'a key below a file'; Row = @{ Name = 'x'; OutFile = 'new.csr'; OutKey = 'regular-file/new.key' }; Category = 'PermissionDenied'; Target = 'regular-file/new.key'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Row = @{ Name = 'x'; OutFile = 'Env:/x.csr' }; Target = 'Env:/x.csr'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'IpAddressInDnsName'; Because = 'an IP address as a DNS name'; Row = @{ Name = 'x'; DnsName = '10.0.0.1' }; Target = 'x'; Ending = "Use -IPAddress 10.0.0.1 (or 'IP:10.0.0.1') instead of a DNS name." }
            @{ Id = 'NameInvalid'; Because = 'no host name'; Row = @{ Name = 'x'; DnsName = 'a b' }; Target = 'x'; Ending = 'Correct it.' }
            @{ Id = 'NameInvalid'; Because = 'no IP address'; Row = @{ Name = 'x'; IPAddress = '300.1.1.1' }; Target = 'x'; Ending = 'Write it as 10.0.0.1 or 2001:db8::1.' }
            @{ Id = 'NameInvalid'; Because = 'no distinguished name'; Row = @{ Name = 'XX=1' }; Target = 'XX=1'; Ending = "or '/C=FR/O=Acme/CN=api.example.com'." }
            @{ Id = 'CommonNameTooLong'; Because = 'a common name over 64 characters'; Row = @{ Name = 'x' * 65 }; Target = 'x' * 65; Ending = 'Shorten it and put the long name into -DnsName.' }
            @{ Id = 'SubjectMissing'; Because = 'nobody'; Row = @{ Name = ''; OutFile = 'new.csr' }; Target = ''; Ending = 'Give -Subject, -DnsName or -IPAddress.' }
        ) {
            $before = Get-Snapshot
            $output = $null
            $failure = Get-OnlyError { [pscustomobject] $Row, [pscustomobject] @{ Name = 'next' } | New-MtlsCsr } ([ref] $output)
            Assert-MtlsError $failure $Id NewMtlsCsr ($Category ?? 'InvalidArgument') $Target $Ending
            $output.Subject.CommonName | Should -Be 'next'
            Get-Snapshot | Should -Be $before
        }

        It '<Id>, for -Key <File>; nothing is written' -ForEach @(Get-BadFile Key) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key $File -OutFile new.csr }) $Id NewMtlsCsr InvalidData $File $Ending
            Get-Snapshot | Should -Be $before
        }

        It '<Id>, for <Because>; nothing is written' -ForEach @(
            @{ Id = 'FileNotFound'; Because = 'a key that does not exist'; Key = 'missing.key'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ Id = 'FileNotReadable'; Because = 'a folder for a key'; Key = 'ca'; Category = 'PermissionDenied'; Ending = 'Name a file in it.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Key = 'twokeys.pem'; Category = 'InvalidData'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a password that is missing'; Key = 'locked.key'; Category = 'AuthenticationError'; Ending = 'Give its password.' }
            @{ Id = 'PasswordWrong'; Because = 'a password that is wrong'; Key = 'locked.key'; More = @{ Password = 'wrong' }; Category = 'AuthenticationError'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Key = 'Env:/PATH'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'NoNewKey'; Because = 'a place for a key that exists'; Key = 'good.key'; More = @{ OutKey = 'new.key' }; Category = 'InvalidArgument'; Target = 'new.key'; Ending = 'Leave out -OutKey or -Key.' }
        ) {
            $before = Get-Snapshot
            $more = $More ? $More.Clone() : @{}
            if ($more.Password) { $more.Password = Get-Secret $more.Password }
            Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key $Key -OutFile new.csr @more }) $Id NewMtlsCsr $Category ($Target ?? $Key) $Ending
            Get-Snapshot | Should -Be $before
        }

        It 'a password that is null: a misspelt variable must not leave the key open' {
            Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -OutFile new.csr -Password $null }) ParameterArgumentValidationError NewMtlsCsr InvalidData '' 'and then try running the command again.'
            'new.key' | Should -Not -Exist
        }

        It '-Force replaces both files' {
            $null = New-MtlsCsr replaced -OutFile replaced.csr
            $second = New-MtlsCsr second -OutFile replaced.csr -Force
            Compare-MtlsKeyPair replaced.csr replaced.key $second -Quiet | Should -BeTrue
        }
    }

    Context '-WhatIf' {
        It 'writes nothing, and names both files' {
            $before = Get-Snapshot
            New-MtlsCsr x -OutFile 'not yet.csr' -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { New-MtlsCsr x -OutFile 'not yet.csr' -WhatIf } | Should -BeLike "*'CN=x'*not yet.csr and *not yet.key*"
        }
    }

    Context 'stop' {
        It 'makes no more than the pipeline wants' {
            1..100 | ForEach-Object { [pscustomobject] @{ Name = "n$_"; OutFile = "stream-$_.csr" } } | New-MtlsCsr | Select-Object -First 2 | Should -HaveCount 2
            Get-ChildItem stream-*.csr | Should -HaveCount 2
        }
    }
}
