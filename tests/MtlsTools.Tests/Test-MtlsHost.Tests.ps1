BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $key = New-MtlsKey -OutFile made.key
    $pem = [IO.File]::ReadAllText("$PWD/made.key")

    # A system in a folder: one key that all may read, and one as it should be.
    function New-System([string] $Name) {
        foreach ($path in 'etc/nginx/tls', 'etc/ssl/private', 'opt/some [keys]') { $null = New-Item -ItemType Directory "$Name/$path" }
        [IO.File]::WriteAllText("$PWD/$Name/etc/nginx/tls/open.key", $pem)
        [IO.File]::WriteAllText("$PWD/$Name/etc/nginx/tls/closed.key", $pem)
        [IO.File]::WriteAllText("$PWD/$Name/opt/some [keys]/[1].key", $pem)
        if (-not $IsWindows) {
            chmod 644 "$Name/etc/nginx/tls/open.key" "$Name/opt/some [keys]/[1].key"
            chmod 600 "$Name/etc/nginx/tls/closed.key"
        }
        (Get-Item $Name).FullName
    }

    $root = New-System 'a system'
    $keys = @{ Check = 'KeyFileReadable'; Root = $root }
}

AfterAll { Pop-Location }

Describe 'Test-MtlsHost' -Skip:$IsWindows {
    Context 'binding' {
        It 'takes folders by wildcard, as written and from the pipeline' {
            (Test-MtlsHost 'a system/opt/some*' @keys).Findings.Count | Should -Be 2
            (Test-MtlsHost -LiteralPath 'a system/opt/some [keys]' @keys).Findings.Count | Should -Be 2
            $report = Get-ChildItem 'a system/opt', 'a system/etc' | Test-MtlsHost @keys
            @($report).Count | Should -Be 1
            $report.Findings.Count | Should -Be 2
        }

        It 'takes a root beside the current location' {
            (Test-MtlsHost -Root 'a system' -Check KeyFileReadable).Host | Should -Be $root
        }

        It 'completes the names of checks' {
            $text = 'Test-MtlsHost -Skip keyfileS'
            (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be KeyFileShared
        }
    }

    Context 'behaviour' {
        It 'finds, shows evidence and says what to do' {
            $report = Test-MtlsHost @keys
            $report.Success | Should -BeFalse
            $finding = $report.Findings
            $finding.Id | Should -Be KeyFileReadable
            $finding.Severity | Should -Be Error
            $finding.Subject | Should -Be "$root/etc/nginx/tls/open.key"
            $finding.Cause | Should -Match 'everybody on this machine \(mode 644\)'
            $finding.Remedy | Should -Match "^chmod 600 '.*open\.key'"
            $finding.Repairable | Should -BeTrue
        }

        It 'makes the checks that are asked for' {
            (Test-MtlsHost -Root $root -Check keyfilereadable, ClockWrong).Checks.Id | Should -Be KeyFileReadable, ClockWrong
            (Test-MtlsHost -Root $root -Skip KeyFileReadable).Checks.Id | Should -Not -Contain KeyFileReadable
            (Test-MtlsHost -Root $root -Skip KeyFileReadable).Findings.Id | Should -Not -Contain KeyFileReadable
        }

        It 'tells what it could not check, and why' {
            $report = Test-MtlsHost -Root $root
            $clock = $report.Checks | Where-Object Id -EQ ClockWrong
            $clock.State | Should -Be NotMade
            $clock.Reasons | Should -Match '-ClockHost'
            $report.NotMade.Id | Should -Contain RootNotSelfSigned
            ($report.Checks | Where-Object Id -EQ ClientCertificateNotNegotiated).State | Should -Be NotApplicable
            (Test-MtlsHost -Root $root -Check ClockWrong -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -Match '^ClockWrong: .*-ClockHost'
        }

        It 'says what a closed folder hides' {
            Assert-Peer setpriv util-linux
            chmod 700 'a system/etc/nginx/tls'
            try {
                $module = (Get-Module MtlsTools).Path
                $said = if ([Environment]::IsPrivilegedProcess) {
                    chmod 755 .
                    setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent DOTNET_CLI_HOME=/tmp (Get-Process -Id $PID).Path -NoProfile -Command "Import-Module '$module'; (Test-MtlsHost -Root '$root' -Check KeyFileReadable).Checks.Reasons" 2>&1 | Out-String
                }
                if ($said -match 'may not be read by this account') { $said | Should -Match ([regex]::Escape("$root/etc/nginx/tls")) }
                else { Set-ItResult -Skipped -Because "another account can not reach the test's folder here" }
            }
            finally { chmod 755 'a system/etc/nginx/tls' }
        }

        It 'compares the clock with a server' {
            # A time server that is an hour ahead.
            $socket = [System.Net.Sockets.UdpClient]::new([System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0))
            $server = [powershell]::Create().AddScript({
                    param($socket)
                    $from = [System.Net.IPEndPoint]::new([ipaddress]::Any, 0)
                    $question = $socket.Receive([ref] $from)
                    $seconds = [uint32] [Math]::Floor(([datetime]::UtcNow.AddHours(1) - [datetime]::new(1900, 1, 1)).TotalSeconds)
                    $time = [BitConverter]::GetBytes($seconds)
                    [array]::Reverse($time)
                    $answer = [byte[]]::new(48)
                    $answer[0] = 0x24
                    $answer[1] = 2
                    [array]::Copy($question, 40, $answer, 24, 8)
                    [array]::Copy($time, 0, $answer, 32, 4)
                    [array]::Copy($time, 0, $answer, 40, 4)
                    $socket.Send($answer, 48, $from)
                }).AddArgument($socket)
            $null = $server.BeginInvoke()
            try {
                $report = Test-MtlsHost -ClockHost "127.0.0.1:$($socket.Client.LocalEndPoint.Port)" -Check ClockWrong
                $report.Success | Should -BeFalse
                $report.Findings.Cause | Should -Match 'clock is 60 minutes behind 127\.0\.0\.1'
            }
            finally {
                $socket.Dispose()
                $server.Dispose()
            }
        }

        It 'gives one True or False with -Quiet' {
            Test-MtlsHost @keys -Quiet | Should -BeExactly $false
            Test-MtlsHost -Root $root -Check KeyFileShared -Quiet | Should -BeExactly $true
        }

        It 'changes nothing' {
            $before = Get-Snapshot
            $null = Test-MtlsHost -Root $root
            Get-Snapshot | Should -Be $before
        }

        It 'shows verdict, host, findings and what was not checked' {
            $report = Test-MtlsHost -Root $root -Check KeyFileReadable, ClockWrong
            Get-TableHeader $report | Should -Be 'Success Host Findings NotMade'
            Get-TableHeader $report.Checks | Should -Be 'Id State Findings Reasons'
            Get-ListLabel $report.Findings[0] | Should -Be Id, Severity, Subject, Cause, Evidence, Remedy, RepairPlan, Source
        }
    }

    Context 'errors' {
        It 'a path that matches nothing is one, and the test is made' {
            $output = $null
            $failure = Get-OnlyError { Test-MtlsHost 'nothing*' @keys } ([ref] $output)
            Assert-MtlsError $failure PathNotMatched TestMtlsHost ObjectNotFound 'nothing*' 'names with [ ] need -LiteralPath.'
            $output.Findings.Id | Should -Be KeyFileReadable
        }

        It 'no such check' {
            Assert-MtlsError (Get-OnlyError { Test-MtlsHost -Check Nonsense }) CheckUnknown TestMtlsHost InvalidArgument Nonsense 'for their names.'
        }

        It 'no such root' {
            Assert-MtlsError (Get-OnlyError { Test-MtlsHost -Root nowhere }) FileNotFound TestMtlsHost ObjectNotFound nowhere 'Name the folder in which the system lies.'
        }

        It 'no host' {
            Assert-MtlsError (Get-OnlyError { Test-MtlsHost -ClockHost 'a b' -Check ClockWrong }) TargetInvalid TestMtlsHost InvalidArgument '' '[2001:db8::1]:443.'
        }
    }

    Context 'stop' {
        It 'ends at once while a host is silent' {
            $listener = New-SilentListener
            try {
                Assert-StopsAtOnce "Test-MtlsHost -Check ClockWrong -ClockHost 127.0.0.1:$($listener.LocalEndpoint.Port)" { Wait-Until { $listener.Pending() } }
            }
            finally { $listener.Stop() }
        }
    }
}
