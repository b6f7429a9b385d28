BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Test CA'
    $certificate = New-MtlsCertificate $ca localhost -Profile Server
    $alice = New-MtlsCertificate $ca alice -Profile Client
    $common = @{ TrustedCa = $ca }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Receive-MtlsServer' {
    BeforeEach { $server = Start-MtlsServer $certificate -ClientCa $ca }
    AfterEach { Get-MtlsServer | Stop-MtlsServer }

    Context 'binding' {
        It 'takes servers by position, from the pipeline and by number' {
            1..3 | ForEach-Object { $null = Test-MtlsConnection $server -Certificate $alice @common }
            (Receive-MtlsServer $server).ClientSubject | Should -Be 'CN=alice'
            ($server | Receive-MtlsServer).ClientSubject | Should -Be 'CN=alice'
            (Receive-MtlsServer -Id $server.Id).ClientSubject | Should -Be 'CN=alice'
        }

        It 'takes several servers' {
            $other = Start-MtlsServer $certificate -ClientAuth None
            $server, $other | ForEach-Object { $null = Test-MtlsConnection $_ -Certificate $alice @common }
            (Receive-MtlsServer $server, $other).ClientSubject | Should -Be 'CN=alice', $null
        }

        It 'completes the numbers' {
            (TabExpansion2 'Receive-MtlsServer -Id ').CompletionMatches.CompletionText | Should -Contain "$($server.Id)"
        }
    }

    Context 'behaviour' {
        It 'tells what a client presented, and why it was refused' {
            $null = Test-MtlsConnection $server @common
            $null = Test-MtlsConnection $server -Certificate (New-MtlsCertificate (New-MtlsCa other 'Other CA') mallory -Profile Client) @common -ErrorAction Stop
            $first, $second = Receive-MtlsServer $server -Count 2
            $first.Accepted, $first.Reason, $first.ServerName | Should -Be $false, 'The client sent no certificate.', 'localhost'
            $second.ClientSubject | Should -Be 'CN=mallory'
            $second.Findings.Id | Should -Contain 'IssuerNotFound'
            Get-TableHeader $first | Should -Be 'Time (UTC) Accepted Client Request Reason'
        }

        It 'gives each connection once, and leaves the record alone' {
            $null = Test-MtlsConnection $server -Certificate $alice @common
            (Receive-MtlsServer $server).Accepted | Should -BeTrue
            Receive-MtlsServer $server -All | Should -BeNullOrEmpty
            @(Get-MtlsServer $server.Id -Connection).Count | Should -Be 1
        }

        It 'gives all at once with -All, and waits for nothing' {
            Receive-MtlsServer $server -All | Should -BeNullOrEmpty
            1..3 | ForEach-Object { $null = Test-MtlsConnection $server -Certificate $alice @common }
            Wait-Until { $server.Connections.Count -eq 3 }
            @(Receive-MtlsServer -Id $server.Id -All).Count | Should -Be 3
        }

        It 'shows a client whose PowerShell calls Invoke-WebRequest, and why another is refused' {
            $null = Export-MtlsCertificate $alice 'alice [1].pfx' Pfx -Password (Get-Secret)
            $null = Export-MtlsCertificate $ca ca.pem Pem
            $env:SSL_CERT_FILE = Join-Path $PWD.ProviderPath ca.pem
            try {
                $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "
                    `$pfx = [Security.Cryptography.X509Certificates.X509Certificate2]::new((Join-Path '$($PWD.ProviderPath)' 'alice [1].pfx'), 'correct horse')
                    (Invoke-WebRequest '$($server.Uri)hello' -Certificate `$pfx -NoProxy).StatusCode
                    try { Invoke-WebRequest '$($server.Uri)' -NoProxy } catch { 'refused' }"
            }
            finally { $env:SSL_CERT_FILE = $null }
            $said | Should -Be '200', 'refused'
            $seen = Receive-MtlsServer $server
            $seen.ClientSubject, $seen.Request, $seen.Status | Should -Be 'CN=alice', 'GET /hello', 200
            $seen.Headers['User-Agent'] | Should -Match 'PowerShell'
            (Receive-MtlsServer $server).Reason | Should -Be 'The client sent no certificate.'
        }
    }

    Context 'errors' {
        It 'a client that does not come; the next server is received from' {
            $other = Start-MtlsServer $certificate -ClientAuth None
            $null = Test-MtlsConnection $other @common
            $output = $null
            Assert-MtlsError (Get-OnlyError { $server, $other | Receive-MtlsServer -TimeoutSec 1 } ([ref] $output)) NoConnection ReceiveMtlsServer OperationTimeout "$server" 'or give more -TimeoutSec.'
            $output.Accepted | Should -BeTrue
        }

        It 'a server that has ended; what it saw is given before' {
            $once = Start-MtlsServer $certificate -ClientAuth None -MaxRequests 1
            $null = Test-MtlsConnection $once @common
            $output = $null
            Assert-MtlsError (Get-OnlyError { Receive-MtlsServer $once -Count 2 } ([ref] $output)) ServerEnded ReceiveMtlsServer ResourceUnavailable "$once" 'Start another one.'
            $output.Accepted | Should -BeTrue
            $once.IsRunning | Should -BeFalse
        }

        It 'a number that no server has; the next one is received from' {
            $null = Test-MtlsConnection $server -Certificate $alice @common
            $output = $null
            Assert-MtlsError (Get-OnlyError { Receive-MtlsServer -Id 99999, $server.Id } ([ref] $output)) ServerNotFound ReceiveMtlsServer ObjectNotFound 99999 'Get-MtlsServer lists those that do.'
            $output.Accepted | Should -BeTrue
        }
    }

    Context 'stop' {
        It 'stops waiting at once' {
            Assert-StopsAtOnce "`$server = New-MtlsCertificate (New-MtlsCa stopped CA) localhost -Profile Server | Start-MtlsServer -ClientAuth None; [IO.File]::WriteAllText('$folder/waiting', ''); Receive-MtlsServer `$server -TimeoutSec 3600" { Wait-Until { [IO.File]::Exists("$folder/waiting") }; Start-Sleep -Milliseconds 200 }
        }
    }
}
