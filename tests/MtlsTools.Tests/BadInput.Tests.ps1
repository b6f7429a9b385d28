# Everything that can be wrong with what people give: one clear error with a stable id, and the next record goes on.
BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $ca = New-MtlsCa ca -Name 'Good CA'
    $good = New-MtlsCertificate $ca good -Profile Client -OutFile good.crt
    $other = New-MtlsCertificate $ca other -Profile Client -OutFile other.crt
    $null = New-MtlsCsr good -OutFile good.csr -OutKey unused.key
    $null = New-MtlsCsr locked -OutFile locked.csr -Password $secret
    $locked = New-MtlsCertificate $ca locked -Profile Client -Key locked.key -Password $secret -OutFile locked.crt
    Export-MtlsCertificate $good good.pfx Pfx -Password $secret
    [IO.File]::WriteAllText("$folder/empty.crt", '')
    [IO.File]::WriteAllText("$folder/text.crt", "this is no certificate`n")
    $pem = [IO.File]::ReadAllText("$folder/good.crt")
    [IO.File]::WriteAllText("$folder/cut.crt", $pem.Substring(0, 200))
    [IO.File]::WriteAllText("$folder/damaged.crt", $pem.Remove(100, 9))
    [IO.File]::WriteAllText("$folder/twokeys.key", [IO.File]::ReadAllText("$folder/good.key") + [IO.File]::ReadAllText("$folder/other.key"))
    [IO.File]::WriteAllText("$folder/a-file", 'x')
}

AfterAll { Pop-Location }

Describe 'A file that is no certificate: <File>' -ForEach @(
    @{ File = 'missing.crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Remedy = 'Check the path' }
    @{ File = 'empty.crt'; Id = 'FileEmpty'; Category = 'InvalidData'; Remedy = 'fresh copy' }
    @{ File = 'text.crt'; Id = 'ContentNotRecognized'; Category = 'InvalidData'; Remedy = 'Name the certificate file' }
    @{ File = 'cut.crt'; Id = 'PemTruncated'; Category = 'InvalidData'; Remedy = 'line 1.*whole copy' }
    @{ File = 'damaged.crt'; Id = 'ContentDamaged'; Category = 'InvalidData'; Remedy = 'fresh copy' }
    @{ File = 'good.key'; Id = 'WrongContent'; Category = 'InvalidData'; Remedy = 'Name the certificate file' }
    @{ File = 'good.csr'; Id = 'WrongContent'; Category = 'InvalidData'; Remedy = 'Name the certificate file' }
) {
    It 'Get-MtlsCertificate says so and goes on' {
        $output = $null
        $failure = Get-OnlyError { Get-MtlsCertificate -Path $File, good.crt } ([ref] $output)
        Assert-MtlsError $failure $Id GetMtlsCertificate $Category $File $Remedy
        $output.Name | Should -Be 'good'
    }

    It 'Test-MtlsCertificate says so and goes on' {
        $output = $null
        $failure = Get-OnlyError { Test-MtlsCertificate -Path $File, good.crt -TrustedCa $ca } ([ref] $output)
        Assert-MtlsError $failure $Id TestMtlsCertificate $Category $File $Remedy
        $output.Success | Should -BeTrue
    }
}

Describe 'Paths' {
    It 'a wildcard that matches nothing is an error' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate *.nothing }) PathNotMatched GetMtlsCertificate ObjectNotFound '*.nothing' 'Check the path'
    }

    It 'a literal path that does not exist is an error' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate -LiteralPath 'no[1].crt' }) FileNotFound GetMtlsCertificate ObjectNotFound 'no[1].crt' 'Check the path'
    }

    It '<Path> of another provider is an error' -ForEach @(@{ Path = 'Env:/PATH' }, @{ Path = 'Variable:/PID' }) {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate $Path }) PathNotFileSystem GetMtlsCertificate InvalidArgument $Path 'on a disk'
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate -LiteralPath $Path }) PathNotFileSystem GetMtlsCertificate InvalidArgument $Path 'on a disk'
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -OutFile $Path }) PathNotFileSystem NewMtlsCsr InvalidArgument $Path 'on a disk'
    }

    It 'a drive that does not exist is an error' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate nodrive:/x.crt }) PathNotFileSystem GetMtlsCertificate InvalidArgument 'nodrive:/x.crt'
    }
}

Describe 'Keys and passwords' {
    It 'two keys in a file' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key twokeys.key }) SeveralKeys NewMtlsCsr InvalidData twokeys.key 'file of its own'
    }

    It 'a certificate where a key is wanted' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key good.crt }) WrongContent NewMtlsCsr InvalidData good.crt 'Name the key file'
    }

    It 'the password of a key is missing' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key locked.key }) PasswordRequired NewMtlsCsr AuthenticationError locked.key 'Give its password'
    }

    It 'the password of a key is wrong' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -Key locked.key -Password (Get-Secret wrong) }) PasswordWrong NewMtlsCsr AuthenticationError locked.key 'encrypted with'
    }

    It 'the password of a PFX is missing, and the next file is read' {
        $output = $null
        $failure = Get-OnlyError { Get-MtlsCertificate good.pfx, good.crt } ([ref] $output)
        Assert-MtlsError $failure PasswordRequired GetMtlsCertificate AuthenticationError good.pfx 'Give its password'
        $output.Name | Should -Be 'good'
    }

    It 'the password of a PFX is wrong' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate good.pfx -Password (Get-Secret wrong) }) PasswordWrong GetMtlsCertificate AuthenticationError good.pfx 'made with'
    }

    It 'the password of a CA is missing, wrong' {
        $null = New-MtlsCa locked-ca -Name 'Locked CA' -Password $secret
        Assert-MtlsError (Get-OnlyError { New-MtlsCertificate locked-ca x -Profile Client }) PasswordRequired NewMtlsCertificate AuthenticationError ca.key '-CaPassword'
        { New-MtlsCertificate locked-ca x -Profile Client -CaPassword (Get-Secret wrong) } | Should -Throw -ErrorId 'PasswordWrong,MtlsTools.Commands.NewMtlsCertificateCommand'
    }

    It 'a key and a certificate that do not match' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate good.crt -Key other.key }) KeyMismatch GetMtlsCertificate InvalidData other.key 'Compare-MtlsKeyPair'
        Assert-MtlsError (Get-OnlyError { Export-MtlsCertificate good.crt x.pfx Pfx -Key other.key -Password $secret }) KeyMismatch ExportMtlsCertificate InvalidData other.key
        { Test-MtlsConnection localhost -Certificate good.crt -Key other.key } | Should -Throw -ErrorId 'KeyMismatch,MtlsTools.Commands.TestMtlsConnectionCommand'
        'x.pfx' | Should -Not -Exist
    }

    It 'no key at all' {
        Copy-Item -LiteralPath good.crt alone.crt
        Assert-MtlsError (Get-OnlyError { Export-MtlsCertificate alone.crt x.pfx Pfx -Password $secret }) KeyRequired ExportMtlsCertificate ObjectNotFound alone.crt '-Key'
        Assert-MtlsError (Get-OnlyError { Start-MtlsServer alone.crt -ClientAuth None }) KeyRequired StartMtlsServer ObjectNotFound alone.crt '-Key'
    }
}

Describe 'Requests' {
    It 'a broken signature is refused, and the next request is approved' {
        $der = (New-MtlsCsr broken).Der.ToArray()
        $der[-1] = $der[-1] -bxor 1
        [IO.File]::WriteAllBytes("$folder/broken.csr", $der)
        $output = $null
        $failure = Get-OnlyError { Approve-MtlsCsr $ca broken.csr, good.csr -Profile Client } ([ref] $output)
        Assert-MtlsError $failure RequestSignatureInvalid ApproveMtlsCsr InvalidData broken.csr 'new request'
        $output.Name | Should -Be 'good'
        (Get-MtlsCsr broken.csr).SignatureValid | Should -BeFalse
    }

    It 'a certificate where a request is wanted' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsCsr good.crt }) WrongContent GetMtlsCsr InvalidData good.crt 'Name the request file'
    }

    It 'neither a profile nor a default' {
        Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr $ca good.csr }) ProfileRequired ApproveMtlsCsr InvalidArgument '' '-Profile'
    }
}

Describe 'Names' {
    It 'an IP address as -DnsName' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr x -DnsName 10.0.0.1 }) IpAddressInDnsName NewMtlsCsr InvalidArgument x '-IPAddress 10.0.0.1'
    }

    It 'a common name over 64 characters' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr ('x' * 65) }) CommonNameTooLong NewMtlsCsr InvalidArgument '' 'Shorten it'
    }

    It 'an empty subject without a SAN' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr }) SubjectMissing NewMtlsCsr InvalidArgument '' '-DnsName'
    }

    It 'a server without a host name' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCertificate $ca 'My Server' -Profile Server }) SanRequired NewMtlsCertificate SecurityError '' '-DnsName'
    }

    It 'text that is no distinguished name' {
        Assert-MtlsError (Get-OnlyError { New-MtlsCsr 'XX=1' }) NameInvalid NewMtlsCsr InvalidArgument '' 'CN='
    }
}

Describe 'CAs' {
    It 'a folder that is no CA' {
        $output = $null
        $null = New-Item -ItemType Directory nothing-here
        $failure = Get-OnlyError { Get-MtlsCa nothing-here, ca } ([ref] $output)
        Assert-MtlsError $failure NotAnAuthority GetMtlsCa ObjectNotFound nothing-here 'New-MtlsCa'
        $output.Name | Should -Be 'Good CA'
        { New-MtlsCertificate nothing-here x } | Should -Throw -ErrorId 'NotAnAuthority,MtlsTools.Commands.NewMtlsCertificateCommand'
    }

    It 'a CA certificate without keyCertSign' {
        Assert-Peer openssl
        $null = New-MtlsCa weak -Name 'Weak CA'
        Invoke-Peer openssl req -x509 -new -key weak/private/ca.key -subj /CN=Weak -addext 'keyUsage=critical,cRLSign' -out weak/ca.crt -days 30
        Assert-MtlsError (Get-OnlyError { New-MtlsCertificate weak x -Profile Client -Days 1 }) IssuerCannotSign NewMtlsCertificate SecurityError ca.crt 'Use a CA'
    }

    It 'a path length that is exceeded, and nothing is left behind' {
        $intermediate = $ca | New-MtlsCa below -Name 'Below'
        $before = Get-EveryFile $folder
        Assert-MtlsError (Get-OnlyError { $intermediate | New-MtlsCa deeper -Name 'Deeper' }) PathLengthExceeded NewMtlsCa SecurityError '' 'larger path length'
        Get-EveryFile $folder | Should -Be $before
    }

    It "a lifetime beyond the issuer's, unless -AllowClamp" {
        $before = Get-EveryFile $folder
        Assert-MtlsError (Get-OnlyError { New-MtlsCertificate $ca x -Profile Client -Days 9999 -OutFile late.crt }) LifetimeBeyondIssuer NewMtlsCertificate SecurityError x '-AllowClamp'
        Get-EveryFile $folder | Should -Be $before
        $clamped = New-MtlsCertificate $ca x -Profile Client -Days 9999 -AllowClamp -WarningAction SilentlyContinue
        $clamped.NotAfter | Should -Be $ca.NotAfter
    }
}

Describe 'Writing' {
    It '<Command> leaves an existing file alone without -Force' -ForEach @(
        @{ Command = 'NewMtlsCsr'; Run = { New-MtlsCsr x -OutFile good.csr } ; File = 'good.csr' }
        @{ Command = 'NewMtlsCsr'; Run = { New-MtlsCsr x -OutFile fresh.csr -OutKey good.key }; File = 'good.key' }
        @{ Command = 'NewMtlsCertificate'; Run = { New-MtlsCertificate $ca x -Profile Client -OutFile good.crt }; File = 'good.crt' }
        @{ Command = 'ApproveMtlsCsr'; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -OutFile good.crt }; File = 'good.crt' }
        @{ Command = 'ExportMtlsCertificate'; Run = { Export-MtlsCertificate other.crt good.crt }; File = 'good.crt' }
        @{ Command = 'NewMtlsCa'; Run = { New-MtlsCa ca -Name x }; File = 'ca' }
    ) {
        $issued = @(Get-MtlsCa ca -Issued).Count
        $files = Get-EveryFile $folder
        $content = Get-FileHash -Path *.crt, *.key, *.csr
        $failure = Get-OnlyError $Run
        Assert-MtlsError $failure FileExists $Command ResourceExists $File '-Force'
        Get-EveryFile $folder | Should -Be $files
        (Get-FileHash -Path *.crt, *.key, *.csr).Hash | Should -Be $content.Hash
        @(Get-MtlsCa ca -Issued).Count | Should -Be $issued
    }

    It '<Command> into a folder that can not be written' -ForEach @(
        @{ Command = 'NewMtlsCsr'; Run = { New-MtlsCsr x -OutFile a-file/x.csr } }
        @{ Command = 'NewMtlsCertificate'; Run = { New-MtlsCertificate $ca x -Profile Client -OutFile missing-folder/x.crt } }
        @{ Command = 'ApproveMtlsCsr'; Run = { Approve-MtlsCsr $ca good.csr -Profile Client -OutFile missing-folder/x.crt } }
        @{ Command = 'ExportMtlsCertificate'; Run = { Export-MtlsCertificate good.crt missing-folder/x.crt } }
        @{ Command = 'NewMtlsCa'; Run = { New-MtlsCa a-file/ca -Name x } }
    ) {
        $issued = @(Get-MtlsCa ca -Issued).Count
        $files = Get-EveryFile $folder
        Assert-MtlsError (Get-OnlyError $Run) PathNotWritable $Command PermissionDenied '' 'exists and that this account may write'
        Get-EveryFile $folder | Should -Be $files
        @(Get-MtlsCa ca -Issued).Count | Should -Be $issued -Because 'no certificate may be recorded that could not be handed out'
    }

    It '-Force replaces, and a CA is moved aside, never deleted' {
        $null = New-MtlsCa replaced -Name 'First'
        $second = New-MtlsCa replaced -Name 'Second' -Force
        $second.Name | Should -Be 'Second'
        (Get-MtlsCa 'replaced.replaced-*').Name | Should -Be 'First'
    }
}

Describe 'Servers and connections' {
    It 'an unreachable port is a report, not an error' {
        $report = Test-MtlsConnection "127.0.0.1:$(Get-FreePort)" -TrustedCa $ca
        $report.Success | Should -BeFalse
        $report.Findings.Id | Should -Be 'ConnectionRefused'
        $failure = Get-OnlyError { Invoke-MtlsRequest "https://127.0.0.1:$(Get-FreePort)/" -TrustedCa $ca }
        Assert-MtlsError $failure RequestFailed InvokeMtlsRequest ConnectionError '' 'Start the server'
    }

    It 'a target that can not be called, and the next one is tried' {
        $output = $null
        $failure = Get-OnlyError { 'http://x', "127.0.0.1:$(Get-FreePort)" | Test-MtlsConnection -TrustedCa $ca } ([ref] $output)
        Assert-MtlsError $failure TargetInvalid TestMtlsConnection InvalidArgument 'http://x' 'https://host:port'
        $output.Count | Should -Be 1
    }

    It 'a port in use' {
        $server = New-MtlsCertificate $ca localhost -Profile Server
        $first = Start-MtlsServer $server -ClientAuth None
        try {
            Assert-MtlsError (Get-OnlyError { Start-MtlsServer $server -ClientAuth None -Port $first.Port }) PortInUse StartMtlsServer ResourceExists '' '0 for a free one'
        }
        finally { $first | Stop-MtlsServer }
    }

    It 'clients to be verified, and no CA to verify them with' {
        Assert-MtlsError (Get-OnlyError { Start-MtlsServer good.crt }) ChainMissing StartMtlsServer ObjectNotFound '' '-ClientCa'
    }

    It 'no server of that number' {
        Assert-MtlsError (Get-OnlyError { Get-MtlsServer 99999 }) ServerNotFound GetMtlsServer ObjectNotFound 99999 'Get-MtlsServer lists'
        Assert-MtlsError (Get-OnlyError { Stop-MtlsServer -Id 99999 }) ServerNotFound StopMtlsServer ObjectNotFound 99999
    }
}

Describe 'Stores' {
    It 'no such certificate, and the next one goes on' {
        $failure = Get-OnlyError { Remove-MtlsStoreItem ('0' * 40) My -Confirm:$false }
        Assert-MtlsError $failure StoreItemNotFound RemoveMtlsStoreItem ObjectNotFound ('0' * 40) 'Get-MtlsStoreItem lists'
        Assert-MtlsError (Get-OnlyError { Get-MtlsStoreItem 'nobody of this name' }) StoreItemNotFound GetMtlsStoreItem ObjectNotFound '' 'lists all'
    }
}
