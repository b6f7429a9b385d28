BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $other = New-MtlsCa other 'Other CA'
    $below = $ca | New-MtlsCa below 'Below'
    $web = New-MtlsCertificate $below web.example -Profile Server -OutFile web.crt
    Export-MtlsCertificate web.crt leaf.crt Pem
}

AfterAll { Pop-Location }

Describe 'Test-MtlsCertificate' {
    It 'is content with a good certificate' {
        $report = Test-MtlsCertificate web.crt -TrustedCa ca -Purpose Server -HostName web.example -Key web.key
        $report.Success | Should -BeTrue
        $report.Findings | Should -BeNullOrEmpty
    }

    It 'takes certificates from the pipeline' { ($web, $web | Test-MtlsCertificate -TrustedCa $ca -Quiet) | Should -Be $true, $true }

    It 'finds <Id>' -ForEach @(
        @{ Id = 'IssuerNotFound'; Test = { Test-MtlsCertificate leaf.crt -TrustedCa ca } }
        @{ Id = 'IssuerNotFound'; Test = { Test-MtlsCertificate web.crt -TrustedCa other } }
        @{ Id = 'WrongPurpose'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -Purpose Client } }
        @{ Id = 'HostNameMismatch'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -HostName www.web.example } }
        @{ Id = 'CertificateExpired'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -AsOf ([DateTimeOffset]::UtcNow.AddDays(91)) } }
        @{ Id = 'CertificateNotYetValid'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -AsOf ([DateTimeOffset]::UtcNow.AddDays(-1)) } }
        @{ Id = 'KeyMismatch'; Test = { Test-MtlsCertificate web.crt -TrustedCa ca -Key ca/private/ca.key } }
        @{ Id = 'RootNotTrusted'; Test = { Test-MtlsCertificate ca/ca.crt -TrustedCa other } }
    ) {
        $report = & $Test
        $report.Success | Should -BeFalse
        $report.Findings.Id | Should -Contain $Id
        foreach ($finding in $report.Findings) {
            $finding.Cause | Should -Match '\.$'
            $finding.Remedy | Should -Match '\.$'
        }
    }

    It 'takes intermediates by -Intermediate' {
        Test-MtlsCertificate leaf.crt -TrustedCa ca -Intermediate below -Quiet | Should -BeTrue
    }

    It 'shows the chain, leaf first' {
        $chain = Test-MtlsCertificate web.crt -TrustedCa ca -ShowChain
        $chain.Name | Should -Be 'web.example', 'Below', 'The CA'
        $chain.Level | Should -Be 0, 1, 2
    }
}
