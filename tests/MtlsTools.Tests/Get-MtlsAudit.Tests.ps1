BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $alice = New-MtlsCertificate $ca alice -Profile Client
    $null = New-MtlsCsr mallory | Deny-MtlsCsr $ca -Reason 'Nobody of that name.'
}

AfterAll { Pop-Location }

Describe 'Get-MtlsAudit' {
    Context 'binding' {
        It 'takes folders by path, wildcard, item and CA' {
            $null = New-MtlsCa 'ca [2]' 'Second'
            @(Get-MtlsAudit ca).Count | Should -Be 3
            @(Get-MtlsAudit ca*).Count | Should -Be 4
            @(Get-MtlsAudit -LiteralPath 'ca [2]').Subject | Should -Be 'CN=Second'
            @(Get-ChildItem -Directory | Get-MtlsAudit).Count | Should -Be 4
        }

        It 'takes a hash of 64 digits alone' {
            { Get-MtlsAudit ca -Head abc } | Should -Throw -ErrorId 'ParameterArgumentValidationError,MtlsTools.Commands.GetMtlsAuditCommand'
        }
    }

    Context 'behaviour' {
        It 'tells who did what' {
            $log = Get-MtlsAudit ca
            $log.Event | Should -Be Created, Issued, Denied
            $log[1].SerialNumber | Should -Be $alice.SerialNumber
            $log[2].Reason | Should -Be 'Nobody of that name.'
            Get-TableHeader $log | Should -Be 'Number Time (UTC) Event By What'
            ($log | Out-String -Width 160) | Should -Match 'CN=mallory; Nobody of that name\.\s'
        }

        It 'chooses by event, serial number and time' {
            (Get-MtlsAudit ca -Event Denied, Created).Event | Should -Be Created, Denied
            (Get-MtlsAudit ca -SerialNumber ('0x' + $alice.SerialNumber.ToLower())).Subject | Should -Be 'CN=alice'
            Get-MtlsAudit ca -After (Get-Date).AddHours(1) | Should -BeNullOrEmpty
        }

        It 'finds what was changed since, and keeps quiet when asked to' {
            $report = Get-MtlsAudit ca -Verify
            $report.Success | Should -BeTrue
            $report.SealedEntries | Should -Be 1
            Get-MtlsAudit ca -Head $report.Head -Quiet | Should -BeTrue
            Copy-Item ca changed -Recurse
            $lines = [IO.File]::ReadAllLines("$PWD/changed/audit.jsonl")
            [IO.File]::WriteAllLines("$PWD/changed/audit.jsonl", $lines[0, 1])
            (Get-MtlsAudit changed -Verify).Success | Should -BeTrue -Because 'nothing in the file tells what was cut off'
            $cut = Get-MtlsAudit changed -Head $report.Head
            $cut.Findings.Problem | Should -Be HeadMissing
            ($cut | Out-String -Width 300) | Should -Match 'Error HeadMissing: No entry has the hash'
            Get-MtlsAudit changed -Head $report.Head -Quiet | Should -BeFalse
        }
    }

    Context 'errors' {
        It 'NotAnAuthority, and the next folder is read' {
            $null = New-Item -ItemType Directory none
            $output = $null
            $failure = Get-OnlyError { Get-MtlsAudit none, ca } ([ref] $output)
            Assert-MtlsError $failure NotAnAuthority GetMtlsAudit ObjectNotFound none 'Name a folder made by New-MtlsCa.'
            $output.Count | Should -Be 3
        }
    }
}
