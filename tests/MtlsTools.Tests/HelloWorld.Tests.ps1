# The hello-world of mutual TLS, by the module alone and with nginx, openssl and curl as the other side.
BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca -Name 'Server CA'
    $clientCa = New-MtlsCa client-ca -Name 'Client CA'
    $strangerCa = New-MtlsCa stranger-ca -Name 'Stranger CA'
    $server = New-MtlsCertificate $serverCa localhost -Profile Server -IPAddress 127.0.0.1 -OutFile server.crt
    $client = New-MtlsCertificate $clientCa alice -Profile Client -OutFile client.crt
    $stranger = New-MtlsCertificate $strangerCa mallory -Profile Client -OutFile stranger.crt
    $null = New-Item -ItemType Directory www
    Set-Content -LiteralPath www/hello-world.txt -Value 'Hello, mutual TLS!'
}

AfterAll {
    Get-MtlsServer | Stop-MtlsServer
    Pop-Location
}

Describe 'What is issued' {
    It 'openssl verifies strictly, for its purpose' {
        Assert-Peer openssl
        Invoke-Peer openssl verify -x509_strict -purpose sslserver -CAfile server-ca/ca.crt server.crt | Should -Match 'OK'
        Invoke-Peer openssl verify -x509_strict -purpose sslclient -CAfile client-ca/ca.crt client.crt | Should -Match 'OK'
    }

    It 'certtool verifies' {
        Assert-Peer certtool gnutls-bin
        Get-Content -LiteralPath server.crt, server-ca/ca.crt -Raw | Set-Content -LiteralPath chain.pem
        Invoke-Peer certtool --verify-chain --infile chain.pem | Should -Match 'Verified. The certificate is trusted'
    }

    It 'has keys that their owner alone may read' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'Windows has no file modes'; return }
        foreach ($key in 'server.key', 'client.key', 'server-ca/private/ca.key') { (Get-Item -LiteralPath $key).UnixMode | Should -Be '-rw-------' }
        (Get-Item -LiteralPath server-ca/private).UnixMode | Should -Be 'drwx------'
    }
}

Describe 'Start-MtlsServer' {
    BeforeAll {
        $tls = Start-MtlsServer $server -ClientAuth None -Folder www
        $mtls = Start-MtlsServer $server -ClientCa $clientCa -Folder www
        $hello = [uri]::new($mtls.Uri, 'hello-world.txt')
    }

    It 'serves the client' {
        (Invoke-MtlsRequest $hello -Certificate client.crt -TrustedCa server-ca).Content | Should -Match 'Hello, mutual TLS!'
    }

    It 'serves everybody over plain TLS' {
        (Invoke-MtlsRequest ([uri]::new($tls.Uri, 'hello-world.txt')) -TrustedCa server-ca).Content | Should -Match 'Hello'
    }

    It 'refuses nobody and a stranger, and the proof is the success' {
        Test-MtlsConnection $hello -TrustedCa server-ca -ExpectRejection -Quiet | Should -BeTrue
        Test-MtlsConnection $hello -Certificate stranger.crt -TrustedCa server-ca -ExpectRejection -Quiet | Should -BeTrue
        Test-MtlsConnection $hello -Certificate client.crt -TrustedCa server-ca -ExpectRejection -Quiet | Should -BeFalse
    }

    It 'is proved to require a certificate' {
        $report = Test-MtlsConnection $mtls -Certificate client.crt -TrustedCa server-ca -CheckEnforcement
        $report.Success | Should -BeTrue
        $report.ClientAuth | Should -Be 'Required'
        $report.ClientCertificateAccepted | Should -BeTrue
        $report.Stage | Should -Be 'Done'
    }

    It "answers curl's three command lines as the article says" {
        Assert-Peer curl
        Invoke-Peer curl -sS "https://localhost:$($mtls.Port)/hello-world.txt" --cacert server-ca/ca.crt --cert client.crt --key client.key | Should -Match 'Hello, mutual TLS!'
        Invoke-Peer curl -sS "https://localhost:$($tls.Port)/hello-world.txt" --cacert server-ca/ca.crt | Should -Match 'Hello, mutual TLS!'
        Invoke-Peer curl -sS --insecure "https://localhost:$($tls.Port)/hello-world.txt" | Should -Match 'Hello, mutual TLS!'
        $null = curl -sS --insecure "https://localhost:$($mtls.Port)/hello-world.txt" 2>&1
        $LASTEXITCODE | Should -Not -Be 0
    }

    It 'answers python3-requests' {
        Assert-Peer python3
        $code = "import requests; print(requests.get('https://localhost:$($mtls.Port)/hello-world.txt', cert=('client.crt', 'client.key'), verify='server-ca/ca.crt').text)"
        $output = python3 -c $code 2>&1 | Out-String
        if ($output -match "No module named 'requests'") { Set-ItResult -Skipped -Because 'python3-requests is not installed; on Debian: apt install python3-requests'; return }
        $output | Should -Match 'Hello, mutual TLS!'
    }
}

Describe 'nginx as the article configures it' {
    BeforeAll {
        $nginx = (Get-Command nginx -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source ?? $(if (Test-Path /usr/sbin/nginx) { '/usr/sbin/nginx' })
        if ($nginx) {
            # nginx splits its configuration at spaces, so it gets a folder without any.
            $root = (New-Item -ItemType Directory -Path "/tmp/nginx-$([guid]::NewGuid().ToString('N'))").FullName
            Copy-Item -LiteralPath server.crt, server.key -Destination $root
            Copy-Item -LiteralPath client-ca/ca.crt -Destination "$root/client-ca.crt"
            Copy-Item -LiteralPath www -Destination $root -Recurse
            & chmod -R a+rX $root
            $tlsPort = Get-FreePort
            $mtlsPort = Get-FreePort
            Set-Content -LiteralPath "$root/nginx.conf" -Value @"
daemon off; pid $root/nginx.pid; error_log $root/error.log info; user root;
events {}
http {
  access_log off;
  client_body_temp_path $root/t1; proxy_temp_path $root/t2; fastcgi_temp_path $root/t3; uwsgi_temp_path $root/t4; scgi_temp_path $root/t5;
  ssl_certificate $root/server.crt; ssl_certificate_key $root/server.key;
  server { listen 127.0.0.1:$tlsPort ssl; server_name tls-hello-world; location / { root $root/www; } }
  server { listen 127.0.0.1:$mtlsPort ssl; server_name mtls-hello-world; ssl_client_certificate $root/client-ca.crt; ssl_verify_client on; location / { root $root/www; } }
}
"@
            $process = Start-Process -FilePath $nginx -ArgumentList '-c', "$root/nginx.conf", '-p', $root, '-e', "$root/error.log" -PassThru -RedirectStandardError "$root/stderr"
            Wait-Port $mtlsPort
        }
    }

    AfterAll {
        if ($nginx) {
            & kill (Get-Content -LiteralPath "$root/nginx.pid")
            $process.WaitForExit(10000) | Should -BeTrue
            Remove-Item -LiteralPath $root -Recurse -Force
        }
    }

    It 'serves the client, and says so by application data' {
        if (-not $nginx) { Set-ItResult -Skipped -Because "'nginx' is not installed; on Debian: apt install nginx-light"; return }
        $report = Test-MtlsConnection "https://localhost:$mtlsPort/hello-world.txt" -Certificate client.crt -TrustedCa server-ca -CheckEnforcement
        $report.Success | Should -BeTrue
        $report.HttpStatus | Should -Be 200
        $report.ClientAuth | Should -Be 'Required'
        (Invoke-MtlsRequest "https://localhost:$mtlsPort/hello-world.txt" -Certificate client.crt -TrustedCa server-ca).Content | Should -Match 'Hello'
    }

    It 'refuses with a 400 after a good handshake, and is not believed' {
        if (-not $nginx) { Set-ItResult -Skipped -Because "'nginx' is not installed; on Debian: apt install nginx-light"; return }
        $nobody = Test-MtlsConnection "https://localhost:$mtlsPort/" -TrustedCa server-ca
        $nobody.Success | Should -BeFalse
        $nobody.HttpStatus | Should -Be 400
        $nobody.Findings.Id | Should -Be 'NoClientCertificateSent'
        $wrong = Test-MtlsConnection "https://localhost:$mtlsPort/" -TrustedCa server-ca -Certificate stranger.crt
        $wrong.ClientCertificateAccepted | Should -BeFalse
        $wrong.Findings[0].Id | Should -Be 'ClientCertificateUntrusted'
        $wrong.AcceptableIssuers | Should -Be 'CN=Client CA'
    }

    It 'authenticates nobody on the plain port' {
        if (-not $nginx) { Set-ItResult -Skipped -Because "'nginx' is not installed; on Debian: apt install nginx-light"; return }
        $report = Test-MtlsConnection "https://localhost:$tlsPort/hello-world.txt" -Certificate client.crt -TrustedCa server-ca
        $report.Success | Should -BeFalse
        $report.Findings.Id | Should -Be 'ClientCertificateNotRequested'
        (Test-MtlsConnection "https://localhost:$tlsPort/hello-world.txt" -TrustedCa server-ca).ClientAuth | Should -Be 'None'
    }
}
