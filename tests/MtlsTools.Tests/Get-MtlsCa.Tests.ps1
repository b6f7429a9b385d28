BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $null = New-MtlsCa ca 'The CA'
    $null = New-MtlsCertificate ./ca one -Profile Client
    $null = New-MtlsCertificate ./ca two -Profile Client
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCa' {
    Context 'binding' {
        It 'opens by path, wildcard, literal path, item and relative location' {
            (Get-MtlsCa ca).Name | Should -Be 'The CA'
            (Get-MtlsCa c*).Name | Should -Be 'The CA'
            (Get-MtlsCa -LiteralPath "$folder/ca").Name | Should -Be 'The CA'
            (Get-Item ca | Get-MtlsCa).Name | Should -Be 'The CA'
            Push-Location ca/private
            try { (Get-MtlsCa ..).Name | Should -Be 'The CA' } finally { Pop-Location }
        }

        It 'opens on a PSDrive, and writes where the drive points' {
            $null = New-PSDrive -Name pki -PSProvider FileSystem -Root (New-Item -ItemType Directory "$TestDrive/a drive").FullName
            $null = New-MtlsCa pki:/on-drive 'On a drive'
            (Get-MtlsCa pki:/on-*).Path | Should -Be (Join-Path $TestDrive 'a drive' on-drive)
            Push-Location pki:/
            try { (Get-MtlsCa on-drive).Name | Should -Be 'On a drive' } finally { Pop-Location }
        }
    }

    Context 'behaviour' {
        It 'lists what was issued, oldest first' {
            $issued = Get-MtlsCa ca -Issued
            $issued.Subject | Should -Be '/CN=one', '/CN=two'
            $issued.Status | Should -Be 'Valid', 'Valid'
            (Get-MtlsCertificate -LiteralPath $issued[0].Path).SerialNumber | Should -Be $issued[0].SerialNumber
        }

        It 'pipes what was issued to the next cmdlet by its path' {
            Get-MtlsCa ca -Issued | ForEach-Object { Get-MtlsCertificate -LiteralPath $_.Path } | ForEach-Object Name | Should -Be 'one', 'two'
        }

        It 'lists by name, serial number and state' {
            (Get-MtlsCa ca -Name T*).Subject | Should -Be '/CN=two'
            (Get-MtlsCa ca -Name one, two).Count | Should -Be 2
            Get-MtlsCa ca -Name thr* | Should -BeNullOrEmpty
            $serial = (Get-MtlsCa ca -Issued)[1].SerialNumber
            (Get-MtlsCa ca -SerialNumber $serial).Subject | Should -Be '/CN=two'
            (Get-MtlsCa ca -SerialNumber ($serial -replace '(..)(?=.)', '$1:').ToLower()).Subject | Should -Be '/CN=two'
            @(Get-MtlsCa ca -Status Valid).Count | Should -Be 2
            Get-MtlsCa ca -Status Revoked, Expired | Should -BeNullOrEmpty
            (Get-MtlsCa ca -Issued -Name one -Status Valid).Name | Should -Be 'one'
        }

        It 'shows that a certificate file is gone' {
            $ca = New-MtlsCa gone 'Gone'
            Remove-Item -LiteralPath (New-MtlsCertificate $ca x -Profile Client).Path
            (Get-MtlsCa gone -Issued).Path | Should -BeNullOrEmpty
        }

        It 'opens a folder of openssl ca, by its folder and its configuration, and issues from it' {
            $null = New-Item -ItemType Directory demoCA/private, demoCA/newcerts
            $null = New-MtlsCa source 'Demo'
            Copy-Item source/ca.crt demoCA/cacert.pem
            Copy-Item source/private/ca.key demoCA/private/cakey.pem
            $null = New-Item demoCA/index.txt
            [IO.File]::WriteAllText("$folder/demo.cnf", "[ca]`ndefault_ca = d`n[d]`ndir = ./demoCA`ncertificate = `$dir/cacert.pem`nprivate_key = `$dir/private/cakey.pem`ndatabase = `$dir/index.txt`nnew_certs_dir = `$dir/newcerts")
            $issued = New-MtlsCertificate ./demoCA x -Profile Client
            $issued.Path | Should -Be (Join-Path $folder demoCA newcerts "$($issued.SerialNumber).pem")
            (Get-MtlsCa demo.cnf).Name | Should -Be 'Demo'
            (Get-MtlsCa demo.cnf -Issued).SerialNumber | Should -Be $issued.SerialNumber
        }

        It 'mends a line that was torn by a crash, with a warning, and loses nothing' {
            $null = New-MtlsCa torn 'Torn'
            $null = New-MtlsCertificate ./torn kept -Profile Client
            [IO.File]::AppendAllText("$folder/torn/index.txt", "V`t2702190")
            $null = New-MtlsCertificate ./torn next -Profile Client -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings | Should -Match 'half-written'
            (Get-MtlsCa torn -Issued).Subject | Should -Be '/CN=kept', '/CN=next'
        }

        It 'shows name, role, days, key and place' {
            Get-TableHeader (Get-MtlsCa ca) | Should -Be 'Name Role DaysLeft Key Path'
        }
    }

    Context 'errors' {
        BeforeAll {
            $null = New-Item -ItemType Directory nothing-here
            $null = New-MtlsCa no-index 'No index'
            Remove-Item no-index/index.txt
            $null = New-MtlsCa bad-json 'Bad JSON'
            Set-Content -LiteralPath bad-json/ca.json '{ nonsense'
            $null = New-MtlsCa cut 'Cut'
            [IO.File]::WriteAllText("$folder/cut/ca.crt", [IO.File]::ReadAllText("$folder/cut/ca.crt").Substring(0, 100))
            $null = New-MtlsCa locked 'Locked' -Password $secret
            $null = New-MtlsCa no-key 'No key'
            Remove-Item no-key/private/ca.key
            $null = New-MtlsCa waits 'Waits' -OutCsr waits.csr
            $null = New-Item -ItemType Directory mkcert
            $null = New-Item mkcert/rootCA.pem
            $null = New-MtlsCa other-key 'Other key'
            Copy-Item ca/private/ca.key other-key/private/ca.key
        }

        It '<Id>, for <Path>; the next one is opened' -ForEach @(
            @{ Id = 'PathNotMatched'; Path = 'missing'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ Id = 'PathNotMatched'; Path = 'missing*'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ Id = 'PathNotFileSystem'; Path = 'Env:/PATH'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'PathNotFileSystem'; Path = 'nodrive:/ca'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'NotAnAuthority'; Path = 'nothing-here'; Ending = 'it lacks ca.crt. Name a folder made by New-MtlsCa.' }
            @{ Id = 'NotAnAuthority'; Path = 'no-index'; Ending = 'it lacks index.txt. Name a folder made by New-MtlsCa.' }
            @{ Id = 'NotAnAuthority'; Path = 'ca/ca.crt'; Ending = 'it is a file. Name a folder made by New-MtlsCa.' }
            @{ Id = 'NotAnAuthority'; Path = 'bad-json'; Target = 'bad-json/ca.json'; Ending = 'Mend it, or delete it to go on with defaults.' }
            @{ Id = 'AuthorityPending'; Path = 'waits'; Ending = 'then use Update-MtlsCa with -Certificate.' }
            @{ Id = 'NotAnAuthority'; Path = 'mkcert'; Ending = 'New-MtlsCa with -Certificate rootCA.pem -Key rootCA-key.pem.' }
            @{ Id = 'PemTruncated'; Path = 'cut'; Target = 'cut/ca.crt'; Category = 'InvalidData'; Ending = 'Get a whole copy of it.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCa $Path, ca } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCa ($Category ?? 'ObjectNotFound') ($Target ?? $Path) $Ending
            $output.Name | Should -Be 'The CA'
        }

        It 'a literal path that does not exist' {
            Assert-MtlsError (Get-OnlyError { Get-MtlsCa -LiteralPath 'no [1]' }) NotAnAuthority GetMtlsCa ObjectNotFound 'no [1]' 'it does not exist. Name a folder made by New-MtlsCa.'
        }

        It 'a wrong password, a missing key, the key of another CA' {
            Assert-MtlsError (Get-OnlyError { Get-MtlsCa locked -Password (Get-Secret wrong) }) PasswordWrong GetMtlsCa AuthenticationError locked/private/ca.key 'Give the password it was encrypted with.'
            Assert-MtlsError (Get-OnlyError { Get-MtlsCa no-key -Password $secret }) KeyRequired GetMtlsCa ObjectNotFound no-key/private/ca.key 'Put the key file back.'
            Assert-MtlsError (Get-OnlyError { Get-MtlsCa other-key -Password $secret }) KeyMismatch GetMtlsCa InvalidData other-key/private/ca.key 'Put the right key file back.'
        }

        It 'needs no password to look' { (Get-MtlsCa locked).IsUnlocked | Should -BeFalse }
    }

    Context 'stop' {
        It 'reads no further than the pipeline wants' { Get-MtlsCa ca -Issued | Select-Object -First 1 | ForEach-Object Subject | Should -Be '/CN=one' }
    }
}
