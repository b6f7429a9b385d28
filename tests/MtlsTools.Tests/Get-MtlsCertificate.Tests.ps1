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

        It 'attaches the key it is given' {
            (Get-MtlsCertificate some/one.crt -Key some/one.key).HasPrivateKey | Should -BeTrue
        }

        It 'shows name, role, days, issuer and names first' {
            Get-TableHeader (Get-MtlsCertificate some/one.crt) | Should -Be 'Name Role DaysLeft Issuer San'
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

        It 'a damaged file in a folder, and the others are read' {
            $null = New-Item -ItemType Directory mixed
            Copy-Item -LiteralPath 'damaged Certificate.pem', good.crt, good.key -Destination mixed
            $output = $null
            Assert-MtlsError (Get-OnlyError { Get-MtlsCertificate mixed } ([ref] $output)) ContentDamaged GetMtlsCertificate InvalidData 'mixed/damaged Certificate.pem' 'Get a fresh copy of it.'
            $output.Name | Should -Be 'good'
        }
    }

    Context 'stop' {
        It 'reads no further than the pipeline wants' {
            { 'good.crt', 'missing.crt' | Get-MtlsCertificate -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
