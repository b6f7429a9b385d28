BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa 'server ca [1]' 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA'
    New-BadFile $clientCa
    $server = New-MtlsCertificate $serverCa localhost -Profile Server -IPAddress 127.0.0.1 -OutFile 'server [1].crt'
    $null = New-MtlsCertificate $clientCa alice -Profile Client -OutFile alice.crt
    $null = New-Item -ItemType Directory 'www [1]'
    Set-Content -LiteralPath 'www [1]/hello.txt' -Value 'hello' -NoNewline
    $common = @{ TrustedCa = $serverCa }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Start-MtlsServer' {
    AfterEach { Get-MtlsServer | Stop-MtlsServer }

    Context 'binding' {
        It 'takes the certificate as a path, an object and from the pipeline, with the key beside it, in it or apart' {
            (Start-MtlsServer 'server [1].crt' -ClientAuth None).IsRunning | Should -BeTrue
            ($server | Start-MtlsServer -ClientAuth None).IsRunning | Should -BeTrue
            $null = Export-MtlsCertificate 'server [1].crt' server.pfx Pfx -Password (Get-Secret)
            (Start-MtlsServer server.pfx -Password (Get-Secret) -ClientAuth None).IsRunning | Should -BeTrue
            Copy-Item -LiteralPath 'server [1].crt' apart.crt
            (Start-MtlsServer apart.crt -Key 'server [1].key' -ClientAuth None).IsRunning | Should -BeTrue
        }

        It 'takes the CAs of clients as folders, files and objects' {
            foreach ($one in './client-ca', 'client-ca/ca.crt', $clientCa, $clientCa.Certificate, @('./server ca [1]', $clientCa)) {
                $running = Start-MtlsServer $server -ClientCa $one
                Test-MtlsConnection $running -Certificate alice.crt @common -Quiet | Should -BeTrue
            }
        }
    }

    Context 'behaviour' {
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

        It 'serves a folder, and nothing beside it' {
            $running = Start-MtlsServer $server -ClientAuth None -Folder 'www [1]'
            (Invoke-MtlsRequest ([uri]::new($running.Uri, 'hello.txt')) @common).Content | Should -Be 'hello'
            foreach ($path in '../good.key', '..%2fgood.key', '%2e%2e/good.key', '/etc/passwd', '//etc/passwd') {
                (Invoke-MtlsRequest "$($running.Uri)$path" @common -SkipHttpErrorCheck).StatusCode | Should -BeIn 400, 403, 404 -Because $path
            }
        }

        It 'serves everybody when a certificate is optional, but no bad one' {
            $running = Start-MtlsServer $server -ClientCa $clientCa -ClientAuth Optional
            ((Invoke-MtlsRequest $running @common).Content | ConvertFrom-Json).client | Should -BeNullOrEmpty
            (Test-MtlsConnection $running @common).ClientAuth | Should -Be 'Optional'
            $bad = New-MtlsCertificate $serverCa mallory -Profile Client
            Test-MtlsConnection $running -Certificate $bad @common -ExpectRejection -Quiet | Should -BeTrue
            (Test-MtlsConnection $running -Certificate alice.crt @common -CheckEnforcement).Findings.Id | Should -Be 'ClientCertificateOptional'
        }

        It 'serves certain names alone' {
            $running = Start-MtlsServer $server -ClientCa $clientCa -RequiredSubject 'CN=bob', 'CN=al*'
            Test-MtlsConnection $running -Certificate alice.crt @common -Quiet | Should -BeTrue
            $other = Start-MtlsServer $server -ClientCa $clientCa -RequiredSan '*.example.com'
            Test-MtlsConnection $other -Certificate alice.crt @common -ExpectRejection -Quiet | Should -BeTrue
            (Receive-MtlsServer $other).Findings.Id | Should -Be 'ClientNameNotAllowed'
        }

        It 'refuses what no revocation list covers' {
            $key = [System.Security.Cryptography.ECDsa]::Create()
            $key.ImportFromPem((Get-Content -Raw client-ca/private/ca.key))
            $issuer = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::CopyWithPrivateKey($clientCa.Certificate.X509, $key)
            $revoked = New-MtlsCertificate $clientCa revoked -Profile Client
            $list = [System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder]::new()
            $list.AddEntry($revoked.X509)
            [IO.File]::WriteAllBytes("$folder/clients [1].crl", $list.Build($issuer, 1, [DateTimeOffset]::UtcNow.AddDays(1), 'SHA384'))
            $running = Start-MtlsServer $server -ClientCa $clientCa -Crl 'clients [1].crl'
            Test-MtlsConnection $running -Certificate alice.crt @common -Quiet | Should -BeTrue
            Test-MtlsConnection $running -Certificate $revoked @common -ExpectRejection -Quiet | Should -BeTrue
            (Receive-MtlsServer $running -Count 2)[1].Findings.Id | Should -Contain 'CertificateRevoked'
        }

        It 'answers a refused client with <_>' -ForEach 401, 403 {
            $running = Start-MtlsServer $server -ClientCa $clientCa -StatusOnReject $_
            $answer = Invoke-MtlsRequest $running @common -SkipHttpErrorCheck
            $answer.StatusCode, $answer.Content.Trim() | Should -Be $_, 'Client certificate required. The client sent no certificate.'
        }

        It 'lets everybody in when told to, and warns' {
            $warned = $null
            $running = Start-MtlsServer $server -AllowUntrusted -WarningVariable warned -WarningAction SilentlyContinue
            $warned | Should -Match 'lets in every client certificate'
            $stranger = New-MtlsCertificate $serverCa mallory -Profile Client
            ((Invoke-MtlsRequest $running -Certificate $stranger @common).Content | ConvertFrom-Json).client.name | Should -Be 'mallory'
            (Receive-MtlsServer $running).Findings.Id | Should -Contain 'IssuerNotFound'
        }

        It 'speaks the TLS versions that it is told' {
            $running = Start-MtlsServer $server -ClientAuth None -TlsVersion Tls12
            (Test-MtlsConnection $running @common).Protocol | Should -Be 'Tls12'
            (Test-MtlsConnection (Start-MtlsServer $server -ClientAuth None -TlsVersion Tls12, Tls13) @common).Protocol | Should -Be 'Tls13'
        }

        It 'names the CAs that it is told' {
            $running = Start-MtlsServer $server -ClientCa $clientCa -AcceptableIssuers $serverCa, 'client-ca' -TlsVersion Tls12
            (Test-MtlsConnection $running @common).AcceptableIssuers | Should -Be 'CN=Server CA', 'CN=Client CA'
            $none = Start-MtlsServer $server -ClientCa $clientCa -AcceptableIssuers @() -TlsVersion Tls12
            (Test-MtlsConnection $none @common).AcceptableIssuers | Should -BeNullOrEmpty
        }

        It 'ends after as many clients as it is told, and stays listed' {
            $running = Start-MtlsServer $server -ClientAuth None -MaxRequests 2
            1..2 | ForEach-Object { $null = Invoke-MtlsRequest $running @common }
            Wait-Until { -not $running.IsRunning }
            @(Get-MtlsServer).Id | Should -Contain $running.Id
            (Get-MtlsServer $running.Id).Accepted | Should -Be 2
        }

        It 'answers with <Name>' -ForEach @(
            @{ Name = 'a text'; Response = 'hello'; Expected = 'hello' }
            @{ Name = 'a script'; Response = { param($request, $certificate) "$($certificate.Name): $($request.Method) $($request.Path) $($request.Body)" }; Expected = 'alice: POST / sent' }
            @{ Name = 'lines of a script'; Response = { 'one'; 2 }; Expected = "one`n2" }
            @{ Name = 'nothing'; Response = { }; Expected = '' }
        ) {
            $running = Start-MtlsServer $server -ClientCa $clientCa -Response $Response
            (Invoke-MtlsRequest $running -Certificate alice.crt @common -Method ($Response -is [string] ? 'GET' : 'POST') -Body $($Response -is [string] ? $null : 'sent')).Content | Should -Be $Expected
        }

        It 'answers with all that a script says' {
            $running = Start-MtlsServer $server -ClientAuth None -Response { @{ Status = 202; ContentType = 'text/css'; Headers = @{ 'X-Mine' = 7 }; Body = [byte[]] (65, 66) } }
            $answer = Invoke-MtlsRequest $running @common
            $answer.StatusCode, $answer.Content, $answer.Headers['X-Mine'] | Should -Be 202, 'AB', '7'
        }

        It 'answers with a file, and with an echo' {
            $running = Start-MtlsServer $server -ClientAuth None -Response (Get-Item -LiteralPath 'www [1]/hello.txt')
            (Invoke-MtlsRequest $running @common).Content | Should -Be 'hello'
            $echo = Start-MtlsServer $server -ClientAuth None -Response Echo
            $seen = (Invoke-MtlsRequest $echo @common -Method PUT -Body 'text' -Headers @{ 'X-Agent' = 'seven' }).Content | ConvertFrom-Json
            $seen.request, $seen.body, $seen.headers.'X-Agent' | Should -Be 'PUT /', 'text', 'seven'
        }

        It 'answers 500 when a script fails (<Because>), records why, and goes on' -ForEach @(
            @{ Because = 'it throws'; Response = { param($request) if ($request.Path -eq '/bad') { throw 'out of ideas' }; 'good' }; Words = 'out of ideas' }
            @{ Because = 'it writes an error'; Response = { param($request) if ($request.Path -eq '/bad') { Get-Item nowhere }; 'good' }; Words = "*Cannot find path*" }
            @{ Because = 'its status is none'; Response = { param($request) if ($request.Path -eq '/bad') { @{ Status = 99 } } else { 'good' } }; Words = '*from 200 to 599*' }
            @{ Because = 'it does not parse'; Response = { param($request) if ($request.Path -eq '/bad') { [scriptblock]::Create('}').Invoke() }; 'good' }; Words = '*Unexpected token*' }
        ) {
            $running = Start-MtlsServer $server -ClientAuth None -Response $Response
            (Invoke-MtlsRequest ([uri]::new($running.Uri, 'bad')) @common -SkipHttpErrorCheck).StatusCode | Should -Be 500
            (Receive-MtlsServer $running).Error | Should -BeLike $Words
            (Invoke-MtlsRequest $running @common).Content | Should -Be 'good'
        }

        It 'runs a script apart from the session' {
            $secret = 'of this session'
            $running = Start-MtlsServer $server -ClientAuth None -Response { "$secret|$((Get-Variable PID).Value -eq $PID)" }
            (Invoke-MtlsRequest $running @common).Content | Should -Be '|True'
        }

        It 'misbehaves as the scenario <Scenario> says' -ForEach @(
            @{ Scenario = 'ExpiredCertificate'; Finding = 'CertificateExpired' }
            @{ Scenario = 'WrongHost'; Finding = 'HostNameMismatch' }
            @{ Scenario = 'DropBeforeAnswer'; Finding = 'ClosedWithoutAnswer' }
            @{ Scenario = 'PlainHttp'; Finding = 'NotTls' }
        ) {
            $running = Start-MtlsServer $server -ClientAuth None -Scenario $Scenario
            @((Test-MtlsConnection $running -TrustedCa ($running.ScenarioCa ?? $serverCa)).Findings.Id)[0] | Should -Be $Finding
            (Start-MtlsServer $server -ClientAuth None -Script $Scenario).Scenario | Should -Be $Scenario
        }

        It 'takes the port it is given' {
            $port = Get-FreePort
            (Start-MtlsServer $server -ClientAuth None -Port $port).Port | Should -Be $port
        }

        It 'stops when its session ends' {
            $port = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "
                `$shell = [powershell]::Create()
                `$server = `$shell.AddScript('Import-Module ''$((Get-Module MtlsTools).Path)''; Set-Location -LiteralPath ''$folder''; Start-MtlsServer ''server [1].crt'' -ClientAuth None').Invoke()[0]
                `$shell.Runspace.Dispose()
                `$client = [Net.Sockets.TcpClient]::new()
                try { `$client.Connect('127.0.0.1', `$server.Port); 'open' } catch { 'closed' }"
            $port | Should -Be 'closed'
        }

        It 'shows number, address, mode and counts' {
            Get-TableHeader (Start-MtlsServer $server -ClientAuth None) | Should -Be 'Id Uri ClientAuth Accepted Refused'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one starts' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'www [1]'; Id = 'FileNotReadable'; Category = 'PermissionDenied'; Ending = 'Name a file in it.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { $File, 'server [1].crt' | Start-MtlsServer -ClientAuth None } ([ref] $output)
            Assert-MtlsError $failure $Id StartMtlsServer ($Category ?? 'InvalidData') $File $Ending
            $output.IsRunning | Should -BeTrue
        }

        It '<Id>, for <Because>; nothing runs' -ForEach @(
            @{ Id = 'KeyRequired'; Because = 'no key'; Run = { Start-MtlsServer alone.crt -ClientAuth None }; Category = 'ObjectNotFound'; Target = 'alone.crt'; Ending = 'Give the key file with -Key, or use a PFX.' }
            @{ Id = 'KeyMismatch'; Because = 'the key of another'; Run = { Start-MtlsServer 'server [1].crt' -Key other.key -ClientAuth None }; Category = 'InvalidData'; Target = 'other.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; Run = { Start-MtlsServer 'server [1].crt' -Key twokeys.pem -ClientAuth None }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; Run = { Start-MtlsServer 'server [1].crt' -Key locked.key -ClientAuth None }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
            @{ Id = 'PasswordWrong'; Because = 'a wrong password'; Run = { Start-MtlsServer 'server [1].crt' -Key locked.key -Password (Get-Secret wrong) -ClientAuth None }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give the password it was encrypted with.' }
            @{ Id = 'ChainMissing'; Because = 'no CA to verify clients with'; Run = { Start-MtlsServer 'server [1].crt' }; Category = 'ObjectNotFound'; Target = 'server [1].crt'; Ending = 'Give -ClientCa, or -ClientAuth None.' }
            @{ Id = 'WrongContent'; Because = 'a key as the CA of clients'; Run = { Start-MtlsServer 'server [1].crt' -ClientCa good.key }; Category = 'InvalidData'; Target = 'good.key'; Ending = 'Name the certificate file.' }
            @{ Id = 'FileNotFound'; Because = 'a CA that does not exist'; Run = { Start-MtlsServer 'server [1].crt' -ClientCa missing }; Category = 'ObjectNotFound'; Target = 'missing'; Ending = 'Check the path.' }
            @{ Id = 'FileNotFound'; Because = 'a folder that does not exist'; Run = { Start-MtlsServer 'server [1].crt' -ClientAuth None -Folder missing }; Category = 'ObjectNotFound'; Target = 'missing'; Ending = 'Name a folder whose files are to be served.' }
            @{ Id = 'FileNotFound'; Because = 'a revocation list that does not exist'; Run = { Start-MtlsServer 'server [1].crt' -ClientCa client-ca -Crl missing.crl }; Category = 'ObjectNotFound'; Target = 'missing.crl'; Ending = 'Check the path.' }
            @{ Id = 'WrongContent'; Because = 'a certificate as a revocation list'; Run = { Start-MtlsServer 'server [1].crt' -ClientCa client-ca -Crl good.crt }; Category = 'InvalidData'; Target = 'good.crt'; Ending = 'Name the CRL file.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'another status'; Run = { Start-MtlsServer 'server [1].crt' -ClientCa client-ca -StatusOnReject 200 }; Category = 'InvalidData'; Target = ''; Ending = 'and then try the command again.' }
            @{ Id = 'AddressNotAvailable'; Because = "another machine's address"; Run = { Start-MtlsServer 'server [1].crt' -ClientAuth None -Address 203.0.113.1 }; Category = 'ResourceUnavailable'; Target = 'server [1].crt'; Ending = 'Use an address of this machine.' }
            @{ Id = 'ParameterArgumentValidationError'; Because = 'clients of a CA that is null'; Run = { Start-MtlsServer 'server [1].crt' -ClientCa $null }; Category = 'InvalidData'; Target = ''; Ending = 'and then try running the command again.' }
        ) {
            if (-not (Test-Path alone.crt)) { Copy-Item -LiteralPath good.crt -Destination alone.crt }
            Assert-MtlsError (Get-OnlyError $Run) $Id StartMtlsServer $Category $Target $Ending
            Get-MtlsServer | Should -BeNullOrEmpty
        }

        It 'a port in use' {
            $first = Start-MtlsServer $server -ClientAuth None
            Assert-MtlsError (Get-OnlyError { Start-MtlsServer 'server [1].crt' -ClientAuth None -Port $first.Port }) PortInUse StartMtlsServer ResourceExists 'server [1].crt' 'Choose another, or 0 for a free one.'
            @(Get-MtlsServer).Id | Should -Be $first.Id
        }
    }

    Context '-WhatIf' {
        It 'listens nowhere' {
            Start-MtlsServer $server -ClientAuth None -WhatIf | Should -BeNullOrEmpty
            Get-MtlsServer | Should -BeNullOrEmpty
            Get-WhatIfText { Start-MtlsServer $server -ClientCa $clientCa -WhatIf } | Should -BeLike "*Start a server as 'localhost', client authentication Required*127.0.0.1:a free port*"
        }
    }
}
