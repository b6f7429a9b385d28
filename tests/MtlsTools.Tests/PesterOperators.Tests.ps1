# The Should operators: what they prove, what they say when they fail, and how they come into a session.
BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $lab = New-MtlsLab -OutDirectory lab -BadCertificates -StartServer
    $optional = Start-MtlsServer $lab.ServerCertificate -ClientCa $lab.ClientCa -ClientAuth Optional
    $trust = @{ TrustedCa = $lab.TrustedCa }
    $good = @{ Certificate = $lab.ClientCertificate; TrustedCa = $lab.TrustedCa }
    $nobody = "https://localhost:$(Get-FreePort)"
    $base = (Get-Module MtlsTools).ModuleBase
    $names = 'RequireClientCertificate', 'RejectMtlsClient', 'BeMtlsReady', 'ChainTo', 'ExpireAfter', 'MatchKey'

    # Runs a script in a fresh pwsh and gives its output; anything on the error stream is an error of the test.
    function Invoke-Child([string] $Script) {
        $output = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $Script" 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$output"
        $output
    }

    # The message with which an assertion fails.
    function Get-Failure([scriptblock] $Assertion) {
        $thrown = $null
        try { & $Assertion } catch { $thrown = $_ }
        $thrown | Should -Not -BeNullOrEmpty -Because "$Assertion has to fail"
        $thrown.FullyQualifiedErrorId | Should -Be 'PesterAssertionFailed' -Because $thrown.Exception.Message
        $thrown.Exception.Message
    }
}

AfterAll { $optional | Stop-MtlsServer; $lab | Remove-MtlsLab; Pop-Location }

Describe 'Should -RequireClientCertificate' {
    It 'holds for a server that refuses strangers' {
        $lab.Server | Should -RequireClientCertificate
        $lab.Uri | Should -RequireClientCertificate -TrustedCa $lab.TrustedCa
        "localhost:$($lab.Server.Port)" | Should -RequireClientCertificate @good -TimeoutSec 20 -ServerName localhost
    }

    It 'holds with -Not for one that serves them' {
        $lab.TlsServer, $optional | Should -Not -RequireClientCertificate
    }

    It 'says what it saw when it fails' {
        Get-Failure { $lab.TlsServer | Should -RequireClientCertificate -Because 'it holds accounts' } | Should -BeLike "Expected 'localhost:$($lab.TlsServer.Port)' to require a client certificate, because it holds accounts, but it served a client without one over Tls12 and Tls13. ClientCertificateNotRequested: *"
        Get-Failure { $optional | Should -RequireClientCertificate } | Should -BeLike '*served a client without one*ClientCertificateOptional: *'
        Get-Failure { $lab.Server | Should -Not -RequireClientCertificate } | Should -BeLike "Expected 'localhost:$($lab.Server.Port)' not to require a client certificate, but it refused a client without one. *"
    }

    It 'fails both ways where nothing can be proved' {
        Get-Failure { $nobody | Should -RequireClientCertificate } | Should -BeLike '*but that could not be proved. ConnectionRefused: *'
        Get-Failure { $nobody | Should -Not -RequireClientCertificate } | Should -BeLike '*but that could not be proved. ConnectionRefused: *'
    }
}

Describe 'Should -RejectMtlsClient' {
    It 'holds for a bad client, and with -Not for a good one' {
        $lab.Server | Should -RejectMtlsClient $lab.Bad.Expired
        $lab.Server | Should -RejectMtlsClient $lab.Bad.OtherCa.Path @trust
        $lab.Server | Should -Not -RejectMtlsClient $lab.ClientCertificate @trust
        $lab.Server | Should -Not -RejectMtlsClient $lab.ClientCertificate.Path -Key $lab.ClientCertificate.KeyPath
    }

    It 'says what it saw when it fails' {
        Get-Failure { $lab.TlsServer | Should -RejectMtlsClient $lab.Bad.Expired -Because 'it has left' } | Should -BeLike "Expected 'localhost:*' to reject the client 'expired (Client)', because it has left, but it let the client in (HTTP status 200). *"
        Get-Failure { $lab.Server | Should -Not -RejectMtlsClient $lab.Bad.Expired } | Should -BeLike '*not to reject*but it refused the client. ClientCertificateExpired: *'
    }

    It 'fails both ways where nothing can be proved, and when the client is missing' {
        Get-Failure { $nobody | Should -RejectMtlsClient $lab.Bad.Expired } | Should -BeLike '*could not be proved: the connection ended in the stage Connect. ConnectionRefused: *'
        Get-Failure { $nobody | Should -Not -RejectMtlsClient $lab.Bad.Expired } | Should -BeLike '*could not be proved*'
        Get-Failure { $lab.Server | Should -RejectMtlsClient $lab.Bad.Expired -TrustedCa $lab.TrustedClientCa } | Should -BeLike '*could not be proved*'
        { $lab.Server | Should -RejectMtlsClient $null } | Should -Throw '*takes the client certificate*'
    }
}

Describe 'Should -BeMtlsReady' {
    It 'holds when both sides authenticate each other and strangers are refused' {
        $lab.Server, $lab.Uri | Should -BeMtlsReady @good
        $lab.TlsServer, $optional | Should -Not -BeMtlsReady @good
    }

    It 'says what it saw when it fails' {
        Get-Failure { $optional | Should -BeMtlsReady @good -Because 'it goes live' } | Should -BeLike "Expected 'localhost:*' to be ready for mutual TLS, because it goes live, but it is not. ClientCertificateOptional: *"
        Get-Failure { $lab.Server | Should -BeMtlsReady -Certificate $lab.Bad.OtherCa @trust } | Should -BeLike '*but it is not. ClientCertificateUntrusted: *'
        Get-Failure { $lab.Server | Should -Not -BeMtlsReady @good } | Should -BeLike '*not to be ready*both sides authenticate each other*'
    }

    It 'fails both ways where nothing answers, and without a client' {
        Get-Failure { $nobody | Should -BeMtlsReady @good } | Should -BeLike '*could not be reached. ConnectionRefused: *'
        Get-Failure { $nobody | Should -Not -BeMtlsReady @good } | Should -BeLike '*could not be reached. ConnectionRefused: *'
        { $lab.Server | Should -BeMtlsReady } | Should -Throw '*takes a good client*'
    }
}

Describe 'Should -ChainTo' {
    It 'holds for certificates, paths, CAs, servers and addresses' {
        $lab.ClientCertificate, $lab.ClientCertificate.Path, (Get-Item -LiteralPath $lab.ClientCertificate.Path), $lab.ClientCertificate.X509 | Should -ChainTo $lab.ClientCa
        $lab.Server, $lab.Uri, "$($lab.Uri)" | Should -ChainTo $lab.ServerCa -Purpose Server
        $lab.ClientCa | Should -ChainTo $lab.TrustedClientCa
        $lab.ClientCertificate | Should -Not -ChainTo $lab.ServerCa
        $lab.Bad.LookAlikeCa | Should -Not -ChainTo $lab.ClientCa
    }

    It 'leaves the dates to -ExpireAfter' {
        $lab.Bad.Expired, $lab.Bad.NotYetValid | Should -ChainTo $lab.ClientCa
    }

    It 'takes the intermediates of a file, and those that are given' {
        $two = New-MtlsLab Production -OutDirectory two
        try {
            $two.ClientCertificate.Path | Should -ChainTo $two.TrustedClientCa
            $alone = Get-MtlsCertificate -Content $two.ClientCertificate.RawData.ToArray()
            $alone | Should -Not -ChainTo $two.TrustedClientCa
            $alone | Should -ChainTo $two.TrustedClientCa -Intermediate $two.ClientCa
        }
        finally { $two | Remove-MtlsLab }
    }

    It 'says what it saw when it fails' {
        Get-Failure { $lab.ClientCertificate | Should -ChainTo $lab.ServerCa -Because 'we moved' } | Should -BeLike "Expected 'client' to chain to 'Server CA (RootCa)', because we moved, but it does not. *: *"
        Get-Failure { $lab.ClientCertificate | Should -ChainTo $lab.ClientCa -Purpose Server } | Should -BeLike '*WrongPurpose*'
        Get-Failure { $lab.ClientCertificate | Should -Not -ChainTo $lab.ClientCa } | Should -BeLike "Expected 'client' not to chain*it does: client < Client CA"
        { $lab.ClientCertificate | Should -ChainTo $null } | Should -Throw '*takes the CA*'
        { 'missing.crt' | Should -ChainTo $lab.ClientCa } | Should -Throw '*missing.crt*'
    }
}

Describe 'Should -ExpireAfter' {
    It 'takes days, hours, spans and dates' {
        $lab.ClientCertificate | Should -ExpireAfter 30d
        $lab.ClientCertificate, $lab.ClientCertificate.Path, $lab.Server | Should -ExpireAfter 12h
        $lab.ClientCa | Should -ExpireAfter ([timespan]::FromDays(365))
        $lab.ClientCertificate | Should -ExpireAfter ([datetime]::UtcNow.AddDays(7))
        $lab.ClientCertificate | Should -Not -ExpireAfter 100
        $lab.Bad.Expired | Should -Not -ExpireAfter 0d
    }

    It 'looks at the whole chain' {
        $root = New-MtlsCa short 'Short Root' -Days 20
        $leaf = New-MtlsCertificate $root leaf -Profile Client -AllowClamp -Days 19
        $leaf | Should -ExpireAfter 18d
        Get-Failure { (New-MtlsCertificate $root other -Profile Client -NotAfter ([DateTimeOffset]::UtcNow.AddDays(10))) | Should -ExpireAfter 15d } | Should -BeLike "*'other' to expire after*but it ends on*"
        $below = New-MtlsCa below 'Below' -Issuer $root -Days 5
        $long = New-MtlsCertificate $root plain -Profile Client -Days 15
        Get-Failure { @($below) | Should -ExpireAfter 6d } | Should -BeLike "*'Below' to expire after*it ends on*"
        Get-Failure { $long | Should -ExpireAfter 16d -Because 'renewal takes a week' } | Should -BeLike "Expected 'plain' to expire after *Z, because renewal takes a week, but it ends on * (14 days left)"
        { $long | Should -ExpireAfter $null } | Should -Throw '*takes a length of time*'
    }
}

Describe 'Should -MatchKey' {
    It 'compares keys, certificates and requests' {
        $lab.ClientCertificate.Path | Should -MatchKey $lab.ClientCertificate.KeyPath
        $lab.ClientCertificate | Should -MatchKey $lab.ClientCertificate.Path
        $lab.ClientCertificate | Should -Not -MatchKey $lab.ServerCertificate
        $null = New-MtlsCsr locked -OutFile locked.csr -Password (Get-Secret)
        'locked.csr' | Should -MatchKey locked.key -Password (Get-Secret)
    }

    It 'says so when it fails' {
        Get-Failure { $lab.ClientCertificate | Should -MatchKey $lab.Server.Certificate -Because 'they are a pair' } | Should -Be "Expected 'client (Client)' to match the key of 'localhost (Server)', because they are a pair, but their keys differ"
        Get-Failure { $lab.ClientCertificate | Should -Not -MatchKey $lab.ClientCertificate } | Should -BeLike '*not to match*both have the same key'
        { $lab.ClientCertificate | Should -MatchKey $null } | Should -Throw '*takes the key*'
        { $lab.ClientCertificate | Should -MatchKey missing.key } | Should -Throw '*missing.key*'
    }
}

Describe 'The operators' {
    It 'come with the import when Pester is there, and once, however often that is' {
        Invoke-Child "Import-Module Pester -MinimumVersion 5.0; 1..3 | ForEach-Object { Import-Module '$base/MtlsTools.psd1' -Force -WarningAction Stop }; (Get-ShouldOperator).Name" | Where-Object { $_ -in $names } | Should -Be $names
    }

    It 'are not missed where Pester is not, cost nothing there, and say so when they are asked for' {
        $output = Invoke-Child "Import-Module '$base/MtlsTools.psd1' -WarningAction Stop; @([AppDomain]::CurrentDomain.GetAssemblies().FullName -like 'Pester,*').Count; & '$base/MtlsTools.Pester.ps1' 3>&1 | ForEach-Object { `"`$_`" }"
        $output[0] | Should -Be 0
        $output[1] | Should -BeLike '*Pester 5 is not loaded*'
    }

    It 'come later by importing again' {
        Invoke-Child "Import-Module '$base/MtlsTools.psd1'; Import-Module Pester -MinimumVersion 5.0; Import-Module '$base/MtlsTools.psd1' -Force; (Get-ShouldOperator).Name" | Where-Object { $_ -in $names } | Should -Be $names
    }

    It 'come later by the script, which takes those that are chosen' {
        Invoke-Child "Import-Module '$base/MtlsTools.psd1'; Import-Module Pester -MinimumVersion 5.0; & (Join-Path (Get-Module MtlsTools).ModuleBase MtlsTools.Pester.ps1) -Name ChainTo, MatchKey; (Get-ShouldOperator).Name" | Where-Object { $_ -in $names } | Should -Be 'ChainTo', 'MatchKey'
    }

    It 'give way when Pester has no room, and say so; the import goes on' {
        $output = Invoke-Child "Import-Module Pester -MinimumVersion 5.0; 1..4 | ForEach-Object { Add-ShouldOperator -Name `"Own`$_`" -Test ([scriptblock]::Create('param(`$ActualValue, [switch] `$Negate)')) }; Import-Module '$base/MtlsTools.psd1' 3>&1; (Get-ShouldOperator).Name; (Get-Command New-MtlsLab).Name"
        $output | Where-Object { $_ -in $names } | Should -Be 'RequireClientCertificate', 'RejectMtlsClient'
        "$output" | Should -BeLike '*Should -BeMtlsReady, -ChainTo, -ExpireAfter, -MatchKey could not be added: *32*'
        $output | Should -Contain 'New-MtlsLab'
    }

    It 'work in a suite that imports the module itself, and their results are readable in NUnit XML' {
        $suite = @'
BeforeAll { Import-Module MODULE; $lab = New-MtlsLab -BadCertificates -StartServer }
AfterAll { $lab | Remove-MtlsLab }
Describe 'The shop' {
    It 'is ready' { $lab.Server | Should -BeMtlsReady -Certificate $lab.ClientCertificate -TrustedCa $lab.TrustedCa }
    It 'rejects impostors' { $lab.Server | Should -RejectMtlsClient $lab.Bad.LookAlikeCa }
    It 'fails on purpose' { $lab.TlsServer | Should -RequireClientCertificate -Because 'it holds accounts' }
}
'@
        $place = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'a suite')
        $result = Join-Path $place result.xml
        Set-Content -LiteralPath (Join-Path $place shop.Tests.ps1) $suite.Replace('MODULE', "'$base/MtlsTools.psd1'")
        Invoke-Child "Set-Location '$place'; Import-Module Pester -MinimumVersion 5.0; `$c = New-PesterConfiguration; `$c.Run.Path = '$place'; `$c.Output.Verbosity = 'None'; `$c.TestResult.Enabled = `$true; `$c.TestResult.OutputPath = '$result'; Invoke-Pester -Configuration `$c"
        $xml = [xml] (Get-Content -LiteralPath $result -Raw)
        $cases = $xml.SelectNodes('//test-case')
        $cases.result | Should -Be 'Success', 'Success', 'Failure'
        $cases[2].failure.message | Should -BeLike "Expected 'localhost:*' to require a client certificate, because it holds accounts, but it served a client without one*ClientCertificateNotRequested*"
        $xml.'test-results'.failures | Should -Be 1
    }
}
