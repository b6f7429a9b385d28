BeforeAll { . $PSScriptRoot/TestHelpers.ps1 }

Describe 'Resolve-MtlsError' {
    BeforeAll {
        $null = Enter-TestFolder
        $ca = New-MtlsCa ca -Name 'Test CA'
        $running = New-MtlsCertificate $ca localhost -Profile Server -OutFile localhost.crt | Start-MtlsServer -ClientCa $ca
        $alice = New-MtlsCertificate $ca alice -Profile Client -OutFile alice.crt
    }

    AfterAll {
        $running | Stop-MtlsServer
        Pop-Location
    }

    Context 'binding' {
        It 'takes messages by position and from the pipeline' {
            (Resolve-MtlsError 'certificate has expired').Findings.Id | Should -Be 'CertificateExpired'
            ('certificate has expired', 'key values mismatch' | Resolve-MtlsError).Findings.Id | Should -Be 'CertificateExpired', 'KeyMismatch'
            (Resolve-MtlsError 'certificate has expired', 'key values mismatch').Count | Should -Be 2
        }

        It 'takes the number <_> however it is written' -ForEach @(0x8009030E, '0x8009030E', -2146893042, '-2146893042', 2148074254) {
            (Resolve-MtlsError $_).Findings.Id | Should -Be 'KeyNotUsable'
        }

        It 'takes an alert' {
            (116 | Resolve-MtlsError).Findings.Id | Should -Be 'NoClientCertificateSent'
            (Resolve-MtlsError 48).Findings.Id | Should -Contain 'ClientCertificateUntrusted'
        }

        It 'takes an exception, however deep' {
            $inner = [System.Net.Sockets.SocketException]::new([int] [System.Net.Sockets.SocketError]::ConnectionRefused)
            $exception = [AggregateException]::new('x', [System.Net.Http.HttpRequestException]::new('y', $inner))
            (Resolve-MtlsError $exception).Findings.Id | Should -Be 'ConnectionRefused'
            ($exception | Resolve-MtlsError).Findings.Id | Should -Be 'ConnectionRefused'
        }
    }

    Context 'behaviour' {
        It 'explains what Invoke-WebRequest fails with' {
            $strict = New-MtlsCertificate $ca localhost -Profile Server | Start-MtlsServer -ClientAuth None
            $failed = Get-OnlyError { Invoke-WebRequest "https://localhost:$($strict.Port)/" }
            $strict | Stop-MtlsServer
            $explained = $failed | Resolve-MtlsError
            $explained.IsKnown | Should -BeTrue
            $explained.Findings.Id | Should -Match '^(IssuerNotFound|RootNotTrusted)$'
            $failed = Get-OnlyError { Invoke-WebRequest "https://localhost:$($strict.Port)/" }
            ($failed | Resolve-MtlsError).Findings.Id | Should -Be 'ConnectionRefused'
        }

        It 'explains a server that closes over a missing certificate' {
            $failed = Get-OnlyError { Invoke-WebRequest $running.Uri -SkipCertificateCheck }
            ($failed | Resolve-MtlsError).IsKnown | Should -BeTrue
        }

        It 'explains the 400 of nginx by the body that Invoke-WebRequest keeps' {
            $record = [System.Management.Automation.ErrorRecord]::new([System.Net.Http.HttpRequestException]::new('Response status code does not indicate success: 400 (Bad Request).'), 'x', 'InvalidOperation', $null)
            $record.ErrorDetails = '400 No required SSL certificate was sent'
            ($record | Resolve-MtlsError).Findings.Id | Should -Be 'NoClientCertificateSent'
        }

        It 'gives the findings of a failed Invoke-MtlsRequest as they were found' {
            $failed = Get-OnlyError { Invoke-MtlsRequest $running -TrustedCa $ca }
            $explained = $failed | Resolve-MtlsError
            $explained.Findings | Should -Be $failed.Exception.Report.Findings
            $explained.Findings[0].Confidence | Should -Be 'Certain'
        }

        It 'explains what openssl says of a key of another certificate' {
            Assert-Peer openssl
            $null = New-MtlsCertificate $ca other -Profile Client -OutFile other.crt
            $said = & openssl s_client -connect "localhost:$($running.Port)" -cert alice.crt -key other.key 2>&1 | Out-String
            ($said | Resolve-MtlsError).Findings.Id | Should -Be 'KeyMismatch'
        }

        It 'explains what curl says when the server is not trusted' {
            Assert-Peer curl
            $said = & curl -sS "https://localhost:$($running.Port)/" 2>&1 | Out-String
            ($said | Resolve-MtlsError).Findings.Id | Should -Match '^(IssuerNotFound|RootNotTrusted)$'
        }

        It 'explains its own module''s errors' {
            $failed = Get-OnlyError { Test-MtlsConnection $running -Certificate alice.crt -Key localhost.key }
            ($failed | Resolve-MtlsError).Findings.Id | Should -Be 'KeyMismatch'
        }

        It 'says that it does not know, and guesses nothing' {
            $explained = Resolve-MtlsError "Cannot find path '/x' because it does not exist."
            $explained.IsKnown | Should -BeFalse
            $explained.Findings | Should -BeNullOrEmpty
            ($explained | Out-String) | Should -Match 'not known here'
        }

        It 'shows what was recognised, the cause and the remedy' {
            $shown = Resolve-MtlsError 'tlsv1 alert unknown ca' | Out-String
            $shown | Should -Match 'Recognized : OpenSSL: "alert unknown ca"'
            $shown | Should -Match 'ClientCertificateUntrusted \(possible\)'
        }
    }

    Context 'errors' {
        It 'refuses nothing at all, and explains the next one' {
            $output = $null
            $failed = Get-OnlyError { $null, 'certificate has expired' | Resolve-MtlsError } ([ref] $output)
            $failed.FullyQualifiedErrorId | Should -Be 'ParameterArgumentValidationError,MtlsTools.Commands.ResolveMtlsErrorCommand'
            $failed.CategoryInfo.Category | Should -Be 'InvalidData'
            $output.Findings.Id | Should -Be 'CertificateExpired'
        }
    }
}
