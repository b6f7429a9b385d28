BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $rotation = New-MtlsRotation 'plan [1].json' Ca -Name 'Acme, 2030'
}

AfterAll { Pop-Location }

Describe 'Get-MtlsRotation' {
    Context 'binding' {
        It 'takes a path, an item, an object and a step' {
            (Get-MtlsRotation 'plan [1].json').Count | Should -Be 7
            (Get-Item -LiteralPath 'plan [1].json' | Get-MtlsRotation).Count | Should -Be 7
            ($rotation | Get-MtlsRotation).Count | Should -Be 7
            ($rotation.Next | Get-MtlsRotation).Count | Should -Be 7
        }
    }

    Context 'behaviour' {
        It 'shows where it stands' {
            $steps = $rotation | Get-MtlsRotation
            $steps.Step | Should -Be 'IssueOld', 'IssueNew', 'TrustBoth', 'RollOut', 'ProveUnused', 'RemoveOld', 'Retire'
            $steps[0..1].State | Should -Be 'Due', 'Waiting'
            $steps[1].WaitsFor | Should -Be 'IssueOld'
            $shown = $steps | Out-String -Width 120
            $shown | Should -Match 'Rotation: Acme, 2030 \(Ca\): both valid for 60 days, both trusted for 30 days'
            $shown | Should -Match 'Day +Date +Step +State +WaitsFor'
        }

        It 'gives the timeline as <As>' -ForEach @(
            @{ As = 'Markdown'; Pattern = '\| 45 \| \d{4}-\d\d-\d\d \| RollOut \| Waiting \|' }
            @{ As = 'Mermaid'; Pattern = '^gantt\n    title Acme 2030\n' }
            @{ As = 'Ics'; Pattern = 'SUMMARY:Acme\\, 2030: Roll the new certificates out\r\n' }
        ) {
            $rotation | Get-MtlsRotation -As $As | Should -Match $Pattern
            ($rotation | Get-MtlsRotation -As $As -OutFile "[$As].txt").Name | Should -Be "[$As].txt"
            [IO.File]::ReadAllText("$folder/[$As].txt") | Should -Be ($rotation | Get-MtlsRotation -As $As)
        }

        It 'travels in time' {
            $forecast = $rotation | Get-MtlsRotation -AsOf $rotation.Start.AddDays(50)
            $forecast.Success | Should -BeTrue
            $forecast.Days.Count | Should -BeGreaterThan 90
            $forecast.AsOf.Trusted | Should -Be 'the old CA', 'the new CA'
            Get-ListLabel $forecast | Should -Be 'Name', 'Success', 'FirstBadDay', 'Reason', 'AsOf', 'Trusted', 'InUse'
        }
    }

    Context 'errors' {
        It 'names the field that was edited into nonsense, and goes on' {
            $text = [IO.File]::ReadAllText("$folder/plan [1].json")
            [IO.File]::WriteAllText("$folder/edited.json", $text.Replace('"kind": "Ca"', '"kind": "Both"'))
            [IO.File]::WriteAllText("$folder/newer.json", $text.Replace('"version": 1', '"version": 9'))
            $output = $null
            $wrong = Get-OnlyError { 'edited.json', 'plan [1].json' | Get-MtlsRotation } ([ref] $output)
            Assert-MtlsError $wrong RotationFileInvalid GetMtlsRotation InvalidData edited.json 'or restore the file from a copy.'
            $wrong.Exception.Message | Should -Match 'edited\.json.: kind '
            $output.Count | Should -Be 7
            Assert-MtlsError (Get-OnlyError { Get-MtlsRotation newer.json }) RotationVersionUnknown GetMtlsRotation InvalidData newer.json 'or go on where the file was written.'
        }

        It 'refuses a file for objects, and an existing one' {
            (Get-OnlyError { $rotation | Get-MtlsRotation -OutFile x }).FullyQualifiedErrorId | Should -Be 'ParameterNotUsed,MtlsTools.Commands.GetMtlsRotationCommand'
            $null = $rotation | Get-MtlsRotation -As Ics -OutFile there.ics
            Assert-MtlsError (Get-OnlyError { $rotation | Get-MtlsRotation -As Ics -OutFile there.ics }) FileExists GetMtlsRotation ResourceExists there.ics 'or choose another name.'
            ($rotation | Get-MtlsRotation -As Ics -OutFile there.ics -Force).Name | Should -Be 'there.ics'
        }
    }
}
