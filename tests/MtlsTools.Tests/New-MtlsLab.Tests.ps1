BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'New-MtlsLab' {
    Context 'binding' {
        It 'takes the scenario by position and completes it' {
            $lab = New-MtlsLab Production -OutDirectory ./production
            try { $lab.Scenario | Should -Be 'Production' } finally { $lab | Remove-MtlsLab }
            (TabExpansion2 'New-MtlsLab ').CompletionMatches.CompletionText | Should -Contain 'Workshop'
        }
    }

    Context 'behaviour' {
        It 'gives everything as properties, in a temporary folder' {
            $lab = New-MtlsLab -BadCertificates -StartServer
            try {
                $lab.Path | Should -BeLike "$([IO.Path]::GetTempPath().TrimEnd([IO.Path]::DirectorySeparatorChar))*"
                $lab.Server.IsRunning, $lab.TlsServer.IsRunning | Should -Be $true, $true
                Get-MtlsServer | Should -Contain $lab.Server
                $lab.Bad.All.Kind | Should -Be ([Enum]::GetNames('MtlsTools.Lab.BadCertificateKind'))
                Test-MtlsConnection $lab.Server -Certificate $lab.ClientCertificate -TrustedCa $lab.TrustedCa -CheckEnforcement -Quiet | Should -BeTrue
                (Invoke-MtlsRequest $lab.Uri -Certificate $lab.ClientCertificate.Path -TrustedCa $lab.ServerCa).Content | Should -Be "mTLS Hello World!`n"
                New-MtlsCertificate $lab.ClientCa another -Profile Client | Should -Not -BeNullOrEmpty
            }
            finally { $lab | Remove-MtlsLab }
        }

        It 'puts nothing into stores' {
            $before = @(Get-MtlsStoreItem).Thumbprint
            New-MtlsLab -OutDirectory ./stores -BadCertificates -StartServer | Remove-MtlsLab
            @(Get-MtlsStoreItem).Thumbprint | Should -Be $before
        }

        It 'makes bad certificates that its server refuses: <Kind>' -ForEach @(
            @{ Kind = 'SelfSigned' }, @{ Kind = 'OtherCa' }, @{ Kind = 'LookAlikeCa' }, @{ Kind = 'Expired' }, @{ Kind = 'NotYetValid' }, @{ Kind = 'ServerOnly' }, @{ Kind = 'CaCertificate' }, @{ Kind = 'NoIntermediate' }, @{ Kind = 'Revoked' }
        ) {
            if (-not (Get-Variable shared -Scope Script -ErrorAction Ignore)) { $script:shared = New-MtlsLab Workshop -OutDirectory ./refused -BadCertificates -StartServer }
            Test-MtlsConnection $shared.Server -Certificate $shared.Bad.$Kind -TrustedCa $shared.TrustedCa -ExpectRejection -Quiet | Should -BeTrue
            Test-MtlsConnection $shared.Server -Certificate $shared.Bad.$Kind.Path -TrustedCa $shared.TrustedCa -ExpectRejection -Quiet | Should -BeTrue
        }

        It 'has a pair that belongs together nowhere' {
            Compare-MtlsKeyPair $shared.Bad.OtherKey.Path ($shared.Bad.OtherKey.Path -replace 'crt$', 'key') -Quiet | Should -BeFalse
            Compare-MtlsKeyPair $shared.Bad.OtherKey.Path $shared.ClientCertificate.KeyPath -Quiet | Should -BeTrue
        }

        It 'lists what is revoked' {
            Test-MtlsCertificate -Certificate $shared.Bad.Revoked -TrustedCa $shared.TrustedClientCa -Crl $shared.CrlPath | ForEach-Object { $_.Findings.Id } | Should -Be 'CertificateRevoked'
            Test-MtlsCertificate -Certificate $shared.ClientCertificate -TrustedCa $shared.TrustedClientCa -Crl $shared.CrlPath -Quiet | Should -BeTrue
        }

        It 'shows scenario, counts, address and folder' {
            Get-TableHeader $shared | Should -Be 'Scenario Certificates Uri Path'
            Get-TableHeader $shared.Bad.All | Should -Be 'Kind Name Path'
            $shared | Remove-MtlsLab
        }
    }

    Context 'errors' {
        It '<Id>, for <Because>' -ForEach @(
            @{ Id = 'FileExists'; Because = 'a folder with content'; Place = 'full'; Category = 'ResourceExists'; Ending = 'or leave -OutDirectory out for a temporary one.' }
            @{ Id = 'FileExists'; Because = 'a file'; Place = 'full/file'; Category = 'ResourceExists'; Ending = 'or leave -OutDirectory out for a temporary one.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Place = 'Env:/X'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $null = New-Item -ItemType File ./full/file -Force
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError { New-MtlsLab -OutDirectory $Place }) $Id NewMtlsLab $Category $Place $Ending
            Get-Snapshot | Should -Be $before
        }
    }

    Context '-WhatIf' {
        It 'makes nothing' {
            $temporary = @(Get-ChildItem ([IO.Path]::GetTempPath()) -Filter 'mtls-lab-*').Count
            New-MtlsLab -OutDirectory ./whatif -StartServer -WhatIf | Should -BeNullOrEmpty
            New-MtlsLab -WhatIf | Should -BeNullOrEmpty
            './whatif' | Should -Not -Exist
            @(Get-ChildItem ([IO.Path]::GetTempPath()) -Filter 'mtls-lab-*').Count | Should -Be $temporary
            Get-WhatIfText { New-MtlsLab Workshop -WhatIf } | Should -BeLike '*Make a lab (Workshop)*a temporary folder*'
        }
    }
}
