BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    New-BadFile $ca
    $key = New-MtlsKey
    function New-Client([string] $Name = 'alice', $From = $ca) { New-MtlsCertificate $From $Name -Profile Client -Key $key -WarningAction Ignore }
    $quiet = @{ Confirm = $false; WarningAction = 'Ignore' }
}

AfterAll { Pop-Location }

Describe 'Revoke-MtlsCertificate' {
    Context 'binding' {
        It 'takes certificates by object, path and entry of the index, the CA by path and object' {
            $three = 'one', 'two', 'three' | ForEach-Object { New-Client $_ }
            Copy-Item -LiteralPath $three[1].Path 'two [2].crt'
            ($three[0] | Revoke-MtlsCertificate ./ca @quiet).Name | Should -Be 'one'
            (Revoke-MtlsCertificate $ca 'two [2].crt' @quiet).Name | Should -Be 'two'
            (Get-MtlsCa ./ca -Issued -Name three | Revoke-MtlsCertificate $ca @quiet).Name | Should -Be 'three'
        }

        It 'takes serial numbers, thumbprints and names' {
            $three = 'four', 'five', 'six' | ForEach-Object { New-Client $_ }
            (Revoke-MtlsCertificate $ca -SerialNumber $three[0].SerialNumberDecimal @quiet).Name | Should -Be 'four'
            (Revoke-MtlsCertificate $ca -Thumbprint $three[1].Thumbprint @quiet).Name | Should -Be 'five'
            (Revoke-MtlsCertificate $ca -Name six @quiet).Name | Should -Be 'six'
        }

        It 'asks before it revokes' {
            (Get-Command Revoke-MtlsCertificate).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
        }
    }

    Context 'behaviour' {
        It 'tells what it did, and that nobody knows of it yet' {
            $certificate = New-Client 'lost laptop'
            $done = $certificate | Revoke-MtlsCertificate $ca -Reason KeyCompromise -Confirm:$false -WarningVariable told -WarningAction SilentlyContinue
            $done.SerialNumber, $done.Outcome, $done.Reason, $done.Ca | Should -Be $certificate.SerialNumber, 'Revoked', 'KeyCompromise', 'The CA'
            $done.CrlNumber | Should -BeNullOrEmpty
            ([DateTimeOffset]::UtcNow - $done.RevokedAt).TotalMinutes | Should -BeLessThan 5
            $told | Should -HaveCount 1
            "$told" | Should -BeLike 'Nobody learns of it before the next revocation list: Publish-MtlsCrl *'
            Get-TableHeader $done | Should -Be 'Outcome Name SerialNumber Reason RevokedAt (UTC)'
        }

        It 'publishes the list along with it' {
            $certificate = New-Client
            $done = $certificate | Revoke-MtlsCertificate $ca -PublishCrl -Confirm:$false -WarningVariable told
            $told | Should -BeNullOrEmpty
            $list = Get-MtlsCrl -LiteralPath $done.CrlPath -Issuer $ca
            $list.Number | Should -Be $done.CrlNumber
            (Get-MtlsCrl -LiteralPath $done.CrlPath -Certificate $certificate).IsRevoked | Should -BeTrue
        }

        It 'puts a certificate on hold and lifts the hold' {
            $certificate = New-Client
            ($certificate | Revoke-MtlsCertificate $ca -Reason CertificateHold @quiet).Reason | Should -Be 'CertificateHold'
            $lifted = $certificate | Revoke-MtlsCertificate $ca -Reason RemoveFromCrl @quiet
            $lifted.Outcome, $lifted.Reason | Should -Be 'Released', $null
            (Get-MtlsCa ./ca -SerialNumber $certificate.SerialNumber).Status | Should -Be 'Valid'
        }

        It 'takes every certificate of a name, those it replaced, and those of its key' {
            $fleet = New-MtlsCa fleet 'Fleet'
            $old, $new = (New-Client till $fleet), (New-Client till $fleet)
            $twin = New-Client 'till copy' $fleet
            (Revoke-MtlsCertificate $fleet $new -IncludeSuperseded -Reason KeyCompromise -WhatIf *>&1) | Should -BeNullOrEmpty
            $done = Revoke-MtlsCertificate $fleet $new -SameKey -Reason KeyCompromise @quiet
            $done.SerialNumber | Sort-Object | Should -Be ($old.SerialNumber, $new.SerialNumber, $twin.SerialNumber | Sort-Object)
            $null = New-Client till $fleet
            $null = New-Client till $fleet
            (Revoke-MtlsCertificate $fleet -Name till -All @quiet).Count | Should -Be 2
        }

        It 'warns of what stays valid under the same name' {
            $one, $other = (New-Client bob), (New-Client bob)
            $null = $one | Revoke-MtlsCertificate $ca -PublishCrl -Confirm:$false -WarningVariable told -WarningAction SilentlyContinue
            "$told" | Should -BeLike "*another certificate that stays valid until *$($other.SerialNumber)*"
        }

        It 'opens the key for the list alone' {
            $locked = New-MtlsCa locked 'Locked' -Password (Get-Secret)
            $one, $two = (New-Client one $locked), (New-Client two $locked)
            (Revoke-MtlsCertificate ./locked $one @quiet).Outcome | Should -Be 'Revoked'
            $failure = Get-OnlyError { Revoke-MtlsCertificate ./locked $two -PublishCrl @quiet } ([ref] ($output = $null))
            Assert-MtlsError $failure PasswordRequired RevokeMtlsCertificate AuthenticationError locked/private/ca.key '-Password for Get-MtlsCa.'
            (Get-MtlsCa ./locked -SerialNumber $two.SerialNumber).Status | Should -Be 'Revoked'
            $null = Revoke-MtlsCertificate ./locked $two -PublishCrl -CaPassword (Get-Secret) @quiet -ErrorAction SilentlyContinue
            (Get-MtlsCrl ./locked).Count | Should -Be 2
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is revoked' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path; the name of a certificate goes with -Name, its serial number with -SerialNumber.' }
            @{ File = 'ca/missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $next = New-Client
            $output = $null
            $failure = Get-OnlyError { Revoke-MtlsCertificate $ca $File, $next @quiet } ([ref] $output)
            Assert-MtlsError $failure $Id RevokeMtlsCertificate ($Category ?? 'InvalidData') $File $Ending
            $output.SerialNumber | Should -Be $next.SerialNumber
        }

        It 'AlreadyRevoked, with when and why' {
            $certificate = New-Client 'gone'
            $null = $certificate | Revoke-MtlsCertificate $ca -Reason Superseded @quiet
            $failure = Get-OnlyError { Revoke-MtlsCertificate $ca -SerialNumber $certificate.SerialNumber -Reason KeyCompromise @quiet }
            Assert-MtlsError $failure AlreadyRevoked RevokeMtlsCertificate ResourceExists $certificate.SerialNumber 'publish a list with Publish-MtlsCrl and give it to them.'
            $failure.Exception.Message | Should -BeLike "*revoked already on $((Get-Date -AsUTC).ToString('yyyy-MM-dd'))*reason Superseded*"
        }

        It '<Id>, for -<Parameter> <Value>; the next one is revoked' -ForEach @(
            @{ Parameter = 'SerialNumber'; Value = '99'; Id = 'CertificateNotIssued'; Category = 'ObjectNotFound'; Target = 'ca/index.txt'; Ending = 'can be revoked without being listed.' }
            @{ Parameter = 'SerialNumber'; Value = 'nonsense'; Id = 'SerialNumberInvalid'; Category = 'InvalidArgument'; Target = 'nonsense'; Ending = 'for a random one.' }
            @{ Parameter = 'Thumbprint'; Value = 'ABCD'; Id = 'ThumbprintInvalid'; Category = 'InvalidArgument'; Target = 'ABCD'; Ending = 'or give the serial number.' }
            @{ Parameter = 'Name'; Value = 'nobody'; Id = 'CertificateNotIssued'; Category = 'ObjectNotFound'; Target = 'ca/index.txt'; Ending = 'can be revoked without being listed.' }
        ) {
            $next = New-Client ([guid]::NewGuid().ToString('N'))
            $sound = @{ SerialNumber = $next.SerialNumber; Thumbprint = $next.Sha256; Name = $next.Name }[$Parameter]
            $given = @{ $Parameter = $Value, $sound }
            $output = $null
            $failure = Get-OnlyError { Revoke-MtlsCertificate $ca @given @quiet } ([ref] $output)
            Assert-MtlsError $failure $Id RevokeMtlsCertificate $Category $Target $Ending
            $output.SerialNumber | Should -Be $next.SerialNumber
        }

        It 'SeveralCertificates, for a name that several bear' {
            $null = New-Client carol
            $null = New-Client carol
            Assert-MtlsError (Get-OnlyError { Revoke-MtlsCertificate $ca -Name carol @quiet }) SeveralCertificates RevokeMtlsCertificate InvalidData ca/index.txt 'Give the serial number of one, or -All.'
        }

        It 'CertificateOfAnotherAuthority, for what another CA has issued' {
            $other = New-MtlsCa other 'Other'
            $theirs = New-Client theirs $other
            Assert-MtlsError (Get-OnlyError { $theirs | Revoke-MtlsCertificate $ca @quiet }) CertificateOfAnotherAuthority RevokeMtlsCertificate SecurityError $theirs.Path 'Revoke it at the CA that issued it.'
        }

        It 'RevocationReasonNotAllowed, NotOnHold, NotAnAuthority' {
            $certificate = New-Client dave
            Assert-MtlsError (Get-OnlyError { $certificate | Revoke-MtlsCertificate $ca -Reason AaCompromise @quiet }) RevocationReasonNotAllowed RevokeMtlsCertificate InvalidArgument $ca 'or CaCompromise for the certificate of a CA.'
            Assert-MtlsError (Get-OnlyError { $certificate | Revoke-MtlsCertificate $ca -Reason RemoveFromCrl @quiet }) NotOnHold RevokeMtlsCertificate InvalidArgument $certificate 'Nothing needs to be done.'
            Assert-MtlsError (Get-OnlyError { $certificate | Revoke-MtlsCertificate ./nothing @quiet }) NotAnAuthority RevokeMtlsCertificate ObjectNotFound nothing 'Name a folder made by New-MtlsCa.'
        }
    }

    Context '-WhatIf' {
        It 'revokes and publishes nothing' {
            $certificate = New-Client erin
            $before = Get-Snapshot
            $certificate | Revoke-MtlsCertificate $ca -PublishCrl -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { $certificate | Revoke-MtlsCertificate $ca -Reason Superseded -WhatIf } | Should -BeLike "*Revoke, reason Superseded*erin ($($certificate.SerialNumber)) of 'The CA'*"
        }
    }

    Context 'stop' {
        It 'revokes nothing when the pipeline breaks off before its end' {
            $few = New-MtlsCa few 'Few'
            $two = (New-Client one $few), (New-Client two $few)
            { $two | ForEach-Object { $_; if ($_.Name -eq 'two') { throw 'enough' } } | Revoke-MtlsCertificate $few @quiet } | Should -Throw 'enough'
            Get-MtlsCa ./few -Status Revoked | Should -BeNullOrEmpty
        }
    }
}
