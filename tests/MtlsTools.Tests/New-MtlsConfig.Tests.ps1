BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $servers = New-MtlsCa server-ca -Name 'Server CA'
    $clients = New-MtlsCa client-ca -Name 'Client CA'
    $web = New-MtlsCertificate $servers localhost -Profile Server -OutFile web.crt
    $alice = New-MtlsCertificate $clients alice -Profile Client -OutFile alice.crt
}

AfterAll { Pop-Location }

Describe 'New-MtlsConfig' {
    Context 'binding' {
        It 'takes target and certificate by position, and paths, objects and CA folders alike' {
            (New-MtlsConfig Nginx web.crt -Ca client-ca).Text | Should -BeExactly (New-MtlsConfig -Target Nginx -Certificate $web -Ca $clients).Text
        }

        It 'takes a lab, one of its set-ups or a server from the pipeline' {
            $lab = New-MtlsLab -OutDirectory lab -StartServer
            try {
                ($lab | New-MtlsConfig Nginx).Text | Should -Match 'ssl_verify_client on;'
                ($lab.HelloWorld | New-MtlsConfig Nginx -Mode Tls).Text | Should -Not -Match 'ssl_verify_client'
                ($lab.Server | New-MtlsConfig Nginx).Text | Should -Match 'server_name localhost'
            }
            finally { Remove-MtlsLab $lab }
        }

        It 'refuses a port that is none' {
            $failure = Get-OnlyError { New-MtlsConfig Nginx web.crt -Ca client-ca -Port 70000 }
            $failure.FullyQualifiedErrorId | Should -Be 'ParameterArgumentValidationError,MtlsTools.Commands.NewMtlsConfigCommand'
        }
    }

    Context 'behaviour' {
        It 'writes nothing without a folder, and names the files that were given' {
            $before = Get-EveryFile .
            $config = New-MtlsConfig Nginx web.crt -Ca client-ca -HostName localhost -Port 8443
            $config.Text | Should -Match 'listen 8443 ssl;'
            $config.Files.Where({ -not $_.IsMade }).Path | Should -Be (Join-Path $folder web.crt), (Join-Path $folder web.key), (Join-Path $folder client-ca/ca.crt)
            Get-EveryFile . | Should -Be $before
        }

        It 'writes what is made for it, and the key for its owner alone' {
            $config = New-MtlsConfig Nginx (New-MtlsCertificate $servers localhost -Profile Server) -Ca client-ca -OutDirectory 'my [conf]' -Backend http://127.0.0.1:8080 -ForwardHeaders
            Get-EveryFile 'my [conf]' | Should -Be 'nginx.conf', 'server.crt', 'server.key'
            Get-Content -Raw -LiteralPath 'my [conf]/nginx.conf' | Should -BeExactly $config.Text
            $config.Text | Should -Match 'proxy_set_header X-Client-Verify \$ssl_client_verify;'
            if (-not $IsWindows) { [IO.File]::GetUnixFileMode("$folder/my [conf]/server.key") | Should -Be ([IO.UnixFileMode] 'UserRead, UserWrite') }
        }

        It 'shows the files and what there is to do' {
            $shown = New-MtlsConfig Nginx web.crt -Ca client-ca | Out-String -Width 200
            $shown | Should -Match 'web\.crt \(given\)'
            $shown | Should -Match 'nginx -s reload'
        }
    }

    Context 'with the program itself' {
        BeforeAll {
            $hasNginx = Get-Command nginx -ErrorAction Ignore
            $hasEnvoy = Get-Command envoy -ErrorAction Ignore
        }

        It 'has it check what was made' {
            if (-not $hasNginx) { Set-ItResult -Skipped -Because 'nginx is not installed' }
            $config = New-MtlsConfig Nginx web.crt -Ca client-ca -OutDirectory 'checked [1]' -Test
            $config.Check.Success | Should -BeTrue
            $config.Check.Command | Should -Match 'nginx -t'
        }

        It 'quotes what it refuses, and the next record still runs' {
            if (-not $hasNginx) { Set-ItResult -Skipped -Because 'nginx is not installed' }
            $other = New-MtlsCertificate $servers localhost -Profile Server -OutFile other.crt
            $null = New-MtlsKey -OutFile other.key -Force
            $failure = Get-OnlyError { New-MtlsConfig Nginx $other -Ca client-ca -Test }
            Assert-MtlsError $failure ConfigRejected NewMtlsConfig InvalidResult 'Nginx' 'has the whole of it.'
            $failure.Exception.Message | Should -Match 'key values mismatch'
            (New-MtlsConfig Nginx web.crt -Ca client-ca -Test).Check.Success | Should -BeTrue
        }

        It 'names the package of one that is missing' {
            if ($hasEnvoy) { Set-ItResult -Skipped -Because 'Envoy is installed' }
            Assert-MtlsError (Get-OnlyError { New-MtlsConfig Envoy web.crt -Ca client-ca -Test }) ToolMissing NewMtlsConfig ObjectNotFound 'Envoy' 'Homebrew has it as envoy.'
        }

        It 'runs it, and Stop-MtlsServer ends it' {
            if (-not $hasNginx) { Set-ItResult -Skipped -Because 'nginx is not installed' }
            $config = New-MtlsConfig Nginx web.crt -Ca client-ca -Start
            try {
                (Test-MtlsConnection $config.Process.Uri -Certificate alice.crt -TrustedCa server-ca).Success | Should -BeTrue
                (Test-MtlsConnection $config.Process.Uri -TrustedCa server-ca -WarningAction Ignore).Success | Should -BeFalse
                Stop-MtlsServer $config.Process -WhatIf
                $config.Process.IsRunning | Should -BeTrue
            }
            finally { $config | Stop-MtlsServer }
            $config.Process.IsRunning | Should -BeFalse
            { [Net.Sockets.TcpClient]::new('127.0.0.1', $config.Process.Port) } | Should -Throw
        }

        It 'ends with the session that started it' {
            if (-not $hasNginx) { Set-ItResult -Skipped -Because 'nginx is not installed' }
            $session = [PowerShell]::Create()
            try {
                $process = $session.AddScript('param($module, $folder) Import-Module $module; Set-Location -LiteralPath $folder; (New-MtlsConfig Nginx web.crt -Ca client-ca -Start).Process').AddParameters(@{ module = (Get-Module MtlsTools).Path; folder = $folder }).Invoke()[0]
                $process.IsRunning | Should -BeTrue
            }
            finally { $session.Runspace.Close(); $session.Dispose() }
            $process.IsRunning | Should -BeFalse
        }

        It 'starts nothing with -WhatIf' {
            $config = New-MtlsConfig Nginx web.crt -Ca client-ca -Start -WhatIf
            $config.Process | Should -BeNullOrEmpty
        }
    }

    Context 'errors' {
        It 'is <Id> for <Name>, and the next record still runs' -ForEach @(
            @{ Name = "a client's certificate"; Id = 'ConfigCertificateNotSuitable'; Category = 'SecurityError'; Arguments = @{ Certificate = 'alice.crt' }; Target = 'alice.crt'; Ending = 'Issue one with the profile Server.' }
            @{ Name = 'another host'; Id = 'ConfigCertificateNotSuitable'; Category = 'SecurityError'; Arguments = @{ Certificate = 'web.crt'; HostName = 'api.example.com' }; Target = 'web.crt'; Ending = '.' }
            @{ Name = 'no certificate'; Id = 'ConfigInputMissing'; Category = 'InvalidArgument'; Arguments = @{}; Target = 'Nginx'; Ending = 'Give it with -Certificate.' }
            @{ Name = 'a file that is not there'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Arguments = @{ Certificate = 'none.crt' }; Target = 'none.crt'; Ending = 'Check the path.' }
            @{ Name = 'headers without a backend'; Id = 'ConfigInputMissing'; Category = 'InvalidArgument'; Arguments = @{ Certificate = 'web.crt'; ForwardHeaders = $true }; Target = 'Nginx'; Ending = 'such as http://127.0.0.1:8080.' }
        ) {
            $rest = $_.Arguments
            $failure = Get-OnlyError { New-MtlsConfig Nginx -Ca client-ca @rest }
            Assert-MtlsError $failure $Id NewMtlsConfig $Category $Target $Ending
            (New-MtlsConfig Nginx web.crt -Ca client-ca).Target | Should -Be 'Nginx'
        }

        It 'leaves everything as it was when a file exists' {
            $null = New-Item -ItemType Directory there
            [IO.File]::WriteAllText("$folder/there/nginx.conf", 'mine')
            $failure = Get-OnlyError { New-MtlsConfig Nginx (New-MtlsCertificate $servers localhost -Profile Server) -Ca client-ca -OutDirectory there }
            Assert-MtlsError $failure FileExists NewMtlsConfig ResourceExists 'there/nginx.conf' 'choose another name.'
            Get-EveryFile there | Should -Be 'nginx.conf'
            $null = New-MtlsConfig Nginx web.crt -Ca client-ca -OutDirectory there -Force
            Get-Content -Raw -LiteralPath there/nginx.conf | Should -Match 'ssl_certificate'
        }
    }

    Context '-WhatIf' {
        It 'writes nothing, and names what would be written' {
            New-MtlsConfig Nginx (New-MtlsCertificate $servers localhost -Profile Server) -Ca client-ca -OutDirectory not-yet -WhatIf | Should -BeNullOrEmpty
            'not-yet' | Should -Not -Exist
        }
    }
}
