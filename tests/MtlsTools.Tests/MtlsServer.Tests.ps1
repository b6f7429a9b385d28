BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA'
    $server = New-MtlsCertificate $serverCa localhost -Profile Server -IPAddress 127.0.0.1
    $null = New-MtlsCertificate $clientCa alice -Profile Client -OutFile alice.crt
    $common = @{ TrustedCa = $serverCa }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Start-MtlsServer, Get-MtlsServer and Stop-MtlsServer' {
    It 'describes the client by default' {
        $running = $server | Start-MtlsServer -ClientCa $clientCa
        $seen = (Invoke-MtlsRequest $running -Certificate alice.crt @common).Content | ConvertFrom-Json
        $seen.client.name | Should -Be 'alice'
        $seen.client.issuer | Should -Be 'CN=Client CA'
        $seen.protocol | Should -Be 'Tls13'
    }

    It 'answers a text' {
        $running = Start-MtlsServer $server -ClientCa $clientCa -Text 'mTLS Hello World!'
        (Invoke-MtlsRequest $running -Certificate alice.crt @common).Content | Should -Be 'mTLS Hello World!'
    }

    It 'serves everybody when a certificate is optional, but no bad one' {
        $running = Start-MtlsServer $server -ClientCa $clientCa -ClientAuth Optional
        ((Invoke-MtlsRequest $running @common).Content | ConvertFrom-Json).client | Should -BeNullOrEmpty
        (Test-MtlsConnection $running @common).ClientAuth | Should -Be 'Optional'
        $bad = New-MtlsCertificate $serverCa mallory -Profile Client
        Test-MtlsConnection $running -Certificate $bad @common -ExpectRejection -Quiet | Should -BeTrue
        (Test-MtlsConnection $running -Certificate alice.crt @common -CheckEnforcement).Findings.Id | Should -Be 'ClientCertificateOptional'
    }

    It 'takes the port it is given' {
        $port = Get-FreePort
        (Start-MtlsServer $server -ClientAuth None -Port $port).Port | Should -Be $port
    }

    It 'records who came, and why they were refused' {
        $running = Start-MtlsServer $server -ClientCa $clientCa
        $null = Test-MtlsConnection $running -Certificate alice.crt @common
        $null = Test-MtlsConnection $running @common
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while ($running.Connections.Count -lt 2 -and $clock.Elapsed.TotalSeconds -lt 10) { Start-Sleep -Milliseconds 20 }
        $seen = @(Get-MtlsServer $running.Id -Connection)
        $seen[0].Accepted | Should -BeTrue
        $seen[0].ClientSubject | Should -Be 'CN=alice'
        $seen[0].ClientSerialNumber | Should -Be (Get-MtlsCertificate alice.crt).SerialNumber
        $seen[1].Accepted | Should -BeFalse
        $seen[1].Reason | Should -Match 'no certificate'
    }

    It 'lists and stops, by object and by number, and the port is free again' {
        $first = Start-MtlsServer $server -ClientAuth None
        $second = Start-MtlsServer $server -ClientAuth None
        (Get-MtlsServer).Id | Should -Contain $first.Id
        $first | Stop-MtlsServer
        Stop-MtlsServer -Id $second.Id
        $first.IsRunning, $second.IsRunning | Should -Be $false, $false
        (Get-MtlsServer).Id | Should -Not -Contain $first.Id
        (Start-MtlsServer $server -ClientAuth None -Port $first.Port).Port | Should -Be $first.Port
    }

    It 'completes the numbers of servers' {
        $running = Start-MtlsServer $server -ClientAuth None
        (TabExpansion2 'Stop-MtlsServer -Id ').CompletionMatches.CompletionText | Should -Contain "$($running.Id)"
    }
}
