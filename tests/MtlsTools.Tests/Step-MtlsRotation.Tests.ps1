BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Acme CA' -KeyAlgorithm EcdsaP256
    $null = New-MtlsCertificate $ca alice -Profile Client -OutFile alice.crt
    [IO.File]::Copy("$folder/ca/ca.crt", "$folder/trusted [1].crt")
    $null = New-MtlsRotation plan.json Ca -Ca ca -Certificate alice.crt -TrustFile 'trusted [1].crt'
}

AfterAll { Pop-Location }

Describe 'Step-MtlsRotation' {
    Context 'errors' {
        It 'does no step before its day, and goes on with the next rotation' {
            $null = New-MtlsRotation paper.json Ca
            $output = $null
            $early = Get-OnlyError { 'plan.json', 'paper.json' | Step-MtlsRotation -Done } ([ref] $output)
            Assert-MtlsError $early RotationNotDue StepMtlsRotation InvalidOperation plan.json 'Wait until then, or do it now with -Early.'
            $output.Step | Should -Be 'IssueOld'
        }

        It 'is blocked by what lies elsewhere until that is confirmed' {
            $null = New-MtlsRotation byhand.json Ca
            Assert-MtlsError (Get-OnlyError { Step-MtlsRotation byhand.json }) RotationBlocked StepMtlsRotation InvalidOperation byhand.json 'Then confirm with Step-MtlsRotation -Done.'
            (Step-MtlsRotation byhand.json -Done).State | Should -Be 'Done'
        }

        It 'says what is no rotation: <File>' -ForEach @(
            @{ File = 'none.json'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'alice.crt'; Id = 'RotationFileInvalid'; Category = 'InvalidData'; Ending = 'or restore the file from a copy.' }
            @{ File = 'ca/ca.json'; Id = 'WrongContent'; Category = 'InvalidData'; Ending = 'Name the file that New-MtlsRotation wrote.' }
        ) {
            Assert-MtlsError (Get-OnlyError { Step-MtlsRotation $File }) $Id StepMtlsRotation $Category $File $Ending
        }
    }

    Context '-WhatIf' {
        It 'names the step and what it does, and does nothing' {
            $before = Get-Snapshot
            Get-WhatIfText { Step-MtlsRotation plan.json -Early -WhatIf } | Should -Match 'IssueNew: Make the new CA, cross-sign both, issue the new certificates \(day 30, '
            Get-Snapshot | Should -Be $before
        }
    }

    Context 'behaviour' {
        It 'does one step after the other, from a path, an item, an object and a step' {
            $reloads = [System.Collections.Generic.List[string]]::new()
            $reload = { $reloads.Add('reload') }
            (Step-MtlsRotation plan.json -Early -ReloadCommand $reload).Step | Should -Be 'IssueNew'
            $reloads.Count | Should -Be 0
            (Get-Item plan.json | Step-MtlsRotation -Early -ReloadCommand $reload).Step | Should -Be 'TrustBoth'
            $reloads.Count | Should -Be 1
            (Get-MtlsCertificate -LiteralPath 'trusted [1].crt').Name | Should -Be 'Acme CA', 'Acme CA G2'
            $step = (Get-MtlsRotation plan.json)[0] | Step-MtlsRotation -Early
            "$($step.Step) $($step.State)" | Should -Be 'RollOut Done'
            (Get-MtlsCertificate alice.crt)[0].Issuer.CommonName | Should -Be 'Acme CA G2'
            (Step-MtlsRotation $step.Rotation -Early).Step | Should -Be 'ProveUnused'
            Get-TableHeader (Step-MtlsRotation plan.json -Early) | Should -Match 'Day Date Step State WaitsFor$|^Rotation: plan'
            (Test-MtlsCertificate alice.crt -TrustedCa (Get-MtlsCertificate -LiteralPath 'trusted [1].crt') -Purpose Client).Success | Should -BeTrue
            (Step-MtlsRotation plan.json -Early).Rotation.IsFinished | Should -BeTrue
            Assert-MtlsError (Get-OnlyError { Step-MtlsRotation plan.json }) RotationFinished StepMtlsRotation InvalidOperation plan.json 'Plan the next one with New-MtlsRotation.'
        }

        It 'opens encrypted keys, and leaves them encrypted' {
            $null = New-MtlsCa locked 'Locked' -KeyAlgorithm EcdsaP256 -Password (Get-Secret)
            $null = New-MtlsRotation locked.json Ca -Ca locked
            Assert-MtlsError (Get-OnlyError { Step-MtlsRotation locked.json -Early }) PasswordRequired StepMtlsRotation AuthenticationError locked/private/ca.key 'Give -Password.'
            (Step-MtlsRotation locked.json -Early -Password (Get-Secret)).State | Should -Be 'Done'
            [IO.File]::ReadAllText("$folder/locked-next/private/ca.key") | Should -Match 'ENCRYPTED PRIVATE KEY'
        }

        It 'stops at once while a server keeps silent' {
            $silent = New-SilentListener
            $null = New-MtlsCertificate $ca carl -Profile Client -OutFile carl.crt
            $null = New-MtlsRotation silent.json Certificate -Ca ca -Certificate carl.crt -Endpoint "127.0.0.1:$($silent.LocalEndpoint.Port)"
            $null = Step-MtlsRotation silent.json -Early
            Assert-StopsAtOnce 'Step-MtlsRotation silent.json -Early' { Wait-Until { $silent.Pending() } }
            $silent.Stop()
        }
    }
}
