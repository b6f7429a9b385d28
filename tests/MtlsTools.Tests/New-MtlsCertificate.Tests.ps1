BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $secret = Get-Secret
}

AfterAll { Pop-Location }

Describe 'New-MtlsCertificate' {
    Context 'binding' {
        It 'takes columns of a table' {
            $rows = "Name,Profile,DnsName,OutFile`na.example,Server,www.a.example,a.crt`nb,Client,,b.crt" | ConvertFrom-Csv | ForEach-Object { if (-not $_.DnsName) { $_.PSObject.Properties.Remove('DnsName') }; $_ }
            $made = $rows | New-MtlsCertificate $ca
            $made.Role | Should -Be 'Server', 'Client'
            'a.crt', 'a.key', 'b.crt', 'b.key' | Should -Exist
        }
    }

    Context 'behaviour' {
        It 'makes a <Profile> certificate with the defaults of the house' -ForEach @(
            @{ Profile = 'Server'; Role = 'Server'; San = 'DNS:x.example' }
            @{ Profile = 'Client'; Role = 'Client'; San = $null }
            @{ Profile = 'Peer'; Role = 'Peer'; San = 'DNS:x.example' }
        ) {
            $made = New-MtlsCertificate $ca x.example -Profile $Profile
            $made.Role | Should -Be $Role
            "$($made.PublicKey)" | Should -Be 'ECDSA P-256'
            $made.DaysLeft | Should -BeIn 89, 90
            "$($made.San)" | Should -Be "$San"
            $made.SerialNumber.Length | Should -Be 32
            ([DateTimeOffset]::UtcNow - $made.NotBefore).TotalMinutes | Should -BeGreaterOrEqual 4.9
        }

        It 'writes the certificate with its intermediates, without the root' {
            $below = $ca | New-MtlsCa below 'Below'
            $made = New-MtlsCertificate $below web.example -Profile Server -OutFile web.crt -Password $secret
            (Get-MtlsCertificate web.crt).Name | Should -Be 'web.example', 'Below'
            $made.Chain.Name | Should -Be 'Below', 'The CA'
            Get-Content -LiteralPath web.key -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
        }

        It 'gives every certificate a serial number of its own' {
            $serials = (1..50 | ForEach-Object { [pscustomobject]@{ Name = "n$_" } } | New-MtlsCertificate $ca -Profile Client).SerialNumber
            ($serials | Sort-Object -Unique).Count | Should -Be 50
        }

        It 'stops issuing when the pipeline has enough' {
            $before = @(Get-MtlsCa ca -Issued).Count
            1..100 | ForEach-Object { [pscustomobject]@{ Name = "n$_" } } | New-MtlsCertificate $ca -Profile Client | Select-Object -First 1 | Should -Not -BeNullOrEmpty
            @(Get-MtlsCa ca -Issued).Count | Should -Be ($before + 1)
        }
    }
}
