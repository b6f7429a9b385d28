BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA'
    New-BadFile $clientCa
    $below = $clientCa | New-MtlsCa below 'Below'
    $null = New-MtlsCertificate $below alice -Profile Client -OutFile alice.crt
    $null = New-Item -ItemType Directory www
    Set-Content -LiteralPath www/hello.txt -Value 'hello' -NoNewline
    $running = New-MtlsCertificate $serverCa localhost -Profile Server -OutFile server.crt | Start-MtlsServer -ClientCa $clientCa -Folder www
    $hello = [uri]::new($running.Uri, 'hello.txt')
    $identity = @{ Certificate = 'alice.crt'; TrustedCa = $serverCa }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Invoke-MtlsRequest' {
    Context 'binding' {
        It 'takes a server, a URI, host:port and a property' {
            $targets = $running, $running.Uri, "localhost:$($running.Port)", [pscustomobject] @{ Uri = "$($running.Uri)" }
            ($targets | Invoke-MtlsRequest @identity -SkipHttpErrorCheck).StatusCode | Should -HaveCount 4
        }
    }

    Context 'behaviour' {
        It 'gets the answer, intermediates being sent' {
            $answer = Invoke-MtlsRequest $hello @identity
            $answer.StatusCode | Should -Be 200
            $answer.Content | Should -Be 'hello'
            $answer.Headers['Content-Type'] | Should -Match 'text/plain'
            "$answer" | Should -Be 'hello'
            Get-TableHeader $answer | Should -Be 'StatusCode Content'
        }

        It 'writes the answer into a file that the next cmdlet finds' {
            $file = Invoke-MtlsRequest $hello @identity -OutFile 'got [1].txt'
            $file.Length | Should -Be 5
            $file | Get-Content | Should -Be 'hello'
        }

        It 'gives answers of failure as well when it is told to' {
            (Invoke-MtlsRequest ([uri]::new($running.Uri, 'missing.txt')) @identity -SkipHttpErrorCheck).StatusCode | Should -Be 404
            (Invoke-MtlsRequest $hello @identity -Method POST -Body '{}' -SkipHttpErrorCheck).StatusCode | Should -Be 405
            (Invoke-MtlsRequest $hello @identity -Method HEAD).Content | Should -Be ''
        }

        It 'sends what it is given' {
            Assert-Peer openssl
            $port = Get-FreePort
            $serving = Start-Peer openssl s_server -accept "127.0.0.1:$port" -cert server.crt -key server.key -quiet
            try {
                Wait-Port $port -Process $serving
                $null = Invoke-MtlsRequest "https://localhost:$port/path?q=1" -TrustedCa $serverCa -Method PUT -Body 'a;b' -Headers @{ 'X-Trace' = 7; 'Content-Type' = 'text/csv' } -TimeoutSec 2 -ErrorAction SilentlyContinue
                $seen = Stop-Peer $serving
            }
            finally { $serving.Dispose() }
            $seen | Should -Match 'PUT /path\?q=1 HTTP/1\.1'
            $seen | Should -Match 'X-Trace: 7'
            $seen | Should -Match 'Content-Type: text/csv'
            $seen | Should -Match 'a;b'
        }

        It 'calls a server that is not judged' { (Invoke-MtlsRequest $hello -Certificate alice.crt -SkipServerCheck).Content | Should -Be 'hello' }
    }

    Context 'errors' {
        It '<Id>, for <Because>; nothing is written and the next one is called' -ForEach @(
            @{ Id = 'TargetInvalid'; Because = 'what can not be called'; Target = 'http://x'; Category = 'InvalidArgument'; Ending = 'Write https://host:port/path, host:port or host.' }
            @{ Id = 'RequestFailed'; Because = 'a port where nothing listens'; Target = 'https://127.0.0.1:1/'; Category = 'ConnectionError'; Ending = 'Start the server, or check the port.' }
            @{ Id = 'RequestFailed'; Because = 'a name that nobody has'; Target = 'https://nobody.invalid/'; Category = 'ConnectionError'; Ending = 'Check the spelling and the DNS.' }
        ) {
            $output = $null
            $before = Get-Snapshot
            $failure = Get-OnlyError { $Target, $hello | Invoke-MtlsRequest @identity -OutFile new.txt -Force } ([ref] $output)
            Assert-MtlsError $failure $Id InvokeMtlsRequest $Category $Target $Ending
            $output.Name | Should -Be 'new.txt'
            Remove-Item new.txt
            Get-Snapshot | Should -Be $before
        }

        It '<Id>, for -Certificate <File>; nothing is sent' -ForEach @(
            Get-BadFile Certificate
            @{ File = 'missing.crt'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $before = $running.Accepted + $running.Refused
            Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest $hello -Certificate $File }) $Id InvokeMtlsRequest ($Category ?? 'InvalidData') $File $Ending
            $running.Accepted + $running.Refused | Should -Be $before
        }

        It '<Id>, for <Because>; nothing is written' -ForEach @(
            @{ Id = 'FileExists'; Because = 'an existing file'; More = @{ OutFile = 'good.crt' }; Category = 'ResourceExists'; Target = 'good.crt'; Ending = 'to replace it, or choose another name.' }
            @{ Id = 'PathNotWritable'; Because = 'a place below a file'; More = @{ OutFile = 'regular-file/x' }; Category = 'PermissionDenied'; Target = 'regular-file/x'; Ending = 'Choose a folder that exists and that this account may write.' }
            @{ Id = 'HeaderInvalid'; Because = 'a malformed header'; More = @{ Headers = @{ 'bad name' = 1 } }; Category = 'InvalidArgument'; Ending = 'Correct it, or give -Body.' }
            @{ Id = 'HeaderInvalid'; Because = 'a header of two lines'; More = @{ Headers = @{ 'X-Two' = "1`r`nX-Smuggled: 2" } }; Category = 'InvalidArgument'; Ending = 'Correct it, or give -Body.' }
            @{ Id = 'HeaderInvalid'; Because = 'a malformed media type'; More = @{ Method = 'POST'; Body = 'x'; ContentType = 'nonsense' }; Category = 'InvalidArgument'; Ending = 'Write it as application/json or text/plain; charset=utf-8.' }
            @{ Id = 'KeyMismatch'; Because = 'the key of another'; More = @{ Key = 'other.key' }; Category = 'InvalidData'; Target = 'other.key'; Ending = 'Compare-MtlsKeyPair shows which belong together.' }
            @{ Id = 'SeveralKeys'; Because = 'two keys in a file'; More = @{ Key = 'twokeys.pem' }; Category = 'InvalidData'; Target = 'twokeys.pem'; Ending = 'Put each into a file of its own.' }
            @{ Id = 'PasswordRequired'; Because = 'a locked key'; More = @{ Key = 'locked.key' }; Category = 'AuthenticationError'; Target = 'locked.key'; Ending = 'Give its password.' }
        ) {
            $before = Get-Snapshot
            Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest $hello @identity @More }) $Id InvokeMtlsRequest $Category ($Target ?? $hello) $Ending
            Get-Snapshot | Should -Be $before
        }

        It 'a status of failure; the file is not written' {
            $missing = [uri]::new($running.Uri, 'missing.txt')
            Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest $missing @identity -OutFile missing.txt }) HttpStatus InvokeMtlsRequest InvalidResult $missing "or into the server's log."
            Get-ChildItem -Force -Filter '*missing.txt*' | Should -BeNullOrEmpty
        }

        It 'a refusal, and why' {
            $failure = Get-OnlyError { Invoke-MtlsRequest $hello -TrustedCa $serverCa }
            $failure.FullyQualifiedErrorId | Should -Be 'RequestFailed,MtlsTools.Commands.InvokeMtlsRequestCommand'
            $failure.Exception.Message | Should -Match 'none was sent.*-Certificate'
            $failure.Exception.Report.Findings.Id | Should -Be 'NoClientCertificateSent'
        }

        It 'a server that is not trusted, to which nothing is sent' {
            $before = $running.Accepted
            $failure = Get-OnlyError { Invoke-MtlsRequest $hello -Certificate alice.crt -TrustedCa $clientCa }
            $failure.FullyQualifiedErrorId | Should -Be 'RequestFailed,MtlsTools.Commands.InvokeMtlsRequestCommand'
            $failure.Exception.Message | Should -Match 'trust'
            $running.Accepted | Should -Be $before
        }

        It 'a server that never answers' {
            $silent = New-SilentListener
            try { Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest "https://127.0.0.1:$($silent.LocalEndpoint.Port)/" -TimeoutSec 1 }) RequestFailed InvokeMtlsRequest ConnectionError "https://127.0.0.1:$($silent.LocalEndpoint.Port)/" 'Check the server, or give more -TimeoutSec.' }
            finally { $silent.Stop() }
        }
    }

    Context '-WhatIf' {
        It 'sends and writes nothing' {
            $before = Get-Snapshot
            $seen = $running.Accepted + $running.Refused
            Invoke-MtlsRequest $hello @identity -OutFile new.txt -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            $running.Accepted + $running.Refused | Should -Be $seen
            Get-WhatIfText { Invoke-MtlsRequest $hello @identity -WhatIf } | Should -BeLike "*GET*$hello*"
        }
    }

    Context 'stop' {
        It 'ends at once while it waits, and leaves no file behind' {
            $silent = New-SilentListener
            try { Assert-StopsAtOnce "Invoke-MtlsRequest https://127.0.0.1:$($silent.LocalEndpoint.Port)/ -TimeoutSec 600 -OutFile waiting.txt" { $script:taken = $silent.AcceptTcpClient() } }
            finally { $silent.Stop(); ${script:taken}?.Dispose() }
            Get-ChildItem -Force -Filter '*waiting*' | Should -BeNullOrEmpty
        }

        It 'calls no more than the pipeline wants' {
            { $hello, 'http://never' | Invoke-MtlsRequest @identity -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
