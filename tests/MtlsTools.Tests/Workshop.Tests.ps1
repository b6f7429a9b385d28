# Two organisations, each with a root and an intermediate: Client B is certified by Client C and calls it.
BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $secretB = Get-Secret 'of client B'
    $secretC = Get-Secret 'of client C'
    $place = '/C=FR/ST=Iles-De-France/L=Paris'

    # Steps 1 to 4: roots of ten years and intermediates of five, RSA 4096 in the original, keys encrypted with AES-256.
    $rootC = New-MtlsCa client_c/root-ca -Subject "$place/O=Client C Organization/OU=IT Department/CN=Client C Root CA" -Password $secretC
    $rootB = New-MtlsCa client_b/root-ca -Subject "$place/O=Client B Organization/OU=IT Department/CN=Client B Root CA" -Password $secretB
    $intermediateC = $rootC | New-MtlsCa client_c/intermediate -Subject "$place/O=Client C Organization/OU=Certificate Authority/CN=Client C Intermediate CA" -Password $secretC
    $intermediateB = $rootB | New-MtlsCa client_b/intermediate -Subject "$place/O=Client B Organization/OU=Certificate Authority/CN=Client B Intermediate CA" -Password $secretB

    # Step 5: B makes a request and carries it over.
    $request = New-MtlsCsr "$place/O=Client B Organization/OU=Client Services/CN=client-b.local" -KeyAlgorithm Rsa2048 -OutFile client_b/client_b.csr -Password $secretB
    $null = New-Item -ItemType Directory client_c/inbox
    Copy-Item client_b/client_b.csr client_c/inbox

    # Step 6: C approves it with its intermediate, whose key it unlocks, and returns the certificate and the chain.
    $approved = Approve-MtlsCsr client_c/intermediate client_c/inbox/client_b.csr -CaPassword $secretC -Profile Client -Days 365 -OutFile client_c/client_b_signed_by_client_c.crt
    Copy-Item client_c/client_b_signed_by_client_c.crt client_b/client_b.crt
    Copy-Item client_c/intermediate/chain.crt client_b/client_c_ca_chain.crt

    # Step 7: C's own server.
    $serverC = New-MtlsCertificate $intermediateC "$place/O=Client C Organization/OU=Server Services/CN=client-c.local" -Profile Server -DnsName client-c.local, localhost -IPAddress 127.0.0.1 -KeyAlgorithm Rsa2048 -Password $secretC -Days 365 -OutFile client_c/server.crt
}

AfterAll {
    Get-MtlsServer | Stop-MtlsServer
    Pop-Location
}

Describe 'The papers' {
    It 'every key is encrypted with AES-256 and opens with its password' {
        Assert-Peer openssl
        foreach ($key in 'client_c/root-ca/private/ca.key', 'client_b/intermediate/private/ca.key', 'client_b/client_b.key', 'client_c/server.key') {
            Get-Content -LiteralPath $key -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
            Invoke-Peer openssl asn1parse -in $key | Should -Match 'aes-256-cbc'
        }
        Invoke-Peer openssl pkey -in client_b/client_b.key -passin 'pass:of client B' -noout
    }

    It 'the request arrives whole and proves possession of its key' {
        (Get-MtlsCsr client_c/inbox/client_b.csr).SignatureValid | Should -BeTrue
        Assert-Peer openssl
        Invoke-Peer openssl req -in client_c/inbox/client_b.csr -verify -noout | Should -Match 'OK'
    }

    It 'C never saw the key of B' {
        $approved.HasPrivateKey | Should -BeFalse
        Get-EveryFile client_c | Should -Not -Contain 'client_b.key'
    }

    It 'the certificate is what C decided' {
        $approved.Role | Should -Be 'Client'
        "$($approved.Subject)" | Should -Be 'CN=client-b.local,OU=Client Services,O=Client B Organization,L=Paris,ST=Iles-De-France,C=FR'
        $approved.Issuer.CommonName | Should -Be 'Client C Intermediate CA'
        $approved.DaysLeft | Should -BeIn 364, 365
    }

    It 'the chain verifies, by us and by openssl' {
        Test-MtlsCertificate client_b/client_b.crt -TrustedCa client_c/root-ca -Intermediate client_c/intermediate/ca.crt -Purpose Client -Quiet | Should -BeTrue
        $chain = Test-MtlsCertificate client_b/client_b.crt -TrustedCa client_c/root-ca -Purpose Client -ShowChain
        $chain.Name | Should -Be 'client-b.local', 'Client C Intermediate CA', 'Client C Root CA'
        $chain.Status | Should -Be 'Ok', 'Ok', 'Ok'
        Assert-Peer openssl
        Invoke-Peer openssl verify -x509_strict -purpose sslclient -show_chain -CAfile client_c/root-ca/ca.crt -untrusted client_c/intermediate/ca.crt client_b/client_b.crt | Should -Match 'OK'
        Invoke-Peer openssl verify -x509_strict -purpose sslserver -CAfile client_c/root-ca/ca.crt -untrusted client_c/intermediate/ca.crt client_c/server.crt | Should -Match 'OK'
    }

    It 'key, request and certificate belong together' {
        Compare-MtlsKeyPair client_b/client_b.key client_b/client_b.csr client_b/client_b.crt -Password $secretB -Quiet | Should -BeTrue
        (Compare-MtlsKeyPair client_b/client_b.crt client_c/server.crt).Match | Should -BeFalse
    }
}

Describe 'The connection' {
    BeforeAll {
        $server = Start-MtlsServer client_c/server.crt -Password $secretC -ClientCa client_c/root-ca
    }

    It 'B reaches C, and both are authenticated' {
        $report = Test-MtlsConnection $server -Certificate client_b/client_b.crt -Key client_b/client_b.key -Password $secretB -TrustedCa client_b/client_c_ca_chain.crt -CheckEnforcement
        $report.Success | Should -BeTrue
        $report.ClientAuth | Should -Be 'Required'
    }

    It 'without a client certificate it fails' {
        $report = Test-MtlsConnection $server -TrustedCa client_b/client_c_ca_chain.crt
        $report.Success | Should -BeFalse
        $report.Findings.Id | Should -Be 'NoClientCertificateSent'
    }

    It "with Client B's own root as the client certificate it fails" {
        $report = Test-MtlsConnection $server -Certificate client_b/root-ca/ca.crt -Key client_b/root-ca/private/ca.key -Password $secretB -TrustedCa client_b/client_c_ca_chain.crt
        $report.Success | Should -BeFalse
        $report.Stage | Should -Be 'ClientAuthentication'
        $report.ClientCertificateAccepted | Should -BeFalse
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while (-not ($seen = Get-MtlsServer $server.Id -Connection | Where-Object Reason -Match 'Client B Root CA') -and $clock.Elapsed.TotalSeconds -lt 10) { Start-Sleep -Milliseconds 20 }
        $seen.Accepted | Should -BeFalse
    }
}

Describe "The original workshop's server, openssl s_server -Verify 2" {
    It 'lets the wrong certificate in, and Test-MtlsConnection says so' {
        Assert-Peer openssl
        $port = Get-FreePort
        $start = [System.Diagnostics.ProcessStartInfo]::new('openssl')
        foreach ($argument in 's_server', '-accept', "127.0.0.1:$port", '-cert', 'client_c/server.crt', '-key', 'client_c/server.key', '-pass', 'pass:of client C', '-CAfile', 'client_c/intermediate/chain.crt', '-Verify', '2', '-www') { $start.ArgumentList.Add($argument) }
        $start.WorkingDirectory = $folder
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            Wait-Port $port
            $report = Test-MtlsConnection "localhost:$port" -Certificate client_b/root-ca/ca.crt -Key client_b/root-ca/private/ca.key -Password $secretB -TrustedCa client_c/root-ca -ExpectRejection
            $report.Success | Should -BeFalse
            $report.Findings.Id | Should -Be 'AcceptedUnexpectedly'
            $report.Findings.Remedy | Should -Match 'verify_return_error'
        }
        finally { $process.Kill(); $process.WaitForExit() }
    }
}
