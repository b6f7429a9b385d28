BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $other = New-MtlsCa other 'The Other'
    $alice = New-MtlsCertificate $ca alice -Profile Client -OutFile alice.crt
    $null = $alice | Revoke-MtlsCertificate $ca -Reason KeyCompromise -PublishCrl -Confirm:$false
    Copy-Item ca/crl/ca.crl 'list [1].crl'
    $null = Publish-MtlsCrl $other
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCrl' {
    Context 'binding' {
        It 'takes files, folders of CAs and wildcards' {
            (Get-MtlsCrl -LiteralPath 'list [1].crl').Issuer.CommonName | Should -Be 'The CA'
            (Get-MtlsCrl ca, other).Issuer.CommonName | Should -Be 'The CA', 'The Other'
            (Get-ChildItem *.crl | Get-MtlsCrl).Source | Should -Be (Join-Path $folder 'list [1].crl')
            (Get-MtlsCrl other/crl/*.crl).Issuer.CommonName | Should -Be 'The Other'
        }
    }

    Context 'behaviour' {
        It 'shows what is in a list' {
            $list = Get-MtlsCrl ca
            $list.Status, $list.Success, $list.Count, $list.Number, $list.SignatureVerified | Should -Be 'Ok', $true, 1, 1, $null
            $list.Entries.SerialNumber | Should -Be $alice.SerialNumber
            $list.Remaining.TotalDays | Should -BeGreaterThan 6.9
            $list.AuthorityKeyIdentifier | Should -Be $ca.Certificate.SubjectKeyIdentifier
            Get-TableHeader $list | Should -Be 'Status Number Count NextUpdate (UTC) Issuer'
        }

        It 'verifies the signature with a CA by folder, file and object' {
            foreach ($issuer in './ca', 'ca/ca.crt', $ca) { (Get-MtlsCrl ca -Issuer $issuer).SignatureVerified | Should -BeTrue }
        }

        It 'looks certificates and serial numbers up' {
            $found = Get-MtlsCrl ca -Certificate $alice
            $found.IsRevoked, $found.Reason, $found.Name | Should -Be $true, 'KeyCompromise', 'alice'
            (Get-MtlsCrl ca -SerialNumber $alice.SerialNumberDecimal, '0x01').IsRevoked | Should -Be $true, $false
            Get-TableHeader $found | Should -Be 'IsRevoked SerialNumber Reason RevokedOn (UTC) Name'
        }

        It 'judges as of another day without an error, unless a limit is given' {
            (Get-MtlsCrl ca -AsOf (Get-Date).AddDays(8)).Status | Should -Be 'Stale'
            (Get-MtlsCrl ca -AsOf (Get-Date).AddDays(-1)).Status | Should -Be 'NotYetValid'
            (Get-MtlsCrl ca -MinimumRemaining 2d).Success | Should -BeTrue
            $null = Get-MtlsCrl ca -SerialNumber 01 -AsOf (Get-Date).AddDays(8) -WarningVariable told -WarningAction SilentlyContinue
            "$told" | Should -BeLike '*ended at*That a certificate is not in it means nothing.'
        }

        It 'fetches lists' {
            $server = New-MtlsCertificate $ca localhost -Profile Server | Start-MtlsServer -ClientAuth None -Response { [IO.File]::ReadAllText('ca/crl/ca.crl') }
            $failure = Get-OnlyError { Get-MtlsCrl -Uri "https://localhost:$($server.Port)/ca.crl" }
            Stop-MtlsServer $server
            Assert-MtlsError $failure DownloadFailed GetMtlsCrl ConnectionError "https://localhost:$($server.Port)/ca.crl" 'or get the list as a file.'
        }
    }

    Context 'errors' {
        It '<Id>: the list comes with it, and the next one' -ForEach @(
            @{ Id = 'CrlStale'; With = @{ MinimumRemaining = 0; AsOf = 8 }; Category = 'LimitsExceeded'; Ending = 'and hand it out.' }
            @{ Id = 'CrlEndsSoon'; With = @{ MinimumRemaining = '8d' }; Category = 'LimitsExceeded'; Ending = 'and see why the schedule did not.' }
            @{ Id = 'CrlNotYetValid'; With = @{ MinimumRemaining = 0; AsOf = -1 }; Category = 'LimitsExceeded'; Ending = 'Check the clocks of the CA and of this machine.' }
            @{ Id = 'CrlSignatureInvalid'; With = @{ Issuer = './other' }; Category = 'SecurityError'; Ending = 'or give the certificate of the CA that signed it.' }
        ) {
            $given = $With.Clone()
            if ($given.AsOf) { $given.AsOf = (Get-Date).AddDays($given.AsOf) }
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCrl 'list [[]1].crl' @given } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCrl $Category 'list [1].crl' $Ending
            "Crl$($output.Status)" | Should -Be $Id
            $all = Get-MtlsCrl ca, other @given -ErrorAction SilentlyContinue
            $all | Should -HaveCount 2
        }

        It '<Id>, for <File>; the next one is read' -ForEach @(
            @{ File = 'alice.crt'; Id = 'WrongContent'; Ending = 'Name the CRL file.' }
            @{ File = 'empty.crl'; Id = 'FileEmpty'; Ending = 'Get a fresh copy from where it was made.' }
            @{ File = 'cut.crl'; Id = 'PemTruncated'; Ending = 'Get a whole copy of it.' }
            @{ File = 'damaged.crl'; Id = 'ContentDamaged'; Ending = 'Get a fresh copy of it.' }
            @{ File = 'missing.crl'; Id = 'PathNotMatched'; Category = 'ObjectNotFound'; Ending = 'names with [ ] need -LiteralPath.' }
        ) {
            $pem = [IO.File]::ReadAllText((Join-Path $folder 'ca/crl/ca.crl'))
            [IO.File]::WriteAllText((Join-Path $folder empty.crl), '')
            [IO.File]::WriteAllText((Join-Path $folder cut.crl), $pem.Substring(0, 150))
            [IO.File]::WriteAllText((Join-Path $folder damaged.crl), $pem.Remove(60, 9))
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCrl $File, ca } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCrl ($Category ?? 'InvalidData') $File $Ending
            $output.Issuer.CommonName | Should -Be 'The CA'
        }

        It 'CertificateOfAnotherAuthority, for a certificate that the list does not speak of' {
            $theirs = New-MtlsCertificate $other theirs -Profile Client
            Assert-MtlsError (Get-OnlyError { Get-MtlsCrl ca -Certificate $theirs }) CertificateOfAnotherAuthority GetMtlsCrl SecurityError ca/crl/ca.crl 'Give the list of the CA that issued it.'
        }
    }
}
