BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $root = New-MtlsCa root 'The Root' -KeyAlgorithm EcdsaP256
    $null = $root | New-MtlsCa low 'Below' -KeyAlgorithm EcdsaP256
}

AfterAll { Pop-Location }

Describe 'Update-MtlsCa' {
    Context 'binding' {
        It 'takes the CA as a path, an object, an item and from the pipeline' {
            $null = New-MtlsCa bound 'Bound' -KeyAlgorithm EcdsaP256
            (Update-MtlsCa bound).Name | Should -Be 'Bound'
            (Update-MtlsCa (Get-MtlsCa bound)).Name | Should -Be 'Bound'
            (Get-MtlsCa bound | Update-MtlsCa).Name | Should -Be 'Bound'
            (Get-Item bound | Update-MtlsCa -NewKey).Name | Should -Be 'Bound'
        }

        It 'takes the issuer as a path and as an object' {
            (Update-MtlsCa low -Issuer ./root).Certificate.Chain.Name | Should -Be 'The Root'
            (Update-MtlsCa low -Issuer $root).Certificate.Chain.Name | Should -Be 'The Root'
        }
    }

    Context 'behaviour' {
        It 'renews with the same key, for as long as before, and keeps the former certificate' {
            $before = New-MtlsCa renewed 'Renewed' -KeyAlgorithm EcdsaP256 -Days 400
            $null = New-MtlsCertificate $before a -Profile Client -OutFile a.crt
            $after = Update-MtlsCa renewed
            $after.Certificate.PublicKey | Should -Be $before.Certificate.PublicKey
            $after.DaysLeft | Should -BeIn 399, 400
            (Update-MtlsCa renewed -Days 800).DaysLeft | Should -BeIn 799, 800
            (Update-MtlsCa renewed -NotAfter 2040-01-01Z).NotAfter | Should -Be ([datetimeoffset] '2040-01-01Z')
            Get-MtlsCertificate "renewed/archive/$($before.Certificate.SerialNumber).crt" | Should -Be $before.Certificate
            (Test-MtlsCertificate a.crt -TrustedCa ./renewed).Success | Should -BeTrue
            @(Get-MtlsCa renewed -Issued).Count | Should -Be 1
        }

        It 'gives a root a new key; either root leads to what both have signed' {
            $old = New-MtlsCa changed 'Changed' -KeyAlgorithm EcdsaP256
            $null = New-MtlsCertificate $old before -Profile Client -OutFile before.crt
            $new = Update-MtlsCa changed -NewKey -KeyAlgorithm EcdsaP384
            $null = New-MtlsCertificate ./changed after -Profile Client -OutFile after.crt
            "$($new.Certificate.PublicKey)" | Should -Be 'ECDSA P-384'
            (Test-MtlsCertificate after.crt -TrustedCa $old).Success | Should -BeTrue
            (Test-MtlsCertificate after.crt -TrustedCa $new).Success | Should -BeTrue
            (Test-MtlsCertificate before.crt -TrustedCa $new).Success | Should -BeFalse
            (Test-MtlsCertificate before.crt -TrustedCa $new -Intermediate changed/cross/old-by-new.crt).Success | Should -BeTrue
            (Test-MtlsCertificate before.crt, after.crt -TrustedCa changed/trust.crt).Success | Should -Be $true, $true
        }

        It 'encrypts the new key' {
            $null = New-MtlsCa locked 'Locked' -KeyAlgorithm EcdsaP256 -Password $secret
            $null = Update-MtlsCa locked -Password $secret -NewKey -NewPassword (Get-Secret other)
            (Get-MtlsCa locked -Password (Get-Secret other)).IsUnlocked | Should -BeTrue
        }

        It 'completes a CA that another organisation signs, and renews it by a request again' {
            $corp = New-MtlsCa corp 'Corp' -KeyAlgorithm EcdsaP256
            $request = New-MtlsCa ours 'Ours' -OutCsr ours.csr -KeyAlgorithm EcdsaP256
            $request.Path | Should -Be (Join-Path $folder ours.csr)
            $null = Approve-MtlsCsr $corp ours.csr -Profile Intermediate -OutFile signed.crt
            $ours = Update-MtlsCa ours -Certificate signed.crt -Chain corp/ca.crt
            "$($ours.Role)" | Should -Be 'IntermediateCa'
            $null = New-MtlsCertificate ./ours x -Profile Client -OutFile x.crt
            (Test-MtlsCertificate x.crt -TrustedCa ./corp).Success | Should -BeTrue

            $null = Update-MtlsCa ours -OutCsr again.csr
            (Compare-MtlsKeyPair again.csr, signed.crt).Match | Should -BeTrue
            $null = Approve-MtlsCsr $corp again.csr -Profile Intermediate -Days 900 -OutFile again.crt
            (Update-MtlsCa ours -Certificate again.crt -Chain ./corp).DaysLeft | Should -BeIn 899, 900
            (Test-MtlsCertificate x.crt -TrustedCa ./corp).Success | Should -BeTrue
        }

        It 'takes a chain out of the signed file itself' {
            $null = New-MtlsCa bundled 'Bundled' -OutCsr bundled.csr -KeyAlgorithm EcdsaP256
            $signed = Approve-MtlsCsr ./root bundled.csr -Profile Intermediate
            [IO.File]::WriteAllText("$folder/bundle.pem", $signed.ToPem() + $root.Certificate.ToPem())
            (Update-MtlsCa bundled -Certificate bundle.pem).Certificate.Chain.Name | Should -Be 'The Root'
        }
    }

    Context 'errors' {
        BeforeAll {
            $null = New-MtlsCa good 'Good' -KeyAlgorithm EcdsaP256
            $null = New-MtlsCa hidden 'Hidden' -KeyAlgorithm EcdsaP256 -Password $secret
            $null = New-MtlsCa waiting 'Waiting' -OutCsr waiting.csr -KeyAlgorithm EcdsaP256
            $null = Approve-MtlsCsr ./root waiting.csr -Profile Client -OutFile leaf.crt
            [IO.File]::WriteAllText("$folder/alone.crt", (Approve-MtlsCsr ./root waiting.csr -Profile Intermediate).ToPem())
            $null = New-MtlsCa filled 'Filled' -OutCsr filled.csr -KeyAlgorithm EcdsaP256
            [IO.File]::WriteAllText("$folder/filled.crt", (Approve-MtlsCsr ./root filled.csr -Profile Intermediate -Subject CN=Renamed -WarningAction Ignore).ToPem())
            $null = Update-MtlsCa filled -Certificate (Approve-MtlsCsr ./root filled.csr -Profile Intermediate -WarningAction Ignore)
            [IO.File]::WriteAllText("$folder/there.csr", 'x')
        }

        It '<Id>, for <Because>; nothing is changed' -ForEach @(
            @{ Id = 'NotAnAuthority'; Because = 'what is no CA'; Run = { Update-MtlsCa missing }; Category = 'ObjectNotFound'; Target = 'missing'; Ending = 'Name a folder made by New-MtlsCa.' }
            @{ Id = 'AuthorityPending'; Because = 'a CA that waits for its certificate'; Run = { Update-MtlsCa waiting }; Category = 'ObjectNotFound'; Target = 'waiting'; Ending = 'then use Update-MtlsCa with -Certificate.' }
            @{ Id = 'IssuerRequired'; Because = 'an intermediate without an issuer'; Run = { Update-MtlsCa low }; Category = 'InvalidArgument'; Target = 'low'; Ending = 'and give what it signs with -Certificate.' }
            @{ Id = 'ProfileNotIssuable'; Because = 'a root with an issuer'; Run = { Update-MtlsCa good -Issuer ./root }; Category = 'InvalidArgument'; Target = 'good'; Ending = 'Leave out -Issuer.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Update-MtlsCa hidden }; Category = 'AuthenticationError'; Target = 'hidden/private/ca.key'; Ending = '-Password for Get-MtlsCa.' }
            @{ Id = 'PasswordRequired'; Because = 'a new key that would lie open'; Run = { Get-MtlsCa hidden -Password $secret | Update-MtlsCa -NewKey }; Category = 'AuthenticationError'; Target = 'hidden/private/ca.key'; Ending = 'Give -NewPassword.' }
            @{ Id = 'LifetimeBeyondIssuer'; Because = 'an end after the issuer''s'; Run = { Update-MtlsCa low -Issuer ./root -Days 9999 }; Category = 'SecurityError'; Target = 'low'; Ending = 'or renew the issuer.' }
            @{ Id = 'FileExists'; Because = 'a request that is there'; Run = { Update-MtlsCa good -OutCsr there.csr }; Category = 'ResourceExists'; Target = 'there.csr'; Ending = 'or choose another name.' }
            @{ Id = 'IssuerCannotSign'; Because = 'a certificate that is no CA''s'; Run = { Update-MtlsCa waiting -Certificate leaf.crt }; Category = 'SecurityError'; Target = 'leaf.crt'; Ending = '(in openssl: -extensions v3_ca).' }
            @{ Id = 'ChainMissing'; Because = 'a certificate whose issuer is unknown'; Run = { Update-MtlsCa waiting -Certificate alone.crt }; Category = 'ObjectNotFound'; Target = 'alone.crt'; Ending = 'up to the root, with -Chain.' }
            @{ Id = 'KeyMismatch'; Because = 'another CA''s certificate'; Run = { Update-MtlsCa waiting -Certificate low/ca.crt -Chain ./root }; Category = 'InvalidData'; Target = 'low/ca.crt'; Ending = 'Give the certificate that was made from its request.' }
            @{ Id = 'AuthorityMismatch'; Because = 'another name'; Run = { Update-MtlsCa filled -Certificate filled.crt -Chain ./root }; Category = 'InvalidData'; Target = 'filled.crt'; Ending = 'Have its request signed with the name unchanged.' }
        ) {
            $null = Get-MtlsCa low | ForEach-Object { New-MtlsCertificate $_ x -Profile Client }
            $before = Get-Snapshot | Where-Object { $_ -notlike '*.lock *' }
            Assert-MtlsError (Get-OnlyError $Run) $Id UpdateMtlsCa $Category $Target $Ending
            Get-Snapshot | Where-Object { $_ -notlike '*.lock *' } | Should -Be $before
        }

        It 'AuthorityChanged, for one that was renewed meanwhile' {
            $stale = Get-MtlsCa good
            $null = Update-MtlsCa good
            Assert-MtlsError (Get-OnlyError { $stale | Update-MtlsCa }) AuthorityChanged UpdateMtlsCa ResourceBusy good 'and look whether anything is left to do.'
        }

        It 'goes on with the next CA' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { './missing', './good' | Update-MtlsCa } ([ref] $output)) NotAnAuthority UpdateMtlsCa ObjectNotFound missing 'Name a folder made by New-MtlsCa.'
            $output.Name | Should -Be 'Good'
        }
    }

    Context '-WhatIf' {
        It 'changes nothing, and says what it would do' {
            $null = New-MtlsCa planned 'Planned' -KeyAlgorithm EcdsaP256
            $null = New-MtlsCa asked 'Asked' -OutCsr asked.csr -KeyAlgorithm EcdsaP256
            $signed = Approve-MtlsCsr ./root asked.csr -Profile Intermediate
            $before = Get-Snapshot
            Update-MtlsCa planned -WhatIf | Should -BeNullOrEmpty
            Update-MtlsCa planned -OutCsr planned.csr -WhatIf | Should -BeNullOrEmpty
            Update-MtlsCa asked -Certificate $signed -WhatIf | Should -BeNullOrEmpty
            Get-WhatIfText { Update-MtlsCa planned -NewKey -WhatIf } | Should -BeLike "*Renew the CA 'Planned' with a new key*planned*"
            Get-Snapshot | Should -Be $before
        }
    }

    Context 'stop' {
        It 'does not wait for a lock that another process holds, and changes nothing' {
            $null = New-MtlsCa busy 'Busy' -KeyAlgorithm EcdsaP256
            $held = [IO.File]::Open("$folder/busy/.lock", 'OpenOrCreate', 'ReadWrite', 'None')
            try {
                $before = Get-Snapshot | Where-Object { $_ -notlike '*.lock *' }
                Assert-StopsAtOnce 'Update-MtlsCa busy' { Start-Sleep -Milliseconds 1500 }
                Get-Snapshot | Where-Object { $_ -notlike '*.lock *' } | Should -Be $before
            }
            finally { $held.Dispose() }
        }
    }
}
