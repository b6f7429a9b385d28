BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa 'ca [1]' 'First CA'
    $second = New-MtlsCa second 'Second CA'
    $null = New-MtlsCa locked 'Locked CA' -Password (Get-Secret)
    $alice = New-MtlsCertificate $ca alice -Profile Client
}

AfterAll { Get-MtlsResponder | Stop-MtlsResponder; Pop-Location }

Describe 'Start-MtlsResponder' {
    AfterEach { Get-MtlsResponder | Stop-MtlsResponder }

    Context 'binding' {
        It 'takes CAs as folders, objects and from the pipeline, and answers for all of them in one place' {
            foreach ($responder in @(
                    Start-MtlsResponder './ca [1]', $second
                    $ca, './second' | Start-MtlsResponder
                    Get-Item -LiteralPath './ca [1]', './second' | Start-MtlsResponder)) {
                $responder.Authorities.Name | Should -Be 'First CA', 'Second CA'
                $responder.Authorities.CrlUrl.Segments | Where-Object { $_ -ne '/' } | Should -Be 'first-ca.crl', 'second-ca.crl'
                Get-MtlsRevocation $alice -OcspUrl $responder.OcspUrl -Quiet | Should -BeTrue
            }
        }
    }

    Context 'behaviour' {
        It 'opens an encrypted key once, at its start' {
            (Start-MtlsResponder ./locked -CaPassword (Get-Secret)).Authorities.Name | Should -Be 'Locked CA'
        }

        It 'answers for its CA by a certificate that the CA issued for that alone' {
            $responder = Start-MtlsResponder $ca
            $responder.Address, $responder.IsRunning, $responder.SignWithCa | Should -Be '127.0.0.1', $true, $false
            Get-TableHeader $responder | Should -Be 'Id OcspUrl Authorities Requests Signatures'
            Get-TableHeader $responder.Authorities[0] | Should -Be 'Name CrlUrl IssuerUrl Entries'
            $status = Get-MtlsRevocation $alice -OcspUrl $responder.OcspUrl
            $status.Responder.ExtendedKeyUsage | Should -Be 'OCSPSigning'
            @(Get-MtlsCa -LiteralPath $ca.Path -Issued | Where-Object SerialNumber -eq $status.Responder.SerialNumber).Count | Should -Be 1
            $responder.Requests, $responder.Signatures | Should -Be 1, 1
            1..3 | ForEach-Object { $null = Get-MtlsRevocation $alice -OcspUrl $responder.OcspUrl -NoNonce }
            $responder.Requests, $responder.Signatures | Should -Be 4, 2
            (Invoke-WebRequest $responder.Authorities[0].IssuerUrl).Headers.'Content-Type' | Should -Be 'application/pkix-cert'
        }

        It 'signs with the CA''s own key where that is wanted, and then issues nothing' {
            $before = @(Get-MtlsCa -LiteralPath $ca.Path -Issued).Count
            $responder = Start-MtlsResponder $ca -SignWithCa -ValidFor 12h
            $status = Get-MtlsRevocation $alice -OcspUrl $responder.OcspUrl
            $status.Responder.Name | Should -Be 'First CA'
            ($status.NextUpdate - $status.ThisUpdate).TotalHours | Should -Be 12
            @(Get-MtlsCa -LiteralPath $ca.Path -Issued).Count | Should -Be $before
        }

        It 'ends with the session that started it' {
            $shell = [powershell]::Create()
            $null = $shell.AddScript("Import-Module '$((Get-Module MtlsTools).Path)'; Start-MtlsResponder -Ca '$($ca.Path)'").Invoke()
            $id = (Get-MtlsResponder).Id
            $shell.Runspace.Dispose()
            Get-MtlsResponder | Where-Object Id -eq $id | Should -BeNullOrEmpty
        }
    }

    Context 'errors' {
        It 'starts nothing when one of its CAs can not answer' {
            Assert-MtlsError (Get-OnlyError { Start-MtlsResponder './ca [1]', './locked' }) PasswordRequired StartMtlsResponder AuthenticationError locked/private/ca.key '-Password for Get-MtlsCa.'
            Assert-MtlsError (Get-OnlyError { Start-MtlsResponder ./locked -Password (Get-Secret wrong) }) PasswordWrong StartMtlsResponder AuthenticationError locked/private/ca.key 'Give the password it was encrypted with.'
            Assert-MtlsError (Get-OnlyError { Start-MtlsResponder ./nowhere }) NotAnAuthority StartMtlsResponder ObjectNotFound nowhere 'New-MtlsCa.'
            Get-MtlsResponder | Should -BeNullOrEmpty
        }

        It 'says why it can not listen, and that answers must last' {
            $responder = Start-MtlsResponder $ca
            Assert-MtlsError (Get-OnlyError { Start-MtlsResponder $ca -Port $responder.Port }) PortInUse StartMtlsResponder ResourceExists 'First CA' 'Choose another, or 0 for a free one.'
            Assert-MtlsError (Get-OnlyError { Start-MtlsResponder $ca -ValidFor 00:00:10 }) ValidForTooShort StartMtlsResponder InvalidArgument 00:00:10 'such as 1h.'
        }
    }

    Context '-WhatIf' {
        It 'starts nothing and issues nothing' {
            $before = Get-Snapshot
            Start-MtlsResponder $ca -WhatIf | Should -BeNullOrEmpty
            Get-MtlsResponder | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
        }
    }
}

Describe 'Get-MtlsResponder and Stop-MtlsResponder' {
    BeforeEach { $one, $two = (Start-MtlsResponder $ca -SignWithCa), (Start-MtlsResponder $ca -SignWithCa) }
    AfterEach { Get-MtlsResponder | Stop-MtlsResponder }

    It 'lists all, or those of a number' {
        (Get-MtlsResponder).Id | Should -Be $one.Id, $two.Id
        (Get-MtlsResponder $two.Id).Port | Should -Be $two.Port
        ($one | Get-MtlsResponder).Port | Should -Be $one.Port
        Assert-MtlsError (Get-OnlyError { Get-MtlsResponder 99999 }) ResponderNotFound GetMtlsResponder ObjectNotFound 99999 'lists those that do.'
    }

    It 'stops by object and by number; nothing answers any more' {
        Stop-MtlsResponder $one
        Stop-MtlsResponder -Id $two.Id
        Get-MtlsResponder | Should -BeNullOrEmpty
        $one.IsRunning, $two.IsRunning | Should -Be $false, $false
        (Get-MtlsRevocation $alice -OcspUrl $one.OcspUrl).Findings.Id | Should -Be 'OcspNotReached'
        Assert-MtlsError (Get-OnlyError { Stop-MtlsResponder -Id 99999 }) ResponderNotFound StopMtlsResponder ObjectNotFound 99999 'lists those that do.'
    }

    It 'stops nothing with -WhatIf' {
        Get-MtlsResponder | Stop-MtlsResponder -WhatIf
        $one.IsRunning, $two.IsRunning | Should -Be $true, $true
    }
}
