BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $root = New-MtlsCa ca 'The CA'
    New-BadFile $root
    $below = $root | New-MtlsCa below 'Below'
    $web = New-MtlsCertificate $below web.example -Profile Server -OutFile web.crt
    $null = Export-MtlsCertificate web.crt alone.crt
}

AfterAll { Pop-Location }

Describe 'Export-MtlsCertificate' {
    Context 'binding' {
        It 'takes a path, an item, an object, a CA and a certificate of .NET' {
            (Export-MtlsCertificate web.crt 'by path [1].pem').Name | Should -Be 'by path [1].pem'
            (Get-Item web.crt | Export-MtlsCertificate -OutFile by-item.pem).Name | Should -Be 'by-item.pem'
            ($web | Export-MtlsCertificate -OutFile by-object.pem).Name | Should -Be 'by-object.pem'
            ($below | Export-MtlsCertificate -OutFile by-ca.pem).Name | Should -Be 'by-ca.pem'
            (Export-MtlsCertificate $web.X509 by-x509.pem).Name | Should -Be 'by-x509.pem'
        }

        It 'gives a file that the next cmdlet finds, whatever its name' {
            (Export-MtlsCertificate web.crt 'piped [1].pem' | Get-MtlsCertificate).Name | Should -Be 'web.example'
        }
    }

    Context 'behaviour' {
        It 'writes <Format>' -ForEach @(
            @{ Format = 'Pem'; Names = @('web.example') }
            @{ Format = 'FullChain'; Names = @('web.example', 'Below') }
            @{ Format = 'Bundle'; Names = @('Below', 'The CA') }
        ) {
            $file = $web | Export-MtlsCertificate -OutFile "$Format.pem" -Format $Format
            $file | Should -BeOfType System.IO.FileInfo
            ($file | Get-MtlsCertificate).Name | Should -Be $Names
        }

        It 'writes a PFX that openssl opens, readable by its owner alone' {
            $null = Export-MtlsCertificate $web web.pfx Pfx -Password $secret
            if (-not $IsWindows) { (Get-Item -LiteralPath web.pfx).UnixMode | Should -Be '-rw-------' }
            Assert-Peer openssl
            $text = Invoke-Peer openssl pkcs12 -in web.pfx -passin 'pass:correct horse' -info -noenc
            $text | Should -Match 'AES-256-CBC'
            $text | Should -Match 'BEGIN PRIVATE KEY'
            ([regex]::Matches($text, 'BEGIN CERTIFICATE')).Count | Should -Be 3
        }

        It 'takes a PFX back to PEM with its key' {
            $null = Export-MtlsCertificate $web back.pfx Pfx -Password $secret
            $null = Export-MtlsCertificate back.pfx again.crt FullChain -KeyPassword $secret -OutKey again.key
            Compare-MtlsKeyPair again.crt again.key -Quiet | Should -BeTrue
            if (-not $IsWindows) { (Get-Item -LiteralPath again.key).UnixMode | Should -Be '-rw-------' }
        }

        It 'takes issuers by -Chain where the file has none' {
            $null = Export-MtlsCertificate alone.crt bundle.pem Bundle -Chain below/chain.crt
            (Get-MtlsCertificate bundle.pem).Name | Should -Be 'Below', 'The CA'
        }

        It 'exports a CA for those who trust it' {
            $null = Export-MtlsCertificate $below trust.pem Bundle
            (Get-MtlsCertificate trust.pem).Name | Should -Be 'Below', 'The CA'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; nothing is written and the next one is exported' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'inbox'; Id = 'NotAnAuthority'; Category = 'ObjectNotFound'; Ending = 'Name a folder made by New-MtlsCa.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            if ($File -eq 'inbox') { $null = New-Item -ItemType Directory inbox -Force }
            $before = Get-Snapshot
            $output = $null
            $failure = Get-OnlyError { $File, 'good.crt' | Export-MtlsCertificate -OutFile next.pem } ([ref] $output)
            Assert-MtlsError $failure $Id ExportMtlsCertificate ($Category ?? 'InvalidData') $File $Ending
            $output.Name | Should -Be 'next.pem'
            Remove-Item next.pem
            Get-Snapshot | Should -Be $before
        }

        It '<Id>, for <Because>; nothing is written' -ForEach @(
            @{ Id = 'FileExists'; Because = 'an existing file'; Run = { Export-MtlsCertificate good.crt other.crt }; Category = 'ResourceExists'; Target = 'other.crt'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'FileExists'; Because = 'an existing key'; Run = { Export-MtlsCertificate good.crt new.pem -OutKey other.key }; Category = 'ResourceExists'; Target = 'other.key'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'PathNotWritable'; Because = 'a place below a file'; Run = { Export-MtlsCertificate good.crt regular-file/new.pem }; Category = 'PermissionDenied'; Target = 'regular-file/new.pem'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Run = { Export-MtlsCertificate good.crt Env:/x }; Category = 'InvalidArgument'; Target = 'Env:/x'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'PasswordRequired'; Because = 'a PFX without a password'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx }; Category = 'AuthenticationError'; Target = 'good.crt'; Ending = 'Give one with -Password.' }
            @{ Id = 'KeyRequired'; Because = 'a PFX without a key'; Run = { Export-MtlsCertificate alone.crt new.pfx Pfx -Password $secret }; Category = 'ObjectNotFound'; Target = 'alone.crt'; Ending = 'Give the key file with -Key, or use a PFX.' }
            @{ Id = 'KeyMismatch'; Because = 'the key of another'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx -Key other.key -Password $secret }; Category = 'InvalidData'; Target = 'other.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx -Key locked.key -Password $secret }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password of the key'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx -Key locked.key -KeyPassword (Get-Secret wrong) -Password $secret }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx -Key twokeys.pem -Password $secret }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'ChainMissing'; Because = 'issuers that are not known'; Run = { Export-MtlsCertificate alone.crt new.pem Bundle }; Category = 'ObjectNotFound'; Target = 'alone.crt'; Ending = 'Give them with -Chain, or export the CA itself.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'a password that is null: a misspelt variable must not leave the key open'; Run = { Export-MtlsCertificate good.crt new.pem -OutKey new.key -Password $null }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
        ) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError $Run) $Id ExportMtlsCertificate $Category $Target $Ending
            Get-Snapshot | Should -Be $before
        }

        It '-Force replaces the file' {
            $null = Export-MtlsCertificate good.crt replaced.pem
            $null = Export-MtlsCertificate other.crt replaced.pem -Force
            (Get-MtlsCertificate replaced.pem).Name | Should -Be 'other'
        }
    }

    Context '-WhatIf' {
        It 'writes nothing, and names both files' {
            $before = Get-Snapshot
            Export-MtlsCertificate web.crt new.pem -OutKey new.key -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { Export-MtlsCertificate web.crt new.pem -OutKey new.key -WhatIf } | Should -BeLike "*Export 'web.example' as Pem*new.pem and *new.key*"
        }
    }

    Context 'stop' {
        It 'exports no more than the pipeline wants' {
            $web, $web | Export-MtlsCertificate -OutFile first.pem -ErrorAction Stop | Select-Object -First 1 | Should -HaveCount 1
        }
    }
}
