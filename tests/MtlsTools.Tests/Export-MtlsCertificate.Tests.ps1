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
            @{ Format = 'Der'; Names = @('web.example') }
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

        It '-AsOpenSsl prints a script that writes the file, and does nothing itself' {
            Assert-Peer openssl
            $before = Get-Snapshot
            $script = Export-MtlsCertificate web.crt 'by openssl [1].p7b' P7b -AsOpenSsl
            $named = Export-MtlsCertificate web.crt -Format Pfx -Password $secret -AsOpenSsl
            Get-Snapshot | Should -Be $before
            $named | Should -Match "-out '.*web\.example-[0-9A-F]+\.pfx'"
            $named | Should -Not -Match 'correct horse'
            Set-Content -LiteralPath export.sh $script
            $null = Invoke-Peer bash export.sh
            (Get-MtlsCertificate -LiteralPath 'by openssl [1].p7b').Name | Sort-Object | Should -Be 'Below', 'web.example'
        }

        It 'writes a PFX within the limits that .NET sets' -Skip:([Environment]::Version.Major -lt 9) {
            $null = Export-MtlsCertificate $web limits.pfx Pfx -Password $secret
            $loaded = [System.Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadPkcs12FromFile((Get-Item limits.pfx).FullName, 'correct horse')
            $loaded.Thumbprint | Should -Be $web.Thumbprint
            $loaded.HasPrivateKey | Should -BeTrue
        }

        It 'writes a PFX for older programs, and names the entry' {
            $null = Export-MtlsCertificate $web older.pfx Pfx -Compatibility Windows2016 -Alias 'web key' -Password $secret
            Assert-Peer openssl
            $text = Invoke-Peer openssl pkcs12 -in older.pfx -passin 'pass:correct horse' -info -noenc
            $text | Should -Match 'MAC: sha1'
            $text | Should -Match 'pbeWithSHA1And3-KeyTripleDES-CBC'
            $text | Should -Match 'friendlyName: web key'
        }

        It 'writes an empty password only when asked to, with a warning' {
            $output = Export-MtlsCertificate $web empty.pfx Pfx -AllowEmptyPassword 3>&1
            $output[0] | Should -BeOfType System.Management.Automation.WarningRecord
            $output[0] | Should -BeLike 'An empty password protects nothing*'
            (Get-MtlsCertificate empty.pfx)[0].HasPrivateKey | Should -BeTrue
            Export-MtlsCertificate $web filled.pfx Pfx -AllowEmptyPassword -Password $secret 3>&1 | Should -BeOfType System.IO.FileInfo
        }

        It 'writes a trust store that Java lists' {
            $null = $root, $below | Export-MtlsCertificate -OutFile trust.p12 -Format TrustStore -Password $secret
            (Get-MtlsCertificate trust.p12 -Password $secret).Name | Sort-Object | Should -Be 'Below', 'The CA'
            Assert-Peer keytool default-jre-headless
            $text = Invoke-Peer keytool -list -keystore trust.p12 -storepass 'correct horse'
            ([regex]::Matches($text, 'trustedCertEntry')).Count | Should -Be 2
        }

        It 'writes a Kubernetes secret for its owner alone' {
            $null = Export-MtlsCertificate $web secret.yaml KubernetesSecret -SecretName web-tls -Namespace shop
            $text = Get-Content -Raw secret.yaml
            $text | Should -Match '(?m)^  name: "web-tls"$'
            $text | Should -Match '(?m)^  namespace: "shop"$'
            $key = [regex]::Match($text, '(?m)^  tls.key: (\S+)$').Groups[1].Value
            [IO.File]::WriteAllBytes("$PWD/tls.key", [Convert]::FromBase64String($key))
            Compare-MtlsKeyPair tls.key $web -Quiet | Should -BeTrue
            if (-not $IsWindows) { (Get-Item -LiteralPath secret.yaml).UnixMode | Should -Be '-rw-------' }
        }

        It 'writes several certificates into one file, each once' {
            $file = $web, 'good.crt', $web | Export-MtlsCertificate -OutFile several.pem
            $file | Should -HaveCount 1
            ($file | Get-MtlsCertificate).Name | Should -Be 'web.example', 'good'
            ($web, $root, $below | Export-MtlsCertificate -OutFile partners.pem -Format Bundle | Get-MtlsCertificate).Name | Should -Be 'Below', 'The CA'
        }

        It 'writes one file each into a folder' {
            $null = New-Item -ItemType Directory 'each [1]'
            $files = $web, 'good.crt' | Export-MtlsCertificate -OutDirectory 'each [1]' -Format Json
            $files.Name | Should -Be "web.example-$($web.SerialNumber).json", "good-$((Get-MtlsCertificate good.crt).SerialNumber).json"
            (Get-Content -Raw -LiteralPath $files[0].FullName | ConvertFrom-Json).name | Should -Be 'web.example'
            Split-Path -Leaf $files[0].DirectoryName | Should -Be 'each [1]'
        }

        It 'gives text to the pipeline when there is no file' {
            $web | Export-MtlsCertificate | Should -BeExactly $web.ToPem().TrimEnd()
            $texts = $web, 'good.crt' | Export-MtlsCertificate -Format Json
            $texts | Should -HaveCount 2
            ($texts | ConvertFrom-Json).name | Should -Be 'web.example', 'good'
            [Convert]::FromBase64String(($web | Export-MtlsCertificate -Format Base64)) | Should -Be $web.RawData.ToArray()
            $null = $web | Export-MtlsCertificate -OutKey text.key -Password $secret
            Compare-MtlsKeyPair text.key $web -Password $secret -Quiet | Should -BeTrue
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

        It 'writes a CA into the folders and under the names that openssl scripts expect' {
            $null = New-Item -ItemType Directory client_c_ca/certs, client_c_ca/private
            $null = $root | Export-MtlsCertificate -OutFile client_c_ca/certs/client_c_root_ca.crt
            $null = $below | Export-MtlsCertificate -OutFile client_c_ca/certs/client_c_intermediate_ca.crt -Key below/private/ca.key -OutKey client_c_ca/private/client_c_intermediate_ca.key
            $null = $below | Export-MtlsCertificate -OutFile client_c_ca/certs/client_c_ca_chain.crt -Format Bundle
            if (-not $IsWindows) { (Get-Item client_c_ca/private/client_c_intermediate_ca.key).UnixMode | Should -Be '-rw-------' }
            Get-Content -Raw client_c_ca/certs/client_c_ca_chain.crt |
                Should -BeExactly ((Get-Content -Raw client_c_ca/certs/client_c_intermediate_ca.crt) + (Get-Content -Raw client_c_ca/certs/client_c_root_ca.crt))
            Assert-Peer openssl
            $null = Invoke-Peer openssl x509 -req -in good.csr -CA client_c_ca/certs/client_c_intermediate_ca.crt -CAkey client_c_ca/private/client_c_intermediate_ca.key -CAcreateserial -out by-openssl.crt
            $null = Invoke-Peer openssl verify -CAfile client_c_ca/certs/client_c_ca_chain.crt by-openssl.crt
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
            @{ Id = 'PasswordRequired'; Because = 'an empty password that was not asked for'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx -Password ([securestring]::new()) }; Category = 'AuthenticationError'; Target = 'good.crt'; Ending = 'ask for an empty one with -AllowEmptyPassword.' }
            @{ Id = 'PasswordNotSuitable'; Because = 'a password that Java can not type'; Run = { Export-MtlsCertificate good.crt new.pfx Pfx -Compatibility Java -Password (Get-Secret 'wörd') }; Category = 'InvalidArgument'; Target = 'good.crt'; Ending = 'Give another one with -Password.' }
            @{ Id = 'SeveralCertificates'; Because = 'two certificates in a PFX'; Run = { 'good.crt', 'other.crt' | Export-MtlsCertificate -OutFile new.pfx -Format Pfx -Password $secret }; Category = 'InvalidData'; Target = 'other.crt'; Ending = 'or choose a format that holds several.' }
            @{ Id = 'SeveralCertificates'; Because = 'two keys in a file'; Run = { 'good.crt', 'other.crt' | Export-MtlsCertificate -OutFile new.pem -OutKey new.key }; Category = 'InvalidData'; Target = 'other.crt'; Ending = 'Export them one at a time.' }
            @{ Id = 'ParameterNotUsed'; Because = 'a parameter that would be ignored'; Run = { Export-MtlsCertificate good.crt new.pem -Compatibility Java }; Category = 'InvalidArgument'; Target = 'Compatibility'; Ending = 'or choose the format it is for with -Format.' }
            @{ Id = 'ParameterNotUsed'; Because = 'openssl makes no such file'; Run = { Export-MtlsCertificate good.crt new.json Json -AsOpenSsl }; Category = 'InvalidArgument'; Target = 'AsOpenSsl'; Ending = 'or choose the format it is for with -Format.' }
            @{ Id = 'ParameterNotUsed'; Because = 'a password that protects nothing'; Run = { Export-MtlsCertificate good.crt new.yaml KubernetesSecret -Password $secret }; Category = 'InvalidArgument'; Target = 'Password'; Ending = 'or choose the format it is for with -Format.' }
            @{ Id = 'OutFileRequired'; Because = 'a secret for the screen'; Run = { Export-MtlsCertificate good.crt -Format KubernetesSecret }; Category = 'InvalidArgument'; Target = 'KubernetesSecret'; Ending = 'Give -OutFile or -OutDirectory.' }
            @{ Id = 'NameInvalid'; Because = 'a name that Kubernetes refuses'; Run = { Export-MtlsCertificate good.crt new.yaml KubernetesSecret -SecretName My_Secret -Chain ca }; Category = 'InvalidArgument'; Target = 'good.crt'; Ending = 'such as api-tls.' }
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

        It 'PathNotWritable, for a folder that does not exist; the next certificate is tried as well' {
            $before = Get-Snapshot
            $failed = @($web, 'good.crt' | Export-MtlsCertificate -OutDirectory missing 2>&1)
            $failed | Should -HaveCount 2
            Assert-MtlsError $failed[0] PathNotWritable ExportMtlsCertificate PermissionDenied "missing/web.example-$($web.SerialNumber).pem" 'Choose a folder that exists and that this account may write.'
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
            $null = New-Item -ItemType Directory whatif
            $web, $root | Export-MtlsCertificate -OutDirectory whatif -WhatIf | Should -BeNullOrEmpty
            Get-ChildItem whatif | Should -BeNullOrEmpty
            Get-WhatIfText { $web, $root | Export-MtlsCertificate -OutFile new.pem -Format Bundle -WhatIf } | Should -BeLike "*Export 'web.example', 'The CA' as Bundle*new.pem*"
            Get-WhatIfText { Export-MtlsCertificate web.crt new.pem -OutKey new.key -WhatIf } | Should -BeLike "*Export 'web.example' as Pem*new.pem and *new.key*"
        }
    }

    Context 'stop' {
        It 'exports no more than the pipeline wants' {
            $null = New-Item -ItemType Directory first
            $web, 'good.crt' | Export-MtlsCertificate -OutDirectory first -ErrorAction Stop | Select-Object -First 1 | Should -HaveCount 1
            Get-ChildItem first | Should -HaveCount 1
        }
    }
}
