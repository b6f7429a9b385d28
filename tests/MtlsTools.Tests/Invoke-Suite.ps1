<#
.SYNOPSIS
    Runs the Pester suite on the staged module and on nothing else. Ends with a line 'N passed, N failed, N skipped'.
.DESCRIPTION
    Exit codes: 0 when every test that ran passed, 1 when one failed or none ran, 3 when Pester 5 is not installed.
#>
[CmdletBinding()]
param(
    # The folder of the staged module.
    [Parameter(Mandatory)]
    [string] $ModulePath,

    # Where the results go as NUnit XML.
    [string] $ResultPath,

    # Where the closing line goes as well.
    [string] $SummaryPath,

    # Test files; all by default.
    [string[]] $Path = $PSScriptRoot
)

$ErrorActionPreference = 'Stop'
$pester = Get-Module -ListAvailable -Name Pester | Where-Object { $_.Version.Major -eq 5 } | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    Write-Host 'Pester 5 is not installed. Install it with: Install-Module Pester -MinimumVersion 5.5 -MaximumVersion 5.99'
    exit 3
}

Import-Module $pester.Path
Import-Module (Join-Path (Resolve-Path -LiteralPath $ModulePath) 'MtlsTools.psd1')

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
if ($ResultPath) {
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = $ResultPath
}

# Tests meet errors as a session does: written, not thrown.
$ErrorActionPreference = 'Continue'
# Not for the owner alone: some tests are about what other accounts can reach.
$env:MTLSTOOLS_TEST_FOLDERS = [IO.Directory]::CreateDirectory((Join-Path ([IO.Path]::GetTempPath()) "mtls pester $([guid]::NewGuid().ToString('N'))")).FullName
try { $result = Invoke-Pester -Configuration $configuration }
finally {
    Set-Location -LiteralPath $PSScriptRoot
    [IO.Directory]::Delete($env:MTLSTOOLS_TEST_FOLDERS, $true)
    $env:MTLSTOOLS_TEST_FOLDERS = $null
}

$summary = '{0} passed, {1} failed, {2} skipped' -f [int] $result.PassedCount, [int] ($result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount), [int] $result.SkippedCount
if ($SummaryPath) {
    $null = New-Item -ItemType Directory -Path (Split-Path -Parent $SummaryPath) -Force
    Set-Content -LiteralPath $SummaryPath -Value $summary
}

Write-Host "PowerShell $($PSVersionTable.PSVersion), Pester $($pester.Version)"
Write-Host $summary
exit ($result.Result -eq 'Passed' -and $result.PassedCount -gt 0 ? 0 : 1)
