BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Acme CA' -KeyAlgorithm EcdsaP256
    $null = New-MtlsCertificate $ca server.example.com -Profile Server -OutFile 'the server.crt'
    $null = New-MtlsCertificate $ca alice -Profile Client -OutFile alice.crt
    $null = New-MtlsCertificate $ca bob -Profile Client
    [IO.File]::Copy("$folder/ca/ca.crt", "$folder/trusted [1].crt")
}

AfterAll { Pop-Location }

Describe 'New-MtlsRotation' {
    Context 'binding' {
        It 'takes the CA and the certificates as paths, items and objects, by position and by name' {
            (New-MtlsRotation a.json Ca -Ca ./ca -Certificate alice.crt, 'the server.crt').Certificates | Should -Be 'alice', 'server.example.com'
            (New-MtlsRotation -OutFile b.json -Kind Certificate -Ca (Get-Item ca) -Certificate (Get-Item alice.crt)).Kind | Should -Be 'Certificate'
            (New-MtlsRotation c.json Ca -Ca $ca -Certificate (Get-MtlsCertificate alice.crt)).Path | Should -Be (Join-Path $folder c.json)
        }

        It 'takes lengths of time in days, hours and as TimeSpan' {
            $schedule = (New-MtlsRotation d.json Ca -Lifetime 30 -IssueAfter 10d -Overlap ([timespan]::FromDays(8)) -RollOutAfter 288h).Schedule
            ($schedule.Lifetime.Days, ($schedule.IssueNew - $schedule.Start).Days, ($schedule.RollOut - $schedule.Start).Days, $schedule.TrustOverlap.Days) | Should -Be 30, 10, 12, 8
        }
    }

    Context 'behaviour' {
        It 'plans the timeline of the documents and names both overlaps' {
            $rotation = New-MtlsRotation usual.json Ca -Ca ca -Certificate alice.crt, 'the server.crt' -TrustFile 'trusted [1].crt'
            $rotation.Steps.Day | Should -Be 0, 30, 30, 45, 60, 60, 90
            $rotation.ValidOverlap.Days, $rotation.TrustOverlap.Days | Should -Be 60, 30
            $rotation.NewCaPath | Should -Be (Join-Path $folder ca-next)
            $rotation.Elsewhere | Should -Be 'bob'
            Get-TableHeader $rotation | Should -Be 'Name Kind Next Overlap Path'
            Test-Path -LiteralPath "$folder/ca-next" | Should -BeFalse
        }

        It 'names the rotation, and the new CA' {
            $rotation = New-MtlsRotation named.json Ca -Ca ca -NewCa ./other -NewCaName 'Another CA' -Name 'The one of 2030'
            $rotation.Name | Should -Be 'The one of 2030'
            $rotation.NewCaPath | Should -Be (Join-Path $folder other)
            [IO.File]::ReadAllText("$folder/named.json") | Should -Match '"newCaSubject": "CN=Another CA"'
        }

        It 'takes bracketed folders and files as they are written' {
            $rotation = New-MtlsRotation 'plan [1].json' Ca -Ca ca -TrustFile 'trusted [1].crt'
            $rotation.Name | Should -Be 'plan [1]'
            [IO.File]::Exists("$folder/plan [1].json") | Should -BeTrue
        }

        It 'replaces a plan with -Force' {
            $null = New-MtlsRotation twice.json Ca
            (New-MtlsRotation twice.json Certificate -Force).Kind | Should -Be 'Certificate'
        }
    }

    Context 'errors' {
        It 'refuses what can not work: <Id>' -ForEach @(
            @{ Id = 'RotationNotFeasible'; Category = 'InvalidArgument'; Target = 'never.json'; Ending = 'Give a shorter -Overlap, or certificates that live longer.'; Arguments = @{ Kind = 'Ca'; Lifetime = '90d'; Overlap = '100d' } }
            @{ Id = 'RotationInputNotSuitable'; Category = 'InvalidArgument'; Target = 'alice.crt'; Ending = 'Name the files that do.'; Arguments = @{ Kind = 'Ca'; Ca = './ca'; TrustFile = 'alice.crt' } }
            @{ Id = 'FileNotFound'; Category = 'ObjectNotFound'; Target = 'none.crt'; Ending = 'Check the path.'; Arguments = @{ Kind = 'Ca'; Ca = './ca'; TrustFile = 'none.crt' } }
            @{ Id = 'NotAnAuthority'; Category = 'ObjectNotFound'; Target = 'nowhere'; Ending = $null; Arguments = @{ Kind = 'Ca'; Ca = './nowhere' } }
            @{ Id = 'TargetInvalid'; Category = 'InvalidArgument'; Target = 'never.json'; Ending = 'Write https://host:port/path, host:port or host.'; Arguments = @{ Kind = 'Ca'; Endpoint = 'http://a' } }
        ) {
            $refused = Get-OnlyError { New-MtlsRotation never.json @Arguments }
            Assert-MtlsError $refused $Id NewMtlsRotation $Category $Target ($Ending ?? $refused.Exception.Message)
            [IO.File]::Exists("$folder/never.json") | Should -BeFalse
        }

        It 'leaves an existing plan alone' {
            $null = New-MtlsRotation there.json Ca
            Assert-MtlsError (Get-OnlyError { New-MtlsRotation there.json Ca }) FileExists NewMtlsRotation ResourceExists there.json 'or choose another name.'
        }

        It 'refuses other providers' {
            $wrong = Get-OnlyError { New-MtlsRotation Env:\plan Ca }
            $wrong.FullyQualifiedErrorId | Should -Be 'PathNotFileSystem,MtlsTools.Commands.NewMtlsRotationCommand'
        }
    }

    Context '-WhatIf' {
        It 'says what would be planned, and writes nothing' {
            $before = Get-Snapshot
            Get-WhatIfText { New-MtlsRotation maybe.json Ca -Ca ca -WhatIf } | Should -Match "Plan the rotation 'maybe' \(both valid for 60 days, both trusted for 30 days\)"
            Get-Snapshot | Should -Be $before
        }
    }
}
