BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $serverCa = New-MtlsCa server-ca 'Server CA'
    $clientCa = New-MtlsCa client-ca 'Client CA'
    $server = New-MtlsCertificate $serverCa localhost -Profile Server
    $null = New-MtlsCertificate $clientCa alice -Profile Client -OutFile alice.crt
    $first = Start-MtlsServer $server -ClientCa $clientCa
    $second = Start-MtlsServer $server -ClientAuth None
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Get-MtlsServer' {
    Context 'binding' {
        It 'takes numbers, by position and by property' {
            (Get-MtlsServer).Id | Should -Be $first.Id, $second.Id
            (Get-MtlsServer $second.Id, $first.Id).Id | Should -Be $second.Id, $first.Id
            ($second | Get-MtlsServer).Id | Should -Be $second.Id
        }

        It 'completes the numbers' {
            (TabExpansion2 'Get-MtlsServer -Id ').CompletionMatches.CompletionText | Should -Contain "$($first.Id)"
        }
    }

    Context 'behaviour' {
        It 'tells who came, and why they were refused' {
            $null = Test-MtlsConnection $first -Certificate alice.crt -TrustedCa $serverCa
            Wait-Until { $first.Connections.Count -ge 1 }
            $null = Test-MtlsConnection $first -TrustedCa $serverCa
            Wait-Until { $first.Connections.Count -ge 2 }
            $seen = Get-MtlsServer $first.Id -Connection
            $seen[0].Accepted | Should -BeTrue
            $seen[0].ClientSubject | Should -Be 'CN=alice'
            $seen[0].ClientSerialNumber | Should -Be (Get-MtlsCertificate alice.crt).SerialNumber
            $seen[1].Accepted | Should -BeFalse
            $seen[1].Reason | Should -Match 'no certificate'
            Get-TableHeader $seen | Should -Be 'Time (UTC) Accepted Client Request Reason'
        }
    }

    Context 'errors' {
        It 'a number that no server has; the next one is found' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Get-MtlsServer 99999, $second.Id } ([ref] $output)) ServerNotFound GetMtlsServer ObjectNotFound 99999 'Get-MtlsServer lists those that do.'
            $output.Id | Should -Be $second.Id
        }
    }

    Context 'stop' {
        It 'lists no more than the pipeline wants' { Get-MtlsServer | Select-Object -First 1 | ForEach-Object Id | Should -Be $first.Id }
    }
}
