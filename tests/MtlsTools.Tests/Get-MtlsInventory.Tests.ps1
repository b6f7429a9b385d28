BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Inventory CA'
    $now = [DateTimeOffset]::UtcNow
    $web = New-MtlsCertificate $ca www.example.com -Profile Server -OutFile www.crt
    $null = New-MtlsCertificate $ca alice -Profile Client -OutFile alice.crt
    # With a password that is stretched once: opening it is not what is tested here.
    $null = Invoke-Peer openssl pkcs12 -export -in alice.crt -inkey alice.key -out alice.pfx -passout 'pass:correct horse' -iter 1 -nomaciter
    $null = New-Item -ItemType Directory 'below [1]'
    $null = New-MtlsCertificate $ca bob -Profile Client -OutFile 'below [1]/bob.crt'
    [IO.File]::WriteAllText("$folder/site.conf", "server {`n  listen 443 ssl;`n  ssl_certificate '$folder/www.crt';`n  ssl_certificate_key '$folder/www.key';`n}`n")
}

AfterAll { Pop-Location }

Describe 'Get-MtlsInventory' {
    Context 'binding' {
        It 'takes paths, wildcards, literal paths, and files and folders of the pipeline' {
            (Get-MtlsInventory www.crt).Name | Should -Be 'www.example.com'
            (Get-MtlsInventory *.crt).Name | Sort-Object | Should -Be 'alice', 'www.example.com'
            (Get-MtlsInventory -LiteralPath 'below [1]').Name | Should -Be 'bob'
            (Get-Item www.crt | Get-MtlsInventory).Name | Should -Be 'www.example.com'
            (Get-ChildItem -Directory | Where-Object Name -like 'below*' | Get-MtlsInventory).Name | Should -Be 'bob'
            ('www.crt', 'alice.crt' | Get-MtlsInventory).Count | Should -Be 2
        }

        It 'looks into the current folder when nothing is named, and as deep as it is told' {
            (Get-MtlsInventory).Name | Should -Not -Contain 'bob'
            (Get-MtlsInventory -Depth 1).Name | Should -Contain 'bob'
            (Get-MtlsInventory -Recurse -Exclude 'below*').Place | Should -Not -Match 'below'
            (Get-MtlsInventory -Recurse -Include bob.*).Path | Should -Contain (Join-Path $folder 'below [1]' bob.crt)
            @() | Get-MtlsInventory | Should -BeNullOrEmpty
        }

        It 'pipes what is due into Update-MtlsCertificate' {
            $old = New-MtlsCertificate $ca due -Profile Client -OutFile due.crt
            $renewed = Get-MtlsInventory due.crt -AsOf $now.AddDays(70) | Where-Object NeedsRenewal | Update-MtlsCertificate -Ca $ca
            @($renewed).Count | Should -Be 1
            $new = Get-MtlsInventory -Recurse | Where-Object { $_.Name -eq 'due' -and $_.Source -eq 'File' }
            @($new).Count | Should -Be 1 -Because 'what was replaced is no certificate in use'
            $new.SerialNumber | Should -Not -Be $old.SerialNumber
            $new.KeyPath | Should -Be (Join-Path $folder due.key)
            $new.SpkiSha256 | Should -Not -Be $old.SpkiSha256
            Remove-Item due.*
        }

        It 'gives what Update-MtlsCertificate binds by name' {
            $item = Get-MtlsInventory www.crt -AsOf $now.AddDays(70)
            $item.NeedsRenewal | Should -BeTrue
            $item.Path | Should -Be (Join-Path $folder www.crt)
            $item.KeyPath | Should -Be (Join-Path $folder www.key)
            $item.Certificate.Sha256 | Should -Be $web.Sha256
        }
    }

    Context 'behaviour' {
        It 'finds records, files, PFX files and what uses them in one stream' {
            $items = Get-MtlsInventory -Recurse -Password (Get-Secret wrong), (Get-Secret)
            $items | ForEach-Object { $_ | Should -BeOfType MtlsTools.Inventory.InventoryItem }
            ($items | Where-Object Name -eq alice).Source | Sort-Object | Should -Be 'File', 'Pfx', 'Authority'
            ($items | Where-Object Path -eq (Join-Path $folder www.crt)).UsedBy | Should -Be "$(Join-Path $folder site.conf):3"
            ($items | Where-Object NeedsAttention) | Should -BeNullOrEmpty
        }

        It 'watches expiry: it gives one True or False with -Quiet' {
            Get-MtlsInventory *.crt -Quiet | Should -BeTrue
            Get-MtlsInventory *.crt -Quiet -AsOf $now.AddDays(61) | Should -BeFalse
            Get-MtlsInventory alice.pfx -Quiet | Should -BeFalse
        }

        It 'says what is due soon, due, and over' {
            foreach ($case in @(50, 'Ok'), @(55, 'RenewSoon'), @(61, 'Due'), @(91, 'Expired')) {
                (Get-MtlsInventory www.crt -AsOf $now.AddDays($case[0])).Status | Should -Be $case[1] -Because $case[0]
            }
            (Get-MtlsInventory www.crt -SoonWithin 70d).Status | Should -Be 'RenewSoon'
        }

        It 'calls live servers, and goes on past one that is down' {
            $server = $web | Start-MtlsServer -ClientAuth None
            try { $items = Get-MtlsInventory www.crt -Endpoint $server, "127.0.0.1:$(Get-FreePort)" }
            finally { $server | Stop-MtlsServer }
            ($items | Where-Object Source -eq Endpoint | Where-Object Role -eq Server).Sha256 | Should -Be $web.Sha256
            ($items | Where-Object Status -eq Unreadable).Findings.Cause | Should -Match 'Nothing listens'
            ($items | Where-Object Source -eq File).UsedBy | Should -Be "$($server.Uri.Host):$($server.Port)"
        }

        It 'goes on past a folder that may not be read' {
            if (-not $IsLinux -or (id -u) -ne 0) { Set-ItResult -Skipped -Because 'it takes root to run as somebody else' }
            $open = New-Item -ItemType Directory "/tmp/mtls-inventory-$([guid]::NewGuid())"
            try {
                foreach ($name in 'a', 'b', 'c') {
                    $null = New-Item -ItemType Directory (Join-Path $open $name)
                    Copy-Item www.crt (Join-Path $open $name)
                }
                chmod 700 "$open/b"
                chmod 755 $open "$open/a" "$open/c"
                $said = setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=$open (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "
                    Import-Module '$((Get-Module MtlsTools).ModuleBase)/MtlsTools.psd1'
                    Get-MtlsInventory '$open' -Recurse | ForEach-Object { `"`$(`$_.Status) `$(`$_.Place)`" }"
                $said | Should -Be "Ok $open/a/www.crt", "Unreadable $open/b", "Ok $open/c/www.crt"
            }
            finally { Remove-Item $open -Recurse -Force }
        }

        It 'shows what people look for first' {
            Get-TableHeader (Get-MtlsInventory www.crt) | Should -Be 'Status DaysLeft Role Name Place'
        }
    }

    Context 'errors' {
        It 'names the path that matches nothing, and goes on' {
            $failed = Get-OnlyError { 'nothing.crt', 'www.crt' | Get-MtlsInventory } ([ref] ($output = $null))
            Assert-MtlsError $failed PathNotMatched GetMtlsInventory ObjectNotFound nothing.crt 'need -LiteralPath.'
            $failed = Get-OnlyError { Get-MtlsInventory -LiteralPath 'no[1].crt' }
            Assert-MtlsError $failed PathNotMatched GetMtlsInventory ObjectNotFound 'no[1].crt' 'need -LiteralPath.'
        }

        It 'names the endpoint that is none' {
            $failed = Get-OnlyError { Get-MtlsInventory www.crt -Endpoint 'ftp://x' }
            Assert-MtlsError $failed TargetInvalid GetMtlsInventory InvalidArgument 'ftp://x' 'host:port or host.'
        }
    }

    Context 'stop' {
        It 'stops at once' {
            $silent = New-SilentListener
            try { Assert-StopsAtOnce "Get-MtlsInventory -Endpoint 127.0.0.1:$($silent.LocalEndpoint.Port) -TimeoutSec 60" { Wait-Until { $silent.Pending() } } }
            finally { $silent.Stop() }
        }
    }
}
