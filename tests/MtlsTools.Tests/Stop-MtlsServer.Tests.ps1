BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $server = New-MtlsCa server-ca 'Server CA' | ForEach-Object { New-MtlsCertificate $_ localhost -Profile Server }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Stop-MtlsServer' {
    Context 'binding' {
        It 'takes servers by object, by pipeline and by number' {
            $one, $two, $three = 1..3 | ForEach-Object { Start-MtlsServer $server -ClientAuth None }
            Stop-MtlsServer $one
            $two | Stop-MtlsServer
            Stop-MtlsServer -Id $three.Id
            $one.IsRunning, $two.IsRunning, $three.IsRunning | Should -Be $false, $false, $false
            Get-MtlsServer | Should -BeNullOrEmpty
        }

        It 'completes the numbers of servers' {
            $running = Start-MtlsServer $server -ClientAuth None
            (TabExpansion2 'Stop-MtlsServer -Id ').CompletionMatches.CompletionText | Should -Contain "$($running.Id)"
        }
    }

    Context 'behaviour' {
        It 'frees the port' {
            $running = Start-MtlsServer $server -ClientAuth None
            $running | Stop-MtlsServer
            (Start-MtlsServer $server -ClientAuth None -Port $running.Port).Port | Should -Be $running.Port
        }

        It 'ends connections that are open' {
            $running = Start-MtlsServer $server -ClientAuth None -TimeoutSec 3600
            $client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $running.Port)
            try {
                $running | Stop-MtlsServer
                $client.ReceiveTimeout = 20000
                $(try { $client.GetStream().Read([byte[]]::new(1), 0, 1) } catch [System.IO.IOException] { $_.Exception.InnerException.InnerException.SocketErrorCode ?? 'ConnectionReset' }) | Should -BeIn 0, 'ConnectionReset'
            }
            finally { $client.Dispose() }
        }

        It 'does no harm twice' {
            $running = Start-MtlsServer $server -ClientAuth None
            $running, $running | Stop-MtlsServer -ErrorAction Stop
            $running.IsRunning | Should -BeFalse
        }
    }

    Context 'errors' {
        It 'a number that no server has; the next one stops' {
            $running = Start-MtlsServer $server -ClientAuth None
            Assert-MtlsError (Get-OnlyError { Stop-MtlsServer -Id 99999, $running.Id }) ServerNotFound StopMtlsServer ObjectNotFound 99999 'Get-MtlsServer lists those that do.'
            $running.IsRunning | Should -BeFalse
        }
    }

    Context '-WhatIf' {
        It 'leaves the server running' {
            $running = Start-MtlsServer $server -ClientAuth None
            $running | Stop-MtlsServer -WhatIf
            Stop-MtlsServer -Id $running.Id -WhatIf
            $running.IsRunning | Should -BeTrue
            Get-WhatIfText { $running | Stop-MtlsServer -WhatIf } | Should -BeLike "*Stop the server*$($running.Uri)*"
        }
    }
}
