#!/usr/bin/env pwsh
#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests and demonstrates MtlsTools. Nothing is downloaded but the NuGet packages of the projects.
.DESCRIPTION
    Clean    removes output/ and what the compiler left.
    Build    stages the module in output/MtlsTools/<version>, exactly as it ships.
    Test     builds, then runs the engine's tests and the Pester suite on the staged module.
    Demo     builds, then runs the hello-world of mutual TLS.
    Docs     makes the MAML help from docs/en-US (needs Microsoft.PowerShell.PlatyPS).
    Bench    builds, then runs the benchmarks.
    Package  builds, then makes output/MtlsTools.<version>.zip.
.EXAMPLE
    ./build.ps1 Demo
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Clean', 'Build', 'Test', 'Demo', 'Docs', 'Bench', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $PSScriptRoot 'MtlsTools.psd1')
$output = Join-Path $PSScriptRoot 'output'
$module = Join-Path $output 'MtlsTools' $manifest.ModuleVersion
$pwsh = (Get-Process -Id $PID).Path

function Invoke-Native {
    param([string] $Command, [string[]] $Arguments)
    & $Command @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Command $($Arguments[0]) failed with the exit code $LASTEXITCODE." }
}

function Invoke-Clean {
    Get-ChildItem -LiteralPath $PSScriptRoot -Directory -Recurse -Include bin, obj, output, TestResults | Remove-Item -Recurse -Force
}

function Invoke-Build {
    $compiled = Join-Path $output 'bin'
    # The analyzers take most of the time; `dotnet build` and `dotnet test` run them.
    Invoke-Native dotnet @('publish', (Join-Path $PSScriptRoot 'src/MtlsTools/MtlsTools.csproj'), '-c', $Configuration, '-o', $compiled, '--nologo', '-v', 'quiet', '-p:RunAnalyzers=false')
    if (Test-Path -LiteralPath $module) { Remove-Item -LiteralPath $module -Recurse -Force }
    $help = New-Item -ItemType Directory -Path (Join-Path $module 'en-US') -Force
    $source = Join-Path $PSScriptRoot 'docs/en-US'
    # Two assemblies of our own and no other: PowerShell carries the rest.
    foreach ($file in 'MtlsTools.dll', 'MtlsTools.pdb', 'MtlsTools.Core.dll', 'MtlsTools.Core.pdb') {
        Copy-Item -LiteralPath (Join-Path $compiled $file) -Destination $module
    }
    foreach ($file in 'MtlsTools.psd1', 'LICENSE', 'CHANGELOG.md', 'src/MtlsTools/MtlsTools.Format.ps1xml', 'src/MtlsTools/MtlsTools.Pester.ps1') {
        Copy-Item -LiteralPath (Join-Path $PSScriptRoot $file) -Destination $module
    }
    Copy-Item -LiteralPath (Join-Path $source 'MtlsTools.dll-Help.xml') -Destination $help
    foreach ($about in Get-ChildItem -LiteralPath $source -Filter 'about_*.md') {
        # Get-Help shows about topics as plain text: headings without their #, code without its fences.
        (Get-Content -LiteralPath $about.FullName -Raw) -replace '(?m)^#+ ', '' -replace '(?m)^```\w*\r?\n', '' |
            Set-Content -LiteralPath (Join-Path $help "$($about.BaseName).help.txt") -NoNewline
    }
    Write-Host "Staged $module"
}

function Invoke-Test {
    # One of the engine's tests runs the Pester suite in a child pwsh.
    Invoke-Native dotnet @('test', $PSScriptRoot, '-c', $Configuration, '--nologo')
}

function Invoke-Demo {
    Invoke-Native $pwsh @('-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'docs/samples/Demo.ps1'), '-ModulePath', $module)
}

function Invoke-Docs {
    Invoke-Native $pwsh @('-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'docs/Update-Help.ps1'), '-ModulePath', $module)
}

function Invoke-Bench {
    Invoke-Native dotnet @('run', '-c', 'Release', '--project', (Join-Path $PSScriptRoot 'tests/MtlsTools.Benchmarks'), '--', $module)
}

function Invoke-Package {
    $zip = Join-Path $output "MtlsTools.$($manifest.ModuleVersion).zip"
    Compress-Archive -Path (Join-Path $output 'MtlsTools') -DestinationPath $zip -Force
    Write-Host "Packed $zip"
}

foreach ($name in $Task) {
    switch ($name) {
        'Clean' { Invoke-Clean }
        'Build' { Invoke-Build }
        'Test' { Invoke-Test }
        'Demo' { Invoke-Build; Invoke-Demo }
        'Docs' { Invoke-Build; Invoke-Docs }
        'Bench' { Invoke-Build; Invoke-Bench }
        'Package' { Invoke-Build; Invoke-Package }
    }
}
