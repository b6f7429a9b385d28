BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ./ca -Name 'Clients'
    $null = New-MtlsCertificate (New-MtlsCa ./server-ca -Name 'Servers') localhost -Profile Server -OutFile server.crt
    $text = @'
server {
    listen 8889 ssl;
    server_name localhost;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate /tls/server.crt;
    ssl_certificate_key /tls/server.key;
    ssl_client_certificate /tls/ca.crt;
    ssl_verify_client on;
}
'@
    # A copy of another machine's files.
    $null = New-Item -ItemType Directory 'a root/tls', 'a root/etc'
    foreach ($file in 'server.crt', 'server.key', 'ca/ca.crt') { [IO.File]::Copy("$folder/$file", "$folder/a root/tls/$(Split-Path -Leaf $file)") }
    if (-not $IsWindows) { [IO.File]::SetUnixFileMode("$folder/a root/tls/server.key", 'UserRead, UserWrite') }
    [IO.File]::WriteAllText("$folder/a root/etc/site [1].conf", $text)
    [IO.File]::WriteAllText("$folder/a root/etc/other.conf", $text.Replace('ssl_verify_client on', 'ssl_verify_client optional_no_ca'))
    $root = @{ RootPath = 'a root' }
}

AfterAll { Pop-Location }

Describe 'Test-MtlsConfig' {
    Context 'binding' {
        It 'takes files by wildcard, as written and from the pipeline' {
            (Test-MtlsConfig 'a root/etc/*.conf' @root).Count | Should -Be 2
            (Test-MtlsConfig -LiteralPath 'a root/etc/site [1].conf' @root).Format | Should -Be Nginx
            (Get-ChildItem -LiteralPath 'a root/etc' -File | Test-MtlsConfig @root).Count | Should -Be 2
            ('a root/etc/other.conf' | Test-MtlsConfig @root).Endpoints.Mode | Should -Be Optional
        }

        It 'completes the names of checks' {
            $text = 'Test-MtlsConfig x -ExcludeRule crlM'
            (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be CrlMissingForCa
        }
    }

    Context 'behaviour' {
        It 'finds, with file and line, and says what to do' {
            $report = Test-MtlsConfig 'a root/etc/other.conf' @root
            $report.Success | Should -BeFalse
            $finding = $report.Findings[0]
            $finding.Id | Should -Be ClientNotVerified
            $finding.Severity | Should -Be Error
            $finding.File | Should -Be (Join-Path $folder 'a root/etc/other.conf')
            $finding.Line | Should -Be 8
            $finding.Cause | Should -Match 'lets in any'
            $finding.Remedy | Should -Match 'ssl_verify_client on'
        }

        It 'follows paths below the root and describes the endpoint' {
            $report = Test-MtlsConfig -LiteralPath 'a root/etc/site [1].conf' @root
            $report.Findings.Id | Should -Be RevocationOff
            $report.Success | Should -BeTrue
            $endpoint = $report.Endpoints
            "$endpoint" | Should -Be 'localhost:8889 (Mtls)'
            $endpoint.Ca.Path | Should -Be (Join-Path $folder 'a root/tls/ca.crt')
            $endpoint.Ca.Line | Should -Be 7
            $endpoint.Protocols.Value | Should -Be 'TLSv1.2 TLSv1.3'
        }

        It 'judges for another day' {
            (Test-MtlsConfig 'a root/etc/other.conf' @root -AsOf (Get-Date).AddYears(1)).Findings.Id | Should -Contain CertificateExpired
        }

        It 'makes the checks that are asked for' {
            (Test-MtlsConfig 'a root/etc/other.conf' @root -Rule clientnotverified).Findings.Id | Should -Be ClientNotVerified
            (Test-MtlsConfig 'a root/etc/other.conf' @root -ExcludeRule ClientNotVerified).Findings.Id | Should -Not -Contain ClientNotVerified
        }

        It 'gives one True or False with -Quiet' {
            Test-MtlsConfig 'a root/etc/*.conf' @root -Quiet | Should -BeFalse
            Test-MtlsConfig -LiteralPath 'a root/etc/site [1].conf' @root -Quiet | Should -BeTrue
        }

        It 'takes for broken what is broken, and does not fail' {
            [IO.File]::WriteAllText("$folder/broken.conf", 'server { listen 443 ssl; ssl_verify_client "on')
            $report = Test-MtlsConfig broken.conf -Format Nginx
            $report.Findings.Id | Should -Contain SyntaxBroken
        }

        It 'shows reports, findings and endpoints in tables' {
            $report = Test-MtlsConfig 'a root/etc/other.conf' @root
            Get-TableHeader $report | Should -Be 'Success Format File Endpoints Findings'
            Get-TableHeader $report.Findings[0] | Should -Be 'Severity Id File:Line Cause'
            Get-TableHeader $report.Endpoints[0] | Should -Be 'Name Port Mode Certificate Ca'
        }
    }

    Context 'errors' {
        It 'says what it does not know, and goes on' {
            [IO.File]::WriteAllText("$folder/notes [1].txt", 'hello')
            $output = $null
            $problem = Get-OnlyError { Test-MtlsConfig -LiteralPath 'notes [1].txt', 'a root/etc/other.conf' @root } ([ref] $output)
            Assert-MtlsError $problem ContentNotRecognized TestMtlsConfig InvalidData (Join-Path $folder 'notes [1].txt') 'Say what it is with -Format.'
            $output.Format | Should -Be Nginx
        }

        It 'says that a path or pattern matches nothing' {
            Assert-MtlsError (Get-OnlyError { Test-MtlsConfig 'gone*.conf' }) PathNotMatched TestMtlsConfig ObjectNotFound 'gone*.conf' 'need -LiteralPath.'
            Test-MtlsConfig -LiteralPath gone.conf -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
        }

        It 'says that the root folder is not there' {
            Assert-MtlsError (Get-OnlyError { Test-MtlsConfig 'a root/etc/other.conf' -RootPath 'no root' }) FileNotFound TestMtlsConfig ObjectNotFound (Join-Path $PWD 'no root') 'begin.'
        }

        It 'refuses names that are no check' {
            { Test-MtlsConfig 'a root/etc/other.conf' -Rule Nothing } | Should -Throw -ErrorId 'CheckUnknown,MtlsTools.Commands.TestMtlsConfigCommand'
        }
    }
}
