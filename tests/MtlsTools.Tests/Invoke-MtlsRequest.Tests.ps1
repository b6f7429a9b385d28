BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA'
    $below = $clientCa | New-MtlsCa below 'Below'
    $null = New-MtlsCertificate $below alice -Profile Client -OutFile alice.crt
    $null = New-Item -ItemType Directory www
    Set-Content -LiteralPath www/hello.txt -Value 'hello' -NoNewline
    $running = New-MtlsCertificate $serverCa localhost -Profile Server | Start-MtlsServer -ClientCa $clientCa -Folder www
    $hello = [uri]::new($running.Uri, 'hello.txt')
    $identity = @{ Certificate = 'alice.crt'; TrustedCa = $serverCa }
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Invoke-MtlsRequest' {
    It 'gets the answer, intermediates being sent' {
        $answer = Invoke-MtlsRequest $hello @identity
        $answer.StatusCode | Should -Be 200
        $answer.Content | Should -Be 'hello'
        $answer.Headers['Content-Type'] | Should -Match 'text/plain'
        "$answer" | Should -Be 'hello'
    }

    It 'writes the answer into a file, and leaves an existing one alone' {
        (Invoke-MtlsRequest $hello @identity -OutFile got.txt).Length | Should -Be 5
        Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest $hello @identity -OutFile got.txt }) FileExists InvokeMtlsRequest ResourceExists got.txt '-Force'
    }

    It 'makes a status of failure an error, unless told otherwise' {
        $missing = [uri]::new($running.Uri, 'missing.txt')
        Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest $missing @identity -OutFile missing.txt }) HttpStatus InvokeMtlsRequest InvalidResult $missing '-SkipHttpErrorCheck'
        'missing.txt' | Should -Not -Exist
        (Invoke-MtlsRequest $missing @identity -SkipHttpErrorCheck).StatusCode | Should -Be 404
        (Invoke-MtlsRequest $hello @identity -Method POST -Body '{}' -SkipHttpErrorCheck).StatusCode | Should -Be 405
    }

    It 'says why it was refused' {
        $failure = Get-OnlyError { Invoke-MtlsRequest $hello -TrustedCa $serverCa }
        Assert-MtlsError $failure RequestFailed InvokeMtlsRequest ConnectionError '' 'none was sent.*-Certificate'
        $failure.Exception.Report.Findings.Id | Should -Be 'NoClientCertificateSent'
    }

    It 'sends nothing to a server that is not trusted' {
        $before = $running.Accepted
        Assert-MtlsError (Get-OnlyError { Invoke-MtlsRequest $hello -Certificate alice.crt -TrustedCa $clientCa }) RequestFailed InvokeMtlsRequest ConnectionError '' 'trust'
        $running.Accepted | Should -Be $before
        (Invoke-MtlsRequest $hello -Certificate alice.crt -SkipServerCheck).Content | Should -Be 'hello'
    }
}
