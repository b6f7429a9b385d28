BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $port = Get-FreePort
    $root = New-MtlsCa 'root [1]' 'Root'
    $ca = New-MtlsCa 'ca [1]' 'CA' -Issuer $root -OcspUrl "http://127.0.0.1:$port/ocsp" -CrlUrl "http://127.0.0.1:$port/ca.crl"
    $responder = Start-MtlsResponder $ca -Port $port
    $alice = New-MtlsCertificate $ca alice -Profile Client -OutFile 'alice [1].crt'
    $bob = New-MtlsCertificate $ca bob -Profile Client -OutFile bob.crt
    $null = New-MtlsCertificate $ca localhost -Profile Server -OutFile server.crt
    [IO.File]::WriteAllText("$folder/text.pem", 'neither')
}

AfterAll { Get-MtlsResponder | Stop-MtlsResponder; Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Get-MtlsRevocation' {
    Context 'binding' {
        It 'takes paths, files, objects, entries of the index and what others put out' {
            $all = @(
                Get-MtlsRevocation 'alice [1].crt' -Issuer $ca
                Get-Item -LiteralPath 'alice [1].crt' | Get-MtlsRevocation -Issuer './ca [1]'
                $alice | Get-MtlsRevocation
                Get-MtlsCertificate -LiteralPath 'alice [1].crt' | Select-Object -First 1 | Get-MtlsRevocation -Issuer $ca.Certificate
                Get-MtlsCa -LiteralPath $ca.Path -Issued | Where-Object Name -eq 'alice' | Get-MtlsRevocation -Issuer $ca
                Test-MtlsCertificate -LiteralPath 'alice [1].crt' -TrustedCa $root -Intermediate $ca | Get-MtlsRevocation -Issuer $ca
            )
            $all.Count | Should -Be 6
            $all.Status | Should -Be (@('Good') * 6)
            $all.Source | Should -Be (@('Ocsp') * 6)
        }

        It 'shows what matters first' {
            Get-TableHeader (Get-MtlsRevocation $alice) | Should -Be 'Status Name Source NextUpdate (UTC) Findings'
        }
    }

    Context 'behaviour' {
        It 'says what the CA says the moment it says it, and why' {
            $status = Get-MtlsRevocation $alice -RequireNonce -HashAlgorithm SHA256
            $status.Status, $status.Responder.Issuer, $status.Findings.Count | Should -Be 'Good', 'CN=CA', 0
            Get-MtlsRevocation $alice -NoNonce -Quiet | Should -BeTrue

            $index = Join-Path $ca.Path index.txt
            $revoked = [IO.File]::ReadAllLines($index) | ForEach-Object { if ($_.EndsWith('CN=bob')) { $f = $_ -split "`t"; $f[0] = 'R'; $f[2] = '260101000000Z,keyCompromise'; $f -join "`t" } else { $_ } }
            [IO.File]::WriteAllLines("$index.new", [string[]] $revoked)
            Move-Item -LiteralPath "$index.new" $index -Force
            $status = Get-MtlsRevocation $bob
            $status.Status, $status.Reason, $status.RevokedAt.Year, $status.Findings.Id | Should -Be 'Revoked', 'KeyCompromise', 2026, 'CertificateRevoked'
            $alice, $bob | Get-MtlsRevocation -Quiet | Sort-Object | Should -Be $false, $true
        }

        It 'is not sure where nobody can be asked, and says what stands in the way' {
            $status = Get-MtlsRevocation $alice -OcspUrl "http://127.0.0.1:$(Get-FreePort)/"
            $status.Status, $status.Findings.Id | Should -Be 'Unavailable', 'OcspNotReached'
            Get-MtlsRevocation $alice -OcspUrl "http://127.0.0.1:$(Get-FreePort)/" -Quiet | Should -BeFalse
            (Get-MtlsRevocation $alice -Method Crl).Findings.Id | Should -Be 'CrlNotReached'
        }

        It 'asks about the chain' {
            $chain = Get-MtlsRevocation $alice -IncludeChain
            $chain.Name | Should -Be 'alice', 'CA'
            $chain[1].Findings.Id | Should -Be 'RevocationSourceMissing'
            Get-MtlsRevocation $alice -IncludeChain -Quiet | Should -BeFalse
        }

        It 'saves the answer for a server that staples it, and judges it as a file' {
            (Get-MtlsRevocation $alice -NoNonce -OutFile 'answer [1].ocsp').Status | Should -Be 'Good'
            $status = Get-MtlsRevocation $alice -Response 'answer [1].ocsp'
            $status.Status, $status.Source, $status.Url | Should -Be 'Good', 'ResponseFile', (Join-Path $PWD.ProviderPath 'answer [1].ocsp')
            (Get-MtlsRevocation $alice -Response 'answer [1].ocsp' -AsOf ([datetime]::UtcNow.AddDays(2))).Findings.Id | Should -Be 'OcspNotFresh'
            (Get-MtlsRevocation $bob -Response 'answer [1].ocsp').Findings.Id | Should -Be 'OcspResponseInvalid'
        }

        It 'asks about a server that staples nothing' {
            $server = Start-MtlsServer server.crt -ClientAuth None -Text x
            $status = Get-MtlsRevocation -Target $server -Issuer $ca
            $status.Name, $status.Status, $status.Source, $status.Findings.Id | Should -Be 'localhost', 'Good', 'Ocsp', 'StapleMissing'
        }
    }

    Context 'errors' {
        It 'goes on after a bad record' {
            $output = $null
            $failed = Get-OnlyError { 'text.pem', 'alice [1].crt' | Get-MtlsRevocation -Issuer $ca } ([ref] $output)
            Assert-MtlsError $failed ContentNotRecognized GetMtlsRevocation InvalidData text.pem 'Name the certificate file.'
            $output.Status | Should -Be 'Good'
        }

        It 'refuses a list or an answer that is none' {
            Assert-MtlsError (Get-OnlyError { Get-MtlsRevocation $alice -Crl missing.crl }) FileNotFound GetMtlsRevocation ObjectNotFound missing.crl 'Check the path.'
            $null = New-Item -ItemType Directory empty
            Assert-MtlsError (Get-OnlyError { Get-MtlsRevocation $alice -Crl empty }) FileNotFound GetMtlsRevocation ObjectNotFound empty 'Name the file.'
            Assert-MtlsError (Get-OnlyError { Get-MtlsRevocation $alice -Response text.pem }) ContentDamaged GetMtlsRevocation InvalidData text.pem 'openssl ocsp -respout.'
            Assert-MtlsError (Get-OnlyError { Get-MtlsRevocation $alice -NoNonce -RequireNonce }) ParameterNotUsed GetMtlsRevocation InvalidArgument RequireNonce 'leave out -NoNonce.'
            Assert-MtlsError (Get-OnlyError { Get-MtlsRevocation $alice -OutFile text.pem }) FileExists GetMtlsRevocation ResourceExists text.pem 'choose another name.'
            Assert-MtlsError (Get-OnlyError { Get-MtlsRevocation -Target "localhost:$(Get-FreePort)" }) TargetNotReached GetMtlsRevocation ConnectionError "$($Error[0].TargetObject)" 'Test-MtlsConnection tells more.'
        }
    }

    Context '-WhatIf' {
        It 'asks, and writes nothing' {
            $before = Get-Snapshot
            (Get-MtlsRevocation $alice -OutFile whatif.ocsp -WhatIf).Status | Should -Be 'Good'
            Get-Snapshot | Should -Be $before
        }
    }

    Context 'stop' {
        It 'stops at once while a responder is silent' {
            $silent = New-SilentListener
            try { Assert-StopsAtOnce "Get-MtlsRevocation 'bob.crt' -Issuer './ca [1]' -OcspUrl 'http://127.0.0.1:$($silent.LocalEndpoint.Port)/' -TimeoutSec 60" { Wait-Until { $silent.Pending() } } }
            finally { $silent.Stop() }
        }
    }
}
