BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $null = New-MtlsKey -OutFile made.key
    $pem = [IO.File]::ReadAllText("$PWD/made.key")
    $ca = New-MtlsCa ca -Name 'Doctor CA'
    $leaf = New-MtlsCertificate $ca leaf -Profile Client

    # A system in a folder: two open keys, and a leaf among the trusted CAs.
    function New-System([string] $Name) {
        foreach ($path in 'etc/nginx', 'etc/ssl/certs', 'usr/local/share/ca-certificates', 'usr/share/ca-certificates') { $null = New-Item -ItemType Directory "$Name/$path" }
        foreach ($key in 'one', 'it''s [2]') {
            [IO.File]::WriteAllText("$PWD/$Name/etc/nginx/$key.key", $pem)
            if (-not $IsWindows) { chmod 644 "$Name/etc/nginx/$key.key" }
        }
        [IO.File]::WriteAllText("$PWD/$Name/usr/local/share/ca-certificates/leaf.crt", $leaf.ToPem())
        [IO.File]::WriteAllText("$PWD/$Name/etc/ssl/certs/ca-certificates.crt", $leaf.ToPem())
        (Get-Item $Name).FullName
    }

    function Get-Mode([string] $Path) { stat -c %a $Path }
}

AfterAll { Pop-Location }

Describe 'Repair-MtlsHost' -Skip:(-not $IsLinux) {
    BeforeEach {
        $root = New-System "system $([guid]::NewGuid().ToString('N').Substring(0, 6))"
        $report = Test-MtlsHost -Root $root
        $keys = "$root/etc/nginx/it's [2].key", "$root/etc/nginx/one.key"
        $anchor = "$root/usr/local/share/ca-certificates/leaf.crt"
    }

    Context 'binding' {
        It 'takes a report, findings, and the findings of some checks' {
            ($report | Repair-MtlsHost -Id keyfilereadable -Confirm:$false).Subject | Should -Be $keys
            $again = Test-MtlsHost -Root $root
            ($again.Findings | Repair-MtlsHost -Confirm:$false).Subject | Should -Be $anchor
        }

        It 'completes the names of checks' {
            $text = 'Repair-MtlsHost -Id AnchorNotR'
            (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be AnchorNotRoot
        }
    }

    Context 'behaviour' {
        It 'does what the findings propose, and the next test finds nothing of it' {
            $repairs = $report | Repair-MtlsHost -Confirm:$false
            $repairs.Outcome | Select-Object -Unique | Should -Be Repaired
            $repairs.Id | Should -Be KeyFileReadable, KeyFileReadable, AnchorNotCa
            $keys | ForEach-Object { Get-Mode $_ } | Should -Be 600, 600
            Test-Path -LiteralPath $anchor | Should -BeFalse
            Get-ChildItem -LiteralPath "$root/usr/local/share/ca-certificates.set-aside" | Should -HaveCount 1
            (Test-MtlsHost -Root $root).Findings | Should -BeNullOrEmpty
        }

        It 'says how each is undone' {
            foreach ($repair in $report | Repair-MtlsHost -Confirm:$false) { sh -c $repair.Undo }
            $keys | ForEach-Object { Get-Mode $_ } | Should -Be 644, 644
            Test-Path -LiteralPath $anchor | Should -BeTrue
            (Test-MtlsHost -Root $root).Findings.Count | Should -Be $report.Findings.Count
        }

        It 'leaves alone what has changed meanwhile, and says so' {
            chmod 640 $keys[1]
            $repairs = $report | Repair-MtlsHost -Id KeyFileReadable -Confirm:$false
            $repairs.Outcome | Should -Be Repaired, Changed
            $repairs[1].Action | Should -Match 'Run Test-MtlsHost again\.$'
            Get-Mode $keys[1] | Should -Be 640
        }

        It 'does nothing twice' {
            $null = $report | Repair-MtlsHost -Confirm:$false
            ($report | Repair-MtlsHost -Confirm:$false).Outcome | Select-Object -Unique | Should -Be Changed
        }

        It 'tells the remedy where people have to decide' {
            [IO.File]::WriteAllText("$root/usr/local/share/ca-certificates/passed.pem", $ca.Certificate.ToPem())
            $repair = Test-MtlsHost -Root $root -Check AnchorIgnored | Repair-MtlsHost -Confirm:$false
            $repair.Outcome | Should -Be NotRepairable
            $repair.Action | Should -Match '^Rename it to end in \.crt'
            Test-Path -LiteralPath "$root/usr/local/share/ca-certificates/passed.pem" | Should -BeTrue
        }

        It 'shows outcome, finding, action and undo' {
            Get-TableHeader ($report | Repair-MtlsHost -Confirm:$false) | Should -Be 'Outcome Id Subject Action Undo'
        }
    }

    Context '-WhatIf' {
        It 'shows each plan exactly and does nothing' {
            $before = Get-Snapshot
            $text = Get-WhatIfText { $report | Repair-MtlsHost -WhatIf }
            foreach ($finding in $report.Findings) { $text | Should -Match ([regex]::Escape("Performing the operation `"$($finding.RepairPlan)`" on target `"$($finding.Subject)`"")) }
            Get-Snapshot | Should -Be $before
            $keys | ForEach-Object { Get-Mode $_ } | Should -Be 644, 644
        }

        It 'asks by itself' {
            (Get-Command Repair-MtlsHost).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be High
        }
    }

    Context 'errors' {
        It 'one that fails does not hold up the next' {
            # A file stands where the folder for what is set aside would be.
            $null = New-Item -ItemType File "$root/usr/local/share/ca-certificates.set-aside"
            $last = @($report.Findings | Where-Object Id -EQ AnchorNotCa) + @($report.Findings | Where-Object Id -EQ KeyFileReadable)
            $output = $null
            $failure = Get-OnlyError { $last | Repair-MtlsHost -Confirm:$false } ([ref] $output)
            Assert-MtlsError $failure PathNotWritable RepairMtlsHost PermissionDenied $anchor 'that this account may write.'
            $output.Subject | Should -Be $keys
            Test-Path -LiteralPath $anchor | Should -BeTrue
        }

        It 'no such check' {
            Assert-MtlsError (Get-OnlyError { $report | Repair-MtlsHost -Id Nonsense }) CheckUnknown RepairMtlsHost InvalidArgument Nonsense 'for their names.'
        }
    }

    Context 'stop' {
        It 'ends between two repairs' {
            @($report | Repair-MtlsHost -Confirm:$false | Select-Object -First 1).Count | Should -Be 1
            $keys | ForEach-Object { Get-Mode $_ } | Should -Be 600, 644
        }
    }
}
