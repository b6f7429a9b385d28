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
