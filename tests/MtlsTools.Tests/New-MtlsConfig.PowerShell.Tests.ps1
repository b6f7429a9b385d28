BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-root -Name 'Server Root'
    $clientRoot = New-MtlsCa client-root -Name 'Client Root'
    $clientCa = New-MtlsCa client-ca -Name 'Client CA' -Issuer $clientRoot
    $alice = New-MtlsCertificate $clientCa alice -Profile Client
    $mallory = New-MtlsCa other -Name 'Other CA' | ForEach-Object { New-MtlsCertificate $_ mallory -Profile Client }
}

AfterAll { Pop-Location }

Describe 'Scripts that New-MtlsConfig writes' {
    Context 'PowerShell' {
        BeforeAll {
            $server = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $clientRoot -Text 'Hello, script!'
            $common = @{ Target = 'PowerShell'; Platform = 'Unix'; Ca = $serverCa; HostName = 'localhost'; Port = $server.Port }
            $null = New-MtlsConfig @common -Certificate $alice -OutDirectory "it's [alice]"
            $null = New-MtlsConfig @common -Certificate $mallory -OutDirectory mallory

            # .NET keeps a user's stores below the home folder.
            $realHome = $env:HOME
            $env:HOME = (New-Item -ItemType Directory home).FullName
        }

        AfterAll {
            $env:HOME = $realHome
            Stop-MtlsServer $server
        }

        It 'gets the page by Invoke-RestMethod, intermediates being sent, and leaves the session as it was' -Skip:(-not $IsLinux) {
            $before = $env:SSL_CERT_FILE
            & (Join-Path $folder "it's [alice]" client.ps1) | Should -BeExactly 'Hello, script!'
            $env:SSL_CERT_FILE | Should -BeExactly $before
            $server.Connections[-1].ClientCertificate.Chain.Name | Should -Contain 'Client CA'
        }

        It 'gets nothing by Invoke-RestMethod as a stranger' -Skip:(-not $IsLinux) {
            $said = pwsh -NoProfile -File mallory/client.ps1 2>&1
            $LASTEXITCODE | Should -Not -Be 0
            $said | Should -Not -Contain 'Hello, script!'
            $server.Connections[-1].Reason | Should -Match 'Other CA'
        }

        It 'gets the page by Invoke-MtlsRequest, and nothing as a stranger' {
            & (Join-Path $folder "it's [alice]" client-mtlstools.ps1) | Should -BeExactly 'Hello, script!'
            { & ./mallory/client-mtlstools.ps1 } | Should -Throw -ErrorId '*InvokeMtlsRequestCommand'
        }
    }

    Context 'Windows' {
        It 'hands paths of Windows over unchanged to <Target>' -ForEach @(
            @{ Target = 'Curl'; Script = 'curl.ps1'; Files = 'server-ca.crt' }
            @{ Target = 'PowerShell'; Script = 'client.ps1'; Files = 'client.crt', 'client.key', 'server-ca.crt' }
            @{ Target = 'PowerShell'; Script = 'client-mtlstools.ps1'; Files = 'client.crt', 'client.key', 'server-ca.crt' }
            @{ Target = 'OpenSslClient'; Script = 'client.ps1'; Files = 'client.crt', 'client.key', 'server-ca.crt' }
        ) {
            $install = 'C:\Program Files\O''Brien & $Co `1` 100%'
            $config = New-MtlsConfig $Target $alice -Platform Windows -Ca $serverCa -HostName localhost -OutDirectory "windows $Target" -InstallPath $install -Force
            $errors = $null
            $tree = [Management.Automation.Language.Parser]::ParseFile("$folder/windows $Target/$Script", [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty
            $texts = $tree.FindAll({ $args[0] -is [Management.Automation.Language.StringConstantExpressionAst] }, $true).Value
            $Files | ForEach-Object { $texts | Should -Contain "$install\$_" }
            if ($Target -eq 'Curl') {
                $texts | Should -Contain "CurrentUser\MY\$($alice.Thumbprint)"
                $texts | Should -Contain '--ssl-revoke-best-effort'
                $texts | Should -Not -Contain '--key'
                $config.Notes -join "`n" | Should -Match 'Import-MtlsToStore'
            }
        }

        It 'writes requests with line ends in them for openssl' {
            $null = New-MtlsConfig OpenSslClient $alice -Platform Windows -Ca $serverCa -HostName localhost -OutDirectory request -InstallPath 'C:\mtls'
            Get-Content -Raw request/client.ps1 | Should -Match ([regex]::Escape('"GET / HTTP/1.1`r`nHost: {0}`r`nConnection: close`r`n`r`n"'))
        }

        It 'keeps git from SChannel' {
            (New-MtlsConfig Git $alice -Platform Windows -Ca $serverCa -HostName localhost -OutDirectory git -InstallPath 'C:\mtls').Text | Should -Match 'sslCert = "C:\\\\mtls\\\\client.crt"(?s).*sslBackend = openssl'
        }
    }
}
