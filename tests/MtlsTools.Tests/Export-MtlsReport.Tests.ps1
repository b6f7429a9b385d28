BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Report CA'
    $null = New-MtlsCertificate $ca www.example.com -Profile Server -OutFile www.crt
    $items = Get-MtlsInventory www.crt -AsOf ([DateTimeOffset]::UtcNow).AddDays(70)
}

AfterAll { Pop-Location }

Describe 'Export-MtlsReport' {
    Context 'binding' {
        It 'takes items of the pipeline, and the form from the ending or by name' {
            foreach ($name in 'a.html', 'a.csv', 'a.json', 'a.xml', 'a.prom', 'a.ics') { ($items | Export-MtlsReport $name).Name | Should -Be $name }
            ($items | Export-MtlsReport 'report [1].txt' Csv).Length | Should -BeGreaterThan 100
            Export-MtlsReport -InputObject $items -OutFile b.json -Title 'Mine' | Should -Not -BeNullOrEmpty
            (Get-Content -LiteralPath b.json -Raw | ConvertFrom-Json).title | Should -Be 'Mine'
        }
    }

    Context 'behaviour' {
        It 'writes what PowerShell reads back' {
            $row = $items | Export-MtlsReport read.csv | Import-Csv
            $row.Name | Should -Be 'www.example.com'
            $row.Status | Should -Be 'Due'
            ($items | Export-MtlsReport read.json | Get-Content -Raw | ConvertFrom-Json).items[0].daysLeft | Should -Be 19
            ([xml] ($items | Export-MtlsReport read.xml | Get-Content -Raw)).testsuites.failures | Should -Be 1
            $items | Export-MtlsReport read.html | Get-Content -Raw | Should -Match '<title>Certificate inventory</title>'
        }

        It 'writes a report of nothing' {
            @() | Export-MtlsReport nothing.html | Get-Content -Raw | Should -Match 'Nothing was found'
        }
    }

    Context 'errors' {
        It 'leaves a file as it is, unless -Force is given' {
            [IO.File]::WriteAllText("$folder/mine.csv", 'mine')
            $failed = Get-OnlyError { $items | Export-MtlsReport mine.csv }
            Assert-MtlsError $failed FileExists ExportMtlsReport ResourceExists mine.csv 'or choose another name.'
            [IO.File]::ReadAllText("$folder/mine.csv") | Should -Be 'mine'
            $items | Export-MtlsReport mine.csv -Force | Import-Csv | Should -Not -BeNullOrEmpty
        }

        It 'names the ending that stands for no form, and the folder that is not there' {
            $failed = Get-OnlyError { $items | Export-MtlsReport report.docx }
            Assert-MtlsError $failed ReportFormatUnknown ExportMtlsReport InvalidArgument report.docx '.prom, .ics.'
            $failed = Get-OnlyError { $items | Export-MtlsReport no/where.csv }
            Assert-MtlsError $failed PathNotWritable ExportMtlsReport PermissionDenied no/where.csv 'that this account may write.'
        }
    }

    Context '-WhatIf' {
        It 'writes nothing' {
            $before = Get-Snapshot
            Get-WhatIfText { $items | Export-MtlsReport what.html -WhatIf } | Should -Match 'Write a report as Html, items: 1.*what\.html'
            Get-Snapshot | Should -Be $before
        }
    }
}
