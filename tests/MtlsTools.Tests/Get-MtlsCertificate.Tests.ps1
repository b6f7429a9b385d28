BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $ca = New-MtlsCa ca 'The CA'
    New-BadFile $ca
    $null = New-Item -ItemType Directory some, some/deep
    $null = New-MtlsCertificate $ca one -Profile Client -OutFile some/one.crt
    $null = New-MtlsCertificate $ca two -Profile Client -OutFile 'some/two [2].crt'
    $null = Export-MtlsCertificate some/one.crt some/one.pfx Pfx -Password $secret
    [IO.File]::WriteAllBytes("$folder/some/one.der", (Get-MtlsCertificate some/one.crt).X509.RawData)
    Copy-Item -LiteralPath some/one.crt some/deep/three.crt
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCertificate' {
    Context 'binding' {
        It 'reads by wildcard, literal path, item and relative location' {
            (Get-MtlsCertificate some/one.c*).Name | Should -Be 'one'
            (Get-MtlsCertificate -LiteralPath 'some/two [2].crt').Name | Should -Be 'two'
            (Get-ChildItem some/*.crt | Get-MtlsCertificate).Name | Should -Be 'one', 'two'
            Push-Location some/deep
            try { (Get-MtlsCertificate ../one.crt).Name | Should -Be 'one' } finally { Pop-Location }
        }

        It 'reads on a PSDrive' {
            $null = New-PSDrive -Name certs -PSProvider FileSystem -Root (New-Item -ItemType Directory "$TestDrive/cert drive").FullName
            Copy-Item -LiteralPath some/one.crt -Destination "$TestDrive/cert drive/one [1].crt"
            (Get-MtlsCertificate certs:/one*).Name | Should -Be 'one'
            (Get-MtlsCertificate -LiteralPath 'certs:/one [1].crt').Path | Should -Be (Join-Path $TestDrive 'cert drive' 'one [1].crt')
            Push-Location certs:/
            try { (Get-MtlsCertificate -LiteralPath 'one [1].crt').Name | Should -Be 'one' } finally { Pop-Location }
        }
    }

    Context 'behaviour' {
        It 'reads PEM, DER and PFX' {
            $serial = (Get-MtlsCertificate some/one.crt).SerialNumber
            (Get-MtlsCertificate some/one.der).SerialNumber | Should -Be $serial
            $pfx = Get-MtlsCertificate some/one.pfx -Password $secret
            $pfx[0].SerialNumber | Should -Be $serial
            $pfx[0].HasPrivateKey | Should -BeTrue
        }

        It 'reads PEM with a byte order mark, CRLF and text around it' {
            Assert-Peer openssl
            $text = Invoke-Peer openssl x509 -in some/one.crt -text
            [IO.File]::WriteAllText("$folder/windows.crt", ($text -replace "`r?`n", "`r`n"), [Text.UTF8Encoding]::new($true))
            (Get-MtlsCertificate windows.crt).Name | Should -Be 'one'
        }

        It 'reads a folder, and the folders in it with -Recurse; keys are no errors' {
            $here = Get-MtlsCertificate some -Password $secret -ErrorAction Stop
            $here.Path | Split-Path -Leaf | Sort-Object -Unique | Should -Be 'one.crt', 'one.der', 'one.pfx', 'two [2].crt'
            (Get-MtlsCertificate some -Recurse -Password $secret).Path | Split-Path -Leaf | Should -Contain 'three.crt'
        }

        It 'takes PEM text from the pipeline, whole or line by line' {
            (Get-Content -LiteralPath 'some/two [2].crt' -Raw | Get-MtlsCertificate).Name | Should -Be (Get-MtlsCertificate -LiteralPath 'some/two [2].crt').Name
            (Get-Content some/one.crt | Get-MtlsCertificate)[0].Name | Should -Be 'one'
            (Get-MtlsCertificate (Get-Content some/one.crt -Raw)).Name | Should -Be 'one'
        }

        It 'takes bytes and certificates from the pipeline' {
            (Get-MtlsCertificate -Content ([IO.File]::ReadAllBytes("$folder/some/one.der"))).Name | Should -Be 'one'
            (Get-Content some/one.der -AsByteStream -Raw | Get-MtlsCertificate).Name | Should -Be 'one'
            $one = Get-MtlsCertificate some/one.crt
            ($one | Get-MtlsCertificate).Path | Should -Be $one.Path
            ($one.X509 | Get-MtlsCertificate).Sha256 | Should -Be $one.Sha256
        }

        It 'reads PKCS#7 of OpenSSL, PEM and DER' {
            Assert-Peer openssl
            foreach ($form in 'PEM', 'DER') {
                $null = Invoke-Peer openssl crl2pkcs7 -nocrl -certfile some/one.crt -outform $form -out "bundle [$form].p7b"
                (Get-MtlsCertificate -LiteralPath "bundle [$form].p7b").Name | Should -Be 'one'
            }
        }

        It 'shows what openssl x509 -text shows' {
            Assert-Peer openssl
            $text = (Get-MtlsCertificate some/one.crt -AsText) -split "`n" | ForEach-Object TrimEnd
            $text | Should -BeOfType string
            foreach ($line in (Invoke-Peer openssl x509 -in some/one.crt -noout -text -nameopt 'oneline,utf8,-esc_msb') -split "`n" | ForEach-Object TrimEnd | Where-Object Length) {
                $text | Should -Contain $line
            }
        }

        It 'looks at a live server that wants a certificate, without trusting it' {
            $certificate = New-MtlsCertificate $ca localhost -Profile Server
            $server = Start-MtlsServer -Certificate $certificate -ClientCa $ca
            try {
                (Get-MtlsCertificate -Uri $server.Uri).SerialNumber | Should -Be $certificate.SerialNumber
                (Get-MtlsCertificate -Uri "localhost:$($server.Port)" -ServerName other.example).SerialNumber | Should -Be $certificate.SerialNumber
            }
            finally { $server | Stop-MtlsServer }
        }

        It 'passes over requests and keys in a folder, and says so with -Verbose' {
            $null = New-Item -ItemType Directory neighbours
            Copy-Item -LiteralPath good.crt, good.key -Destination neighbours
            Copy-Item -LiteralPath good.csr -Destination neighbours/request.pem
            $all = @(Get-MtlsCertificate neighbours -Verbose 4>&1)
            ($all | Where-Object { $_ -is [MtlsTools.Certificates.MtlsCertificate] }).Name | Should -Be 'good'
            "$($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })" | Should -BeLike '*request.pem*CERTIFICATE REQUEST*'
        }

        It 'attaches the key it is given' {
            (Get-MtlsCertificate some/one.crt -Key some/one.key).HasPrivateKey | Should -BeTrue
        }

        It 'shows name, role, days, issuer and names first' {
            Get-TableHeader (Get-MtlsCertificate some/one.crt) | Should -Be 'Name Role DaysLeft Issuer San'
            $labels = Get-ListLabel (Get-MtlsCertificate some/one.crt)
            $labels[0..4] | Should -Be 'Name', 'Role', 'Subject', 'Issuer', 'San'
            $labels | Should -Not -Contain 'RawData'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is read' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = 'some/two [2].crt'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = '*.nothing'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ File = 'some/one.pfx'; Id = 'PasswordRequired'; Category = 'AuthenticationError'; Ending = 'Give its password.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
            @{ File = 'Variable:/PID'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
            @{ File = 'nodrive:/x.crt'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCertificate $File, good.crt } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCertificate ($Category ?? 'InvalidData') $File $Ending
            $output.Name | Should -Be 'good'
        }

        It '<Id>, for the literal path <File>; the next one is read' -ForEach @(
            @{ File = 'no[1].crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCertificate -LiteralPath $File, good.crt } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCertificate $Category $File $Ending
            $output.Name | Should -Be 'good'
        }

        It '<Id>, for <Because>' -ForEach @(
            @{ Id = 'PasswordWrong'; Because = 'a wrong password'; Run = { Get-MtlsCertificate some/one.pfx -Password (Get-Secret wrong) }; Category = 'AuthenticationError'; Target = 'some/one.pfx'; Ending = 'Give the password it was made with.' }
            @{ Id = 'KeyMismatch'; Because = 'the key of another'; Run = { Get-MtlsCertificate good.crt -Key other.key }; Category = 'InvalidData'; Target = 'other.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { Get-MtlsCertificate good.crt -Key twokeys.pem }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Get-MtlsCertificate good.crt -Key locked.key }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
            @{ Id = 'FileNotFound'; Because = 'a key that does not exist'; Run = { Get-MtlsCertificate good.crt -Key missing.key }; Category = 'ObjectNotFound'; Target = 'missing.key'; Ending = 'Check the path.' }
        ) {
            Assert-MtlsError (Get-OnlyError $Run) $Id GetMtlsCertificate $Category $Target $Ending
        }

        It 'ServerCertificateNotSeen, for a port where nothing listens' {
            $port = Get-FreePort
            Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate -Uri "127.0.0.1:$port" }) ServerCertificateNotSeen GetMtlsCertificate ConnectionError "127.0.0.1:$port" 'Start the server, or check the port.'
        }

        It 'PathNotFileSystem, for the certificate drive where there is none' -Skip:$IsWindows {
            Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate 'Cert:/CurrentUser/My' }) PathNotFileSystem GetMtlsCertificate InvalidArgument 'Cert:/CurrentUser/My' 'List its stores with Get-MtlsStoreItem.'
        }

        It 'PemTruncated, for text that breaks off; the file before it is read' {
            $output = $null
            $failure = Get-OnlyError { 'good.crt', '-----BEGIN CERTIFICATE-----', 'MIIB' | Get-MtlsCertificate } ([ref] $output)
            $failure.FullyQualifiedErrorId | Should -Be 'PemTruncated,MtlsTools.Commands.GetMtlsCertificateCommand'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $output.Name | Should -Be 'good'
        }

        It 'a damaged file in a folder, and the others are read' {
            $null = New-Item -ItemType Directory mixed
            Copy-Item -LiteralPath 'damaged Certificate.pem', good.crt, good.key -Destination mixed
            $output = $null
            Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate mixed } ([ref] $output)) ContentDamaged GetMtlsCertificate InvalidData 'mixed/damaged Certificate.pem' 'Get a fresh copy of it.'
            $output.Name | Should -Be 'good'
        }
    }

    Context 'stop' {
        It 'stops waiting for a server at once' {
            $listener = New-SilentListener
            try { Assert-StopsAtOnce "Get-MtlsCertificate -Uri 127.0.0.1:$($listener.LocalEndpoint.Port) -TimeoutSec 60" { Wait-Until { $listener.Pending() } } }
            finally { $listener.Stop() }
        }

        It 'reads no further than the pipeline wants' {
            { 'good.crt', 'missing.crt' | Get-MtlsCertificate -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
