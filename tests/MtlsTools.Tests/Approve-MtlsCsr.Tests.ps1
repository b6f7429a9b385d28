BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $ca = New-MtlsCa ca 'The CA'
    New-BadFile $ca
    $null = New-Item -ItemType Directory inbox
    $null = New-MtlsCsr one -OutFile inbox/one.csr -OutKey one.key
    $null = New-MtlsCsr two -OutFile 'inbox/two [2].csr' -OutKey two.key
}

AfterAll { Pop-Location }

Describe 'Approve-MtlsCsr' {
    Context 'binding' {
        It 'takes requests by path, item and object, the CA by object and path' {
            (Approve-MtlsCsr ./ca inbox/one.csr, 'inbox/two [2].csr' -Profile Client).Name | Should -Be 'one', 'two'
            (Get-ChildItem inbox | Approve-MtlsCsr $ca -Profile Client).Name | Should -Be 'one', 'two'
            (Get-MtlsCsr inbox/*.csr | Approve-MtlsCsr ./ca -Profile Client).Name | Should -Be 'one', 'two'
            (Get-Item ca | ForEach-Object { Approve-MtlsCsr $_ inbox/one.csr -Profile Client }).Name | Should -Be 'one'
        }
    }

    Context 'behaviour' {
        It 'is a pipeline from request to store' {
            $items = New-MtlsCsr "pipeline-$([guid]::NewGuid().ToString('N'))" | Approve-MtlsCsr $ca -Profile Client | Import-MtlsToStore -Confirm:$false
            try {
                $items.StoreName | Should -Be 'My', 'Root'
                $items[0].HasPrivateKey | Should -BeTrue
            }
            finally { $items | Remove-MtlsStoreItem -Confirm:$false }
        }

        It 'keeps the key of a request that was made here, and has none for a file' {
            (New-MtlsCsr x | Approve-MtlsCsr $ca -Profile Client).HasPrivateKey | Should -BeTrue
            (Approve-MtlsCsr $ca inbox/one.csr -Profile Client).HasPrivateKey | Should -BeFalse
        }

        It "decides names itself when it is told to, else takes the request's" {
            $request = New-MtlsCsr asked -DnsName asked.example
            ($request | Approve-MtlsCsr $ca -Profile Client).San.Value | Should -Be 'asked.example'
            $decided = $request | Approve-MtlsCsr $ca -Profile Client -Subject 'CN=decided' -DnsName decided.example
            $decided.Name | Should -Be 'decided'
            $decided.San.Value | Should -Be 'decided.example'
        }

        It 'never takes CA:TRUE from a request' {
            Assert-Peer openssl
            $null = Invoke-Peer openssl req -new -newkey rsa:2048 -nodes -keyout greedy.key -subj /CN=greedy -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=keyCertSign' -out greedy.csr
            $issued = Approve-MtlsCsr $ca greedy.csr -Profile Client
            $issued.IsCa | Should -BeFalse
            $issued.CanSignCertificates | Should -BeFalse
        }

        It 'certifies a CA when that is the profile' {
            (Approve-MtlsCsr $ca inbox/one.csr -Profile Intermediate).Role | Should -Be 'IntermediateCa'
        }

        It 'explains itself with -Verbose, and warns of a long life' {
            $said = Approve-MtlsCsr $ca inbox/one.csr -Profile Client -Days 900 -Verbose 4>&1 3>&1 | Out-String
            $said | Should -Match 'serial number'
            $said | Should -Match '900 days'
        }
    }

    Context 'profiles' {
        BeforeAll {
            Set-Content -LiteralPath 'till [1].json' '{ "basedOn": "Client", "lifetimeDays": 3, "allowedNames": { "dns": ".shop.example", "subject": ["CN"] } }'
            Set-Content -LiteralPath 'till [1].psd1' "@{ basedOn = 'Client'; lifetimeDays = 3; allowedNames = @{ dns = '.shop.example'; subject = 'CN' } }"
            $null = New-Item -ItemType Directory -Path ca -Name profiles -Force
            Copy-Item -LiteralPath 'till [1].json' ca/profiles/till.json
        }

        It 'takes <Kind>' -ForEach @(
            @{ Kind = 'a JSON file'; Get = { './till [1].json' } }
            @{ Kind = 'a PowerShell data file'; Get = { 'till [1].psd1' } }
            @{ Kind = 'a file of Get-Item'; Get = { Get-Item -LiteralPath 'till [1].json' } }
            @{ Kind = 'a hashtable'; Get = { @{ name = 'till'; basedOn = 'Client'; lifetimeDays = 3; allowedNames = @{ dns = @('.shop.example'); subject = 'CN' } } } }
            @{ Kind = "the CA's own by name"; Get = { 'till' } }
        ) {
            $chosen = & $Get
            $issued = New-MtlsCsr till-1 -DnsName till-1.shop.example | Approve-MtlsCsr $ca -Profile $chosen
            $issued.Role | Should -Be 'Client'
            [int] ($issued.NotAfter - [DateTimeOffset]::UtcNow).TotalDays | Should -Be 3
            $refused = Get-OnlyError { New-MtlsCsr x -DnsName evil.example | Approve-MtlsCsr $ca -Profile $chosen }
            $refused.FullyQualifiedErrorId | Should -Be 'NameNotAllowed,MtlsTools.Commands.ApproveMtlsCsrCommand'
            $refused.CategoryInfo.Category | Should -Be 'SecurityError'
        }

        It 'refuses <Id>: <Because>' -ForEach @(
            @{ Id = 'ProfileNotFound'; Because = 'no profile of that name'; Text = $null; File = 'nope'; Category = 'ObjectNotFound'; Target = 'good.csr'; Ending = 'or give the path of a file (.json, .psd1).' }
            @{ Id = 'ProfileInvalid'; Because = 'an unknown field'; Text = '{ "basedOn": "Client", "days": 3 }'; File = './bad.json'; Category = 'InvalidData'; Target = 'bad.json'; Ending = 'subjectKeyIdentifier.' }
            @{ Id = 'ProfileInvalid'; Because = 'code in a data file'; Text = '@{ basedOn = (Set-Content ran.txt x) }'; File = './bad.psd1'; Category = 'InvalidData'; Target = 'bad.psd1'; Ending = 'and lists of them.' }
            @{ Id = 'ProfileInvalid'; Because = 'a data file that is none'; Text = 'Get-Date'; File = './bad.psd1'; Category = 'InvalidData'; Target = 'bad.psd1'; Ending = 'between @{ and }.' }
            @{ Id = 'ProfileInvalid'; Because = 'a data file that does not parse'; Text = '@{ basedOn = '; File = './bad.psd1'; Category = 'InvalidData'; Target = 'bad.psd1'; Ending = 'Correct it there.' }
            @{ Id = 'FileNotFound'; Because = 'a missing file'; Text = $null; File = './missing.json'; Category = 'ObjectNotFound'; Target = 'missing.json'; Ending = 'Check the path.' }
        ) {
            if ($Text) { Set-Content -LiteralPath $File $Text }
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr $ca good.csr -Profile $File }) $Id ApproveMtlsCsr $Category $Target $Ending
            'ran.txt' | Should -Not -Exist
        }

        It 'completes built-in names and profile files' {
            (TabExpansion2 'Approve-MtlsCsr ca x -Profile Ba').CompletionMatches[0].CompletionText | Should -Be 'Bare'
            (TabExpansion2 'Approve-MtlsCsr ca x -Profile ').CompletionMatches.ListItemText | Should -Contain 'till [1].json'
            (TabExpansion2 'Approve-MtlsCsr ca x -Profile ').CompletionMatches.ListItemText | Should -Not -Contain 'good.csr'
        }

        It 'warns of what is asked for and unwise: -SerialNumber, Bare, a century' {
            $null = New-MtlsCa century 'Century' -Days 36500 -WarningVariable long -WarningAction SilentlyContinue
            "$long" | Should -Match '36500 days'
            $issued = Approve-MtlsCsr ./century good.csr -Profile Bare -SerialNumber 0x01 -Days 36499 -WarningVariable told -WarningAction SilentlyContinue
            $issued.SerialNumber | Should -Be '01'
            "$told" | Should -Match 'no extensions'
            "$told" | Should -Match 'chosen serial number'
            "$told" | Should -Match '36499 days'
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr ./century good.csr -Profile Client -SerialNumber 1 }) SerialNumberUsed ApproveMtlsCsr ResourceExists century 'or leave it out for a random one.'
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr ./century good.csr -Profile Client -SerialNumber none }) SerialNumberInvalid ApproveMtlsCsr InvalidArgument good.csr 'or leave it out, for a random one.'
        }

        It '-CopyExtensions decides what of the request is taken, and tells what is not' {
            Assert-Peer openssl
            $null = Invoke-Peer openssl req -new -newkey rsa:2048 -nodes -keyout wish.key -subj /CN=wish -addext 'basicConstraints=critical,CA:TRUE' -addext 'subjectAltName=DNS:wish.example' -addext 'tlsfeature=status_request' -out wish.csr
            (Approve-MtlsCsr $ca wish.csr -Profile Client -CopyExtensions None).San | Should -BeNullOrEmpty
            $all = Approve-MtlsCsr $ca wish.csr -Profile Client -CopyExtensions All -WarningVariable told -WarningAction SilentlyContinue
            $all.San.Value | Should -Be 'wish.example'
            $all.Extensions.Oid | Should -Contain '1.3.6.1.5.5.7.1.24'
            $all.IsCa | Should -BeFalse
            "$told" | Should -Match 'basicConstraints is not granted'
            Approve-MtlsCsr $ca wish.csr -Profile Client -Verbose 4>&1 | Out-String | Should -Match 'basicConstraints is not granted: -CopyExtensions San'
        }

        It '-Verbose explains each extension' {
            Approve-MtlsCsr $ca good.csr -Profile Client -Verbose 4>&1 | Out-String -Width 300 | Should -Match 'extendedKeyUsage: clientAuth – this certificate may only be a TLS client \(RFC 5280 4\.2\.1\.12\)'
        }

        It '-AsOpenSsl prints what openssl would do, and does nothing' {
            Assert-Peer openssl
            $before = Get-Snapshot
            $script = Approve-MtlsCsr $ca good.csr -Profile Client -OutFile 'by openssl [1].crt' -AsOpenSsl
            Get-Snapshot | Should -Be $before
            Set-Content -LiteralPath approve.sh $script
            $null = Invoke-Peer bash approve.sh
            $theirs = Get-MtlsCertificate -LiteralPath 'by openssl [1].crt'
            $ours = Approve-MtlsCsr $ca good.csr -Profile Client
            $theirs.Extensions.Oid | Sort-Object | Should -Be ($ours.Extensions.Oid | Sort-Object)
            "$($theirs.Subject)" | Should -Be "$($ours.Subject)"
            (Test-MtlsCertificate -LiteralPath 'by openssl [1].crt' -TrustedCa ./ca -Purpose Client).Success | Should -BeTrue
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr $ca good.csr -Profile Server -Subject 'CN=My Server' -AsOpenSsl }) SanRequired ApproveMtlsCsr SecurityError good.csr 'Give -DnsName or -IPAddress.'
        }
    }

    Context 'errors' {
        BeforeAll {
            $null = New-MtlsCa locked-ca 'Locked CA' -Password $secret
            $null = $ca | New-MtlsCa deep 'At the end of the path'
            $der = (Get-MtlsCsr good.csr).Der.ToArray()
            $der[-1] = $der[-1] -bxor 1
            [IO.File]::WriteAllBytes("$folder/broken.csr", $der)
            $client = @{ Profile = 'Client' }
        }

        It '<Id>, for <File>; nothing is recorded and the next one is approved' -ForEach @(
            Get-BadFile Request
            @{ File = 'missing.csr'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'ca'; Id = 'FileNotReadable'; Category = 'PermissionDenied'; Ending = 'Name a file in it.' }
            @{ File = 'broken.csr'; Id = 'RequestSignatureInvalid'; Ending = 'Ask for a new request.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $before = @(Get-MtlsCa ca -Issued).Count
            $output = $null
            $failure = Get-OnlyError { Approve-MtlsCsr $ca $File, good.csr @client } ([ref] $output)
            Assert-MtlsError $failure $Id ApproveMtlsCsr ($Category ?? 'InvalidData') $File $Ending
            $output.Name | Should -Be 'good'
            @(Get-MtlsCa ca -Issued).Count | Should -Be ($before + 1)
        }

        It '<Id>, for <Because>; nothing is written or recorded' -ForEach @(
            @{ Id = 'ProfileRequired'; Because = 'neither a profile nor a default'; Run = { Approve-MtlsCsr $ca good.csr }; Category = 'InvalidArgument'; Target = 'good.csr'; Ending = 'Give -Profile Server, Client or Peer.' }
            @{ Id = 'ProfileNotIssuable'; Because = 'a root'; Run = { Approve-MtlsCsr $ca good.csr -Profile Root }; Category = 'InvalidArgument'; Target = 'good.csr'; Ending = 'Make it with New-MtlsCa, or use the profile Intermediate.' }
            @{ Id = 'SanRequired'; Because = 'a server without a host name'; Run = { Approve-MtlsCsr $ca good.csr -Profile Server -Subject 'CN=My Server' }; Category = 'SecurityError'; Target = 'good.csr'; Ending = 'Give -DnsName or -IPAddress.' }
            @{ Id = 'SubjectMissing'; Because = 'nobody'; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -Subject '' -San @() }; Category = 'InvalidArgument'; Target = 'good.csr'; Ending = 'Give -Subject, -DnsName or -IPAddress.' }
            @{ Id = 'IpAddressInDnsName'; Because = 'an IP address as a DNS name'; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -DnsName 10.0.0.1 }; Category = 'InvalidArgument'; Target = 'good.csr'; Ending = "(or 'IP:10.0.0.1') instead of a DNS name." }
            @{ Id = 'LifetimeBeyondIssuer'; Because = "an end after the issuer's"; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -Days 9999 -OutFile new.crt }; Category = 'SecurityError'; Target = 'good.csr'; Ending = 'use -AllowClamp to end with the issuer, or renew the issuer.' }
            @{ Id = 'PathLengthExceeded'; Because = 'a CA at the end of the path'; Run = { Approve-MtlsCsr ./deep good.csr -Profile Intermediate -OutFile new.crt }; Category = 'SecurityError'; Target = 'deep/ca.crt'; Ending = 'Use a CA with a larger path length.' }
            @{ Id = 'FileExists'; Because = 'an existing file'; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -OutFile other.crt }; Category = 'ResourceExists'; Target = 'other.crt'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'PathNotWritable'; Because = 'a place below a file'; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -OutFile regular-file/new.crt }; Category = 'PermissionDenied'; Target = 'regular-file/new.crt'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked CA'; Run = { Approve-MtlsCsr ./locked-ca good.csr -Profile Client -OutFile new.crt }; Category = 'AuthenticationError'; Target = 'locked-ca/private/ca.key'; Ending = '-Password for Get-MtlsCa.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password'; Run = { Approve-MtlsCsr ./locked-ca good.csr -Profile Client -CaPassword (Get-Secret wrong) }; Category = 'AuthenticationError'; Target = 'locked-ca/private/ca.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'NotAnAuthority'; Because = 'a folder that is no CA'; Run = { Approve-MtlsCsr ./inbox good.csr -Profile Client }; Category = 'ObjectNotFound'; Target = 'inbox'; Ending = 'Name a folder made by New-MtlsCa.' }
            @{ Id = 'PathNotFileSystem'; Because = 'a CA of another provider'; Run = { Approve-MtlsCsr Env:/ca good.csr -Profile Client }; Category = 'InvalidArgument'; Target = 'Env:/ca'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError $Run) $Id ApproveMtlsCsr $Category $Target $Ending
            Get-Snapshot | Should -Be $before
        }

        It 'a CA certificate without keyCertSign' {
            Assert-Peer openssl
            $null = New-MtlsCa weak 'Weak CA'
            $null = Invoke-Peer openssl req -x509 -new -key weak/private/ca.key -subj /CN=Weak -addext 'keyUsage=critical,cRLSign' -out weak/ca.crt -days 30
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr ./weak good.csr -Profile Client -Days 1 }) IssuerCannotSign ApproveMtlsCsr SecurityError weak/ca.crt "Use a CA's certificate."
            Get-MtlsCa weak -Issued | Should -BeNullOrEmpty
        }

        It '-AllowClamp ends with the issuer instead' {
            (Approve-MtlsCsr $ca good.csr -Profile Client -Days 9999 -AllowClamp -WarningAction Ignore).NotAfter | Should -Be $ca.NotAfter
        }

        It '-Force replaces the file' {
            $null = Approve-MtlsCsr $ca good.csr -Profile Client -OutFile again.crt
            $second = Approve-MtlsCsr $ca good.csr -Profile Client -OutFile again.crt -Force
            (Get-MtlsCertificate again.crt).SerialNumber | Should -Be $second.SerialNumber
        }
    }

    Context '-WhatIf' {
        It 'issues and writes nothing' {
            $before = Get-Snapshot
            Approve-MtlsCsr $ca good.csr -Profile Client -OutFile new.crt -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { Approve-MtlsCsr $ca good.csr -Profile Client -OutFile new.crt -WhatIf } | Should -BeLike "*Issue a Client certificate for 'CN=good'*new.crt*"
        }
    }

    Context 'stop' {
        It 'issues no more than the pipeline wants' {
            $before = @(Get-MtlsCa ca -Issued).Count
            Get-MtlsCsr inbox/*.csr | Approve-MtlsCsr $ca -Profile Client | Select-Object -First 1 | Should -Not -BeNullOrEmpty
            @(Get-MtlsCa ca -Issued).Count | Should -Be ($before + 1)
        }

        It 'does not wait for a lock that another process holds, and leaves nothing behind' {
            $null = New-MtlsCa busy 'Busy'
            $held = [IO.File]::Open("$folder/busy/.lock", 'OpenOrCreate', 'ReadWrite', 'None')
            try { Assert-StopsAtOnce 'Approve-MtlsCsr ./busy good.csr -Profile Client -OutFile waiting.crt' { Wait-Until { [IO.Directory]::GetFiles($folder, '.waiting.*').Count } } }
            finally { $held.Dispose() }
            Get-ChildItem -Force -Filter '*waiting*' | Should -BeNullOrEmpty
            Get-MtlsCa busy -Issued | Should -BeNullOrEmpty
        }
    }
}
