BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $secret = Get-Secret
    New-BadFile $ca
}

AfterAll { Pop-Location }

Describe 'New-MtlsCertificate' {
    Context 'binding' {
        It 'takes columns of a table' {
            $rows = "Name,Profile,DnsName,IPAddress,San,OutFile`na.example,Server,www.a.example,10.0.0.1,,a.crt`nb,Client,,,`"DNS:x.example,URI:spiffe://x/b`",b.crt" | ConvertFrom-Csv
            $made = $rows | New-MtlsCertificate $ca
            $made.Role | Should -Be 'Server', 'Client'
            "$($made[0].San)" | Should -Be 'DNS:www.a.example IP:10.0.0.1 DNS:a.example'
            "$($made[1].San)" | Should -Be 'DNS:x.example URI:spiffe://x/b'
            foreach ($name in 'a.crt', 'a.key', 'b.crt', 'b.key') { Test-Path -LiteralPath $name | Should -BeTrue }
        }
    }

    Context 'behaviour' {
        It 'makes a <Profile> certificate with the defaults of the house' -ForEach @(
            @{ Profile = 'Server'; Role = 'Server'; San = 'DNS:x.example' }
            @{ Profile = 'Client'; Role = 'Client'; San = $null }
            @{ Profile = 'Peer'; Role = 'Peer'; San = 'DNS:x.example' }
        ) {
            $made = New-MtlsCertificate $ca x.example -Profile $Profile
            $made.Role | Should -Be $Role
            "$($made.PublicKey)" | Should -Be 'ECDSA P-256'
            $made.DaysLeft | Should -BeIn 89, 90
            "$($made.San)" | Should -Be "$San"
            $made.SerialNumber.Length | Should -Be 32
            ([DateTimeOffset]::UtcNow - $made.NotBefore).TotalMinutes | Should -BeGreaterOrEqual 4.9
        }

        It 'writes the certificate with its intermediates, without the root' {
            $below = $ca | New-MtlsCa below 'Below'
            $made = New-MtlsCertificate $below web.example -Profile Server -OutFile web.crt -Password $secret
            (Get-MtlsCertificate web.crt).Name | Should -Be 'web.example', 'Below'
            $made.Chain.Name | Should -Be 'Below', 'The CA'
            Get-Content -LiteralPath web.key -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
        }

        It 'gives every certificate a serial number of its own' {
            $serials = (1..50 | ForEach-Object { [pscustomobject]@{ Name = "n$_" } } | New-MtlsCertificate $ca -Profile Client).SerialNumber
            ($serials | Sort-Object -Unique).Count | Should -Be 50
        }
    }

    Context 'profiles and openssl' {
        It 'takes the kind of key from the profile, and the serial number from the caller' {
            $made = New-MtlsCertificate $ca carol -Profile @{ name = 'rsa'; basedOn = 'Client'; keys = @{ algorithms = 'Rsa'; reuse = 'Allow' } } -SerialNumber 2A -WarningVariable told -WarningAction SilentlyContinue
            "$($made.PublicKey)" | Should -Be 'RSA 2048'
            $made.SerialNumber | Should -Be '2A'
            "$told" | Should -Match 'chosen serial number'
        }

        It '-AsOpenSsl prints a script that makes key and certificate, and does nothing itself' {
            Assert-Peer openssl
            $before = Get-Snapshot
            $script = New-MtlsCertificate $ca dora.example.com -Profile Server -OutFile 'dora [1].crt' -AsOpenSsl
            Get-Snapshot | Should -Be $before
            Set-Content -LiteralPath dora.sh $script
            $null = Invoke-Peer bash dora.sh
            (Compare-MtlsKeyPair 'dora [1].crt' 'dora [1].key').Match | Should -BeTrue
            (Get-MtlsCertificate -LiteralPath 'dora [1].crt').San.Value | Should -Be 'dora.example.com'
        }
    }

    Context 'errors' {
        BeforeAll {
            $null = New-MtlsCa locked-ca 'Locked CA' -Password $secret
            $null = $ca | New-MtlsCa deep 'At the end of the path'
        }

        It '<Id>, for <Because>; nothing is written and the next one is made' -ForEach @(
            @{ Id = 'ProfileRequired'; Because = 'neither a profile nor a default'; Row = @{ Name = 'x' }; Ending = 'Give -Profile Server, Client or Peer.' }
            @{ Id = 'ProfileNotIssuable'; Because = 'a root'; Row = @{ Name = 'x'; Profile = 'Root' }; Ending = 'Make it with New-MtlsCa, or use the profile Intermediate.' }
            @{ Id = 'SanRequired'; Because = 'a server without a host name'; Row = @{ Name = 'My Server'; Profile = 'Server'; OutFile = 'new.crt' }; Category = 'SecurityError'; Target = 'My Server'; Ending = 'Give -DnsName or -IPAddress.' }
            @{ Id = 'IpAddressInDnsName'; Because = 'an IP address as a DNS name'; Row = @{ Name = 'x'; Profile = 'Server'; DnsName = '10.0.0.1' }; Ending = "(or 'IP:10.0.0.1') instead of a DNS name." }
            @{ Id = 'CommonNameTooLong'; Because = 'a common name over 64 characters'; Row = @{ Name = 'x' * 65; Profile = 'Client' }; Target = 'x' * 65; Ending = 'Shorten it and put the long name into -DnsName.' }
            @{ Id = 'SubjectMissing'; Because = 'nobody'; Row = @{ Name = ''; Profile = 'Client'; OutFile = 'new.crt' }; Target = ''; Ending = 'Give -Subject, -DnsName or -IPAddress.' }
            @{ Id = 'NameInvalid'; Because = 'no distinguished name'; Row = @{ Name = 'XX=1'; Profile = 'Client' }; Target = 'XX=1'; Ending = "or '/C=FR/O=Acme/CN=api.example.com'." }
            @{ Id = 'FileExists'; Because = 'an existing certificate'; Row = @{ Name = 'x'; Profile = 'Client'; OutFile = 'good.crt' }; Category = 'ResourceExists'; Target = 'good.crt'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'FileExists'; Because = 'an existing key'; Row = @{ Name = 'x'; Profile = 'Client'; OutFile = 'new.crt'; OutKey = 'good.key' }; Category = 'ResourceExists'; Target = 'good.key'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'PathNotWritable'; Because = 'a place below a file'; Row = @{ Name = 'x'; Profile = 'Client'; OutFile = 'regular-file/new.crt' }; Category = 'PermissionDenied'; Target = 'regular-file/new.key'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PathNotWritable'; Because = 'a folder that does not exist'; Row = @{ Name = 'x'; Profile = 'Client'; OutFile = 'missing/new.crt'; OutKey = 'new.key' }; Category = 'PermissionDenied'; Target = 'missing/new.crt'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Row = @{ Name = 'x'; Profile = 'Client'; OutFile = 'Variable:/x' }; Target = 'Variable:/x'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $before = Get-Snapshot
            $output = $null
            $null = Get-OnlyError { [pscustomobject] $Row | New-MtlsCertificate $ca }
            Get-Snapshot | Should -Be $before
            $failure = Get-OnlyError { [pscustomobject] $Row, [pscustomobject] @{ Name = 'next'; Profile = 'Client' } | New-MtlsCertificate $ca } ([ref] $output)
            Assert-MtlsError $failure $Id NewMtlsCertificate ($Category ?? 'InvalidArgument') ($Target ?? 'x') $Ending
            $output.Name | Should -Be 'next'
        }

        It '<Id>, for <Because>; nothing is written or recorded' -ForEach @(
            @{ Id = 'LifetimeBeyondIssuer'; Because = "an end after the issuer's"; Run = { New-MtlsCertificate $ca x -Profile Client -Days 9999 -OutFile new.crt }; Category = 'SecurityError'; Target = 'x'; Ending = 'use -AllowClamp to end with the issuer, or renew the issuer.' }
            @{ Id = 'LifetimeInvalid'; Because = 'an end before the beginning'; Run = { New-MtlsCertificate $ca x -Profile Client -NotAfter 2001-01-01 -OutFile new.crt }; Category = 'InvalidArgument'; Target = 'x'; Ending = 'Give a later -NotAfter, or more -Days.' }
            @{ Id = 'LifetimeInvalid'; Because = 'an end beyond the calendar'; Run = { New-MtlsCertificate $ca x -Profile Client -Days ([int]::MaxValue) }; Category = 'InvalidArgument'; Target = 'x'; Ending = 'Give fewer -Days.' }
            @{ Id = 'PathLengthExceeded'; Because = 'a CA at the end of the path'; Run = { New-MtlsCertificate ./deep x -Profile Intermediate -OutFile new.crt }; Category = 'SecurityError'; Target = 'deep/ca.crt'; Ending = 'Use a CA with a larger path length.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked CA'; Run = { New-MtlsCertificate ./locked-ca x -Profile Client -OutFile new.crt }; Category = 'AuthenticationError'; Target = 'locked-ca/private/ca.key'; Ending = '-Password for Get-MtlsCa.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password of the CA'; Run = { New-MtlsCertificate ./locked-ca x -Profile Client -CaPassword (Get-Secret wrong) }; Category = 'AuthenticationError'; Target = 'locked-ca/private/ca.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'NotAnAuthority'; Because = 'a CA that is a file'; Run = { New-MtlsCertificate ./good.crt x -Profile Client }; Category = 'ObjectNotFound'; Target = 'good.crt'; Ending = 'it is a file. Name a folder made by New-MtlsCa.' }
            @{ Id = 'PathNotFileSystem'; Because = 'a CA of another provider'; Run = { New-MtlsCertificate Env:/ca x -Profile Client }; Category = 'InvalidArgument'; Target = 'Env:/ca'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { New-MtlsCertificate $ca x -Profile Client -Key locked.key -OutFile new.crt }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password of the key'; Run = { New-MtlsCertificate $ca x -Profile Client -Key locked.key -Password (Get-Secret wrong) -OutFile new.crt }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { New-MtlsCertificate $ca x -Profile Client -Key twokeys.pem -OutFile new.crt }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'NoNewKey'; Because = 'a place for a key that exists'; Run = { New-MtlsCertificate $ca x -Profile Client -Key good.key -OutKey new.key }; Category = 'InvalidArgument'; Target = 'new.key'; Ending = 'Leave out -OutKey or -Key.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'a password that is null'; Run = { New-MtlsCertificate $ca x -Profile Client -OutFile new.crt -Password $null }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
        ) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError $Run) $Id NewMtlsCertificate $Category $Target $Ending
            Get-Snapshot | Should -Be $before
        }

        It '<Id>, for -Key <File>; nothing is written or recorded' -ForEach @(Get-BadFile Key) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError { New-MtlsCertificate $ca x -Profile Client -Key $File -OutFile new.crt }) $Id NewMtlsCertificate InvalidData $File $Ending
            Get-Snapshot | Should -Be $before
        }

        It 'a CA certificate without keyCertSign' {
            Assert-Peer openssl
            $null = New-MtlsCa weak 'Weak CA'
            $null = Invoke-Peer openssl req -x509 -new -key weak/private/ca.key -subj /CN=Weak -addext 'keyUsage=critical,cRLSign' -out weak/ca.crt -days 30
            Assert-MtlsError (Get-OnlyError { New-MtlsCertificate ./weak x -Profile Client -Days 1 }) IssuerCannotSign NewMtlsCertificate SecurityError weak/ca.crt "Use a CA's certificate."
            Get-MtlsCa weak -Issued | Should -BeNullOrEmpty
        }

        It '-AllowClamp ends with the issuer instead' {
            (New-MtlsCertificate $ca x -Profile Client -Days 9999 -AllowClamp -WarningAction Ignore).NotAfter | Should -Be $ca.NotAfter
        }
    }

    Context '-WhatIf' {
        It 'makes, writes and records nothing, and names both files' {
            $before = Get-Snapshot
            New-MtlsCertificate $ca x -Profile Client -OutFile new.crt -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { New-MtlsCertificate $ca x -Profile Client -OutFile new.crt -WhatIf } | Should -BeLike "*Issue a Client certificate for 'CN=x' into *new.crt and *new.key*"
        }
    }

    Context 'stop' {
        It 'issues no more than the pipeline wants' {
            $before = @(Get-MtlsCa ca -Issued).Count
            1..100 | ForEach-Object { [pscustomobject]@{ Name = "n$_" } } | New-MtlsCertificate $ca -Profile Client | Select-Object -First 1 | Should -Not -BeNullOrEmpty
            @(Get-MtlsCa ca -Issued).Count | Should -Be ($before + 1)
        }

        It 'does not wait for a lock that another process holds, and leaves nothing behind' {
            $null = New-MtlsCa busy 'Busy'
            $held = [IO.File]::Open("$folder/busy/.lock", 'OpenOrCreate', 'ReadWrite', 'None')
            try { Assert-StopsAtOnce 'New-MtlsCertificate ./busy x -Profile Client -OutFile waiting.crt' { Wait-Until { [IO.Directory]::GetFiles($folder, '.waiting.*').Count } } }
            finally { $held.Dispose() }
            Get-ChildItem -Force -Filter '*waiting*' | Should -BeNullOrEmpty
            Get-MtlsCa busy -Issued | Should -BeNullOrEmpty
        }
    }
}
