BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secret = Get-Secret
    $ca = New-MtlsCa ca 'The CA' -KeyAlgorithm EcdsaP256
    $null = New-MtlsCertificate $ca locked -Profile Client -OutFile locked.crt -Password $secret
    $other = New-MtlsCa other 'Another CA' -KeyAlgorithm EcdsaP256

    # A server's certificate in two files, in the current folder.
    function New-Pair([string] $Name, $By = $ca) {
        New-MtlsCertificate $By api.example.com -Profile Server -OutFile "$Name.crt"
    }

    function Get-Serial([string] $Path) { (Get-MtlsCertificate -LiteralPath $Path)[0].SerialNumber }
}

AfterAll { Pop-Location }

Describe 'Update-MtlsCertificate' {
    Context 'binding' {
        It 'takes <Name>' -ForEach @(
            @{ Name = 'a path by position'; Command = { Update-MtlsCertificate ./bound.crt -Ca $ca } }
            @{ Name = 'wildcards'; Command = { Update-MtlsCertificate ./boun?.crt -Ca ./ca } }
            @{ Name = 'a literal path'; Command = { Update-MtlsCertificate -LiteralPath ./bound.crt -Ca (Get-Item ca) } }
            @{ Name = 'a file of the pipeline'; Command = { Get-Item bound.crt | Update-MtlsCertificate -Ca $ca } }
            @{ Name = 'a path of the pipeline'; Command = { './bound.crt' | Update-MtlsCertificate -Ca $ca } }
            @{ Name = 'a certificate that was read'; Command = { Get-MtlsCertificate ./bound.crt | Update-MtlsCertificate -Ca $ca } }
            @{ Name = 'a row of a table'; Command = { [pscustomobject]@{ Path = './bound.crt'; KeyPath = './bound.key'; Name = 'api' } | Update-MtlsCertificate -Ca $ca } }
            @{ Name = 'a row with a certificate alone'; Command = { [pscustomobject]@{ Certificate = (Get-MtlsCertificate ./bound.crt)[0] } | Update-MtlsCertificate -Ca $ca } }
            @{ Name = 'a configuration'; Command = { Update-MtlsCertificate -ConfigPath ./bound.conf -Ca $ca } }
        ) {
            $null = New-Pair bound
            [IO.File]::WriteAllText("$folder/bound.conf", "events {}`nhttp { server { listen 443 ssl; ssl_certificate bound.crt; ssl_certificate_key bound.key; } }")
            $before = Get-Serial bound.crt
            $result = & $Command
            $result.State | Should -Be Renewed
            $result.Certificate.SerialNumber | Should -Be (Get-Serial bound.crt) -Because "$result"
            $result.Former.SerialNumber | Should -Be $before
            $result.NotAfter | Should -Be $result.Certificate.NotAfter
            Remove-Item -LiteralPath "$folder/bound.crt", "$folder/bound.key", "$folder/.renewals" -Recurse -Force
        }

        It 'takes what an inventory finds: the file, and none of its versions' {
            $null = New-Item -ItemType Directory -Path "$folder/estate"
            $null = New-MtlsCertificate $ca listed -Profile Client -OutFile ./estate/listed.crt
            $result = Get-MtlsInventory ./estate | Where-Object NeedsRenewal -EQ $false | Update-MtlsCertificate -Ca $ca
            $result.State | Should -Be Renewed
            $found = @(Get-MtlsInventory ./estate)
            $found.Count, $found[0].NeedsRenewal, $found[0].Path | Should -Be 1, $false, (Join-Path $folder estate listed.crt)
            ($found | Update-MtlsCertificate -Ca $ca).Certificate.SerialNumber | Should -Be (Get-Serial estate/listed.crt)
        }

        It 'takes an item of a store' {
            $item = New-MtlsCertificate $ca "renewal $([guid]::NewGuid())" -Profile Client | Import-MtlsToStore -SkipChain
            try {
                $result = $item | Update-MtlsCertificate -Ca $ca -Days 100
                $result.State | Should -Be Renewed
                $thumbprint = @(Get-MtlsStoreItem | Where-Object Name -EQ $item.Name).Thumbprint
                $thumbprint | Should -Be $result.Certificate.Thumbprint
                (Update-MtlsCertificate $thumbprint -Ca $ca -Days 101).State | Should -Be Renewed
            }
            finally { Get-MtlsStoreItem | Where-Object Name -EQ $item.Name | Remove-MtlsStoreItem -Confirm:$false }
        }
    }

    Context 'behaviour' {
        It 'renews only what is due, and says why or when' {
            $null = New-Pair due
            $young = Update-MtlsCertificate ./due.crt -Ca $ca -IfNeeded
            $young.State, $young.ExitCode, $young.Former | Should -Be NotDue, 0, $null
            $young.Reason | Should -Match '^due after \d{4}-\d\d-\d\d$'
            (Update-MtlsCertificate ./due.crt -Ca $ca -IfNeeded -RenewBefore 80d).State | Should -Be NotDue
            (Update-MtlsCertificate ./due.crt -Ca $ca -IfNeeded -RenewBefore 91d).Reason | Should -Match '^due since '
            (Update-MtlsCertificate ./due.crt -Ca $ca -IfNeeded -San api.example.com, www.example.com).Reason | Should -Be 'lacks the name DNS:www.example.com'
            (Update-MtlsCertificate ./due.crt -Ca $ca -IfNeeded -San www.example.com, api.example.com).State | Should -Be NotDue
        }

        It 'keeps the password of a key' {
            (Update-MtlsCertificate ./locked.crt -Ca $ca -Password $secret).State | Should -Be Renewed
            (Get-MtlsKey locked.key).IsEncrypted | Should -BeTrue
        }

        It 'keeps or changes the key, as asked' {
            $made = New-Pair keyed
            (Update-MtlsCertificate ./keyed.crt -Ca $ca -KeepKey).Certificate.SpkiSha256 | Should -Be $made.SpkiSha256
            "$((Update-MtlsCertificate ./keyed.crt -Ca $ca -KeyAlgorithm EcdsaP384).Certificate.PublicKey)" | Should -Be 'ECDSA P-384'
            Compare-MtlsKeyPair keyed.crt keyed.key -Quiet | Should -BeTrue
        }

        It 'runs the reload command once, when everything is in place, and only if something was renewed' {
            $null = New-Pair one
            $null = New-Pair two
            $script:calls = [System.Collections.Generic.List[object]]::new()
            $reload = { $calls.Add(@($_.Certificate.SerialNumber)); (Get-MtlsCertificate ./one.crt)[0].SerialNumber | Should -BeIn $_.Certificate.SerialNumber }
            $results = Update-MtlsCertificate ./one.crt, ./two.crt -Ca $ca -ReloadCommand $reload
            $results.State | Should -Be Renewed, Renewed
            $calls.Count | Should -Be 1
            $calls[0] | Should -Be $results.Certificate.SerialNumber
            $null = Update-MtlsCertificate ./one.crt -Ca $ca -IfNeeded -ReloadCommand $reload
            $calls.Count | Should -Be 1
        }

        It 'repeats a reload that failed, though nothing is due' -ForEach @(
            @{ Failing = { throw 'no server' }; Says = '*: no server' }
            @{ Failing = { Write-Error 'no such pid' }; Says = '*: no such pid' }
            @{ Failing = { if ($IsWindows) { cmd /c exit 3 } else { sh -c 'exit 3' } }; Says = '*exit code 3' }
        ) {
            $null = New-Pair told
            $results = $null
            $failure = Get-OnlyError { Update-MtlsCertificate ./told.crt -Ca $ca -ReloadCommand $Failing } -Output ([ref] $results)
            Assert-MtlsError $failure ReloadFailed UpdateMtlsCertificate InvalidResult "$Failing" 'the command is repeated until it succeeds.'
            $results[0].State, $results[0].ExitCode | Should -Be RenewedReloadFailed, 2
            $results[0].Reason | Should -BeLike $Says
            $results[0].Certificate.SerialNumber | Should -Be (Get-Serial told.crt)
            $script:repeated = 0
            (Update-MtlsCertificate ./told.crt -Ca $ca -IfNeeded -ReloadCommand { $script:repeated++ }).State | Should -Be NotDue
            (Update-MtlsCertificate ./told.crt -Ca $ca -IfNeeded -ReloadCommand { $script:repeated++ }).State | Should -Be NotDue
            $repeated | Should -Be 1
            Remove-Item -LiteralPath "$folder/told.crt", "$folder/told.key", "$folder/.renewals/told.crt" -Recurse -Force
        }

        It 'revokes what was replaced, unless the program still uses it' {
            $own = New-MtlsCa own 'Own CA' -KeyAlgorithm EcdsaP256
            $made = New-Pair revoked $own
            $null = Update-MtlsCertificate ./revoked.crt -Ca $own -RevokeOld -ReloadCommand { throw 'no server' } -ErrorAction SilentlyContinue
            (Get-MtlsCa own -Issued).Status | Should -Be Valid, Valid
            $result = Update-MtlsCertificate ./revoked.crt -Ca $own -RevokeOld -ReloadCommand { }
            $issued = Get-MtlsCa own -Issued | Where-Object Status -EQ Revoked
            $issued.SerialNumber, "$($issued.Reason)" | Should -Be $result.Former.SerialNumber, Superseded
            $made.SerialNumber | Should -Not -Be $result.Former.SerialNumber
        }

        It 'moves a certificate to another CA when asked' {
            $null = New-Pair moved $other
            (Update-MtlsCertificate ./moved.crt -Ca $ca -ChangeIssuer).Certificate.Issuer | Should -Be $ca.Certificate.Subject
        }

        It 'shows name, state, days, reason and path' {
            $null = New-Pair shown
            Get-TableHeader (Update-MtlsCertificate ./shown.crt -Ca $ca) | Should -Be 'Name State DaysLeft Reason Path'
        }
    }

    Context 'errors' {
        BeforeAll {
            $null = New-Pair good
            $null = New-Pair foreign $other
            $null = New-Pair keyless
            Remove-Item -LiteralPath "$folder/keyless.key"
            Copy-Item -LiteralPath "$folder/ca/ca.crt" "$folder/root.crt"
            Copy-Item -LiteralPath "$folder/ca/private/ca.key" "$folder/root.key"
            [IO.File]::WriteAllText("$folder/empty.conf", "events {}`nhttp { server { listen 80; } }")
        }

        It '<Id>: the others are renewed all the same' -ForEach @(
            @{ Id = 'CertificateOfAnotherAuthority'; File = 'foreign.crt'; Category = 'SecurityError'; Ending = 'or move it to this one with -ChangeIssuer.' }
            @{ Id = 'RenewalOfCa'; File = 'root.crt'; Category = 'InvalidArgument'; Ending = 'Renew it with Update-MtlsCa.' }
            @{ Id = 'KeyRequired'; File = 'keyless.crt'; Category = 'ObjectNotFound'; Ending = 'or use a PFX.' }
            @{ Id = 'FileNotFound'; File = 'missing.crt'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ Id = 'PasswordRequired'; File = 'locked.crt'; Category = 'AuthenticationError'; Ending = 'Give its password.'; Target = 'locked.key' }
        ) {
            $results = $null
            $failure = Get-OnlyError { "./$File", './good.crt' | Update-MtlsCertificate -Ca $ca } -Output ([ref] $results)
            Assert-MtlsError $failure $Id UpdateMtlsCertificate $Category ($Target ?? $File) $Ending
            $results.State | Should -Be Failed, Renewed
            $results[0].ExitCode, $results[0].Reason | Should -Be 1, $failure.Exception.Message
            ($results | Measure-Object ExitCode -Maximum).Maximum | Should -Be 1
        }

        It 'NothingToRenew: a configuration without a certificate of the CA, and an object without a place' {
            $results = $null
            Assert-MtlsError (Get-OnlyError { Update-MtlsCertificate -ConfigPath ./empty.conf -Ca $ca } -Output ([ref] $results)) NothingToRenew UpdateMtlsCertificate ObjectNotFound empty.conf 'give the CA that issued it.'
            $results.State | Should -Be Failed
            (Get-OnlyError { [pscustomobject]@{ Host = 'x' } | Update-MtlsCertificate -Ca $ca } ).FullyQualifiedErrorId | Should -BeLike 'NothingToRenew,*'
        }

        It 'ends at once for what no certificate could mend: <Id>' -ForEach @(
            @{ Id = 'NotAnAuthority'; Command = { './good.crt', './good.crt' | Update-MtlsCertificate -Ca ./empty.conf } }
            @{ Id = 'ProfileNotFound'; Command = { './good.crt', './good.crt' | Update-MtlsCertificate -Ca $ca -Profile nosuch } }
            @{ Id = 'ParameterNotUsed'; Command = { './good.crt', './good.crt' | Update-MtlsCertificate -Ca $ca -RenewBefore 3d } }
            @{ Id = 'ParameterNotUsed'; Command = { './good.crt', './good.crt' | Update-MtlsCertificate -Ca $ca -KeepKey -KeyAlgorithm Rsa2048 } }
        ) {
            (Get-OnlyError $Command).FullyQualifiedErrorId | Should -BeLike "$Id,*"
        }

        It 'leaves everything as it was when the CA refuses' {
            $before = Get-Snapshot
            (Get-OnlyError { Update-MtlsCertificate ./good.crt -Ca $ca -Days 99999 } ).FullyQualifiedErrorId | Should -BeLike 'LifetimeBeyondIssuer,*'
            Get-Snapshot | Should -Be $before
        }
    }

    Context '-WhatIf' {
        It 'tells what would be done, and does nothing' {
            $null = New-Pair planned
            $before = Get-Snapshot
            $text = Get-WhatIfText { Update-MtlsCertificate ./planned.crt -Ca $ca -San api.example.com -ReloadCommand { 'reload' } -RevokeOld -WhatIf }
            $text | Should -Match "Have the CA 'The CA' issue a Server certificate for 'api.example.com' with a new key \(EcdsaP256\), with the names DNS:api.example.com; write '.*planned.crt' and '.*planned.key', and keep what was there in '.*planned.crt' \(reason: asked for\)"
            Get-Snapshot | Should -Be $before
        }
    }
}
