#Requires -Version 7.4
<#
.SYNOPSIS
    Runs the powershell blocks of a page, in a process of its own; started by Help.Tests.ps1.
.DESCRIPTION
    All blocks run in order in one empty folder, as a reader would who follows the page. With -EachAlone every block
    runs alone in an empty folder instead, as a reader would who copies only that one. Any error or warning, a prompt,
    a server that is left running or a certificate that is left in a store ends the script with the exit code 1.
    A block below the line <!-- not run --> is passed over.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Page,
    # The staged module's folder. Its pages have it imported already; guides import it themselves, or call it by name.
    [Parameter(Mandatory)] [string] $ModuleBase,
    # An empty folder to work in.
    [Parameter(Mandatory)] [string] $Folder,
    [switch] $EachAlone
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$env:PSModulePath = (Split-Path (Split-Path $ModuleBase)) + [System.IO.Path]::PathSeparator + $env:PSModulePath
if ($EachAlone) { Import-Module (Join-Path $ModuleBase 'MtlsTools.psd1') }
$text = (Get-Content -LiteralPath $Page -Raw).Replace("`r", '')
$blocks = @(foreach ($match in [regex]::Matches($text, '(?ms)(?<skip>^<!-- not run -->\n)?^```powershell\n(?<code>.*?)^```$')) {
        if (-not $match.Groups['skip'].Success) {
            @{ Code = $match.Groups['code'].Value; Line = $text.Substring(0, $match.Groups['code'].Index).Split("`n").Count }
        }
    })
function Get-StoredThumbprint { if (Get-Module MtlsTools) { @(Get-MtlsStoreItem | ForEach-Object Thumbprint) } }
$stored = Get-StoredThumbprint
$failed = $false

# Shown through the module's views, whose errors count as well.
function Invoke-Block {
    param($Block)
    try {
        $ErrorActionPreference = 'Stop'
        $WarningPreference = 'Stop'
        . ([scriptblock]::Create($Block.Code)) | Out-String -Width 120 | Write-Verbose
    }
    catch {
        $script:failed = $true
        [Console]::Error.WriteLine("$(Split-Path $Page -Leaf), line $($Block.Line + $_.InvocationInfo.ScriptLineNumber - 1): $_")
    }
}

function Assert-Clean {
    param([string] $Where)
    $left = @(Get-MtlsServer)
    $left | Stop-MtlsServer
    $kept = @(Get-StoredThumbprint | Where-Object { $_ -notin $stored })
    if ($left.Count -or $kept.Count) {
        $script:failed = $true
        [Console]::Error.WriteLine("$(Split-Path $Page -Leaf), $Where leaves $($left.Count) servers running and $($kept.Count) certificates in a store.")
    }
}

if ($EachAlone) {
    foreach ($block in $blocks) {
        Set-Location -LiteralPath (New-Item -ItemType Directory -Path (Join-Path $Folder "line $($block.Line)"))
        & { Invoke-Block $block }
        Assert-Clean "line $($block.Line)"
    }
}
else {
    Set-Location -LiteralPath (New-Item -ItemType Directory -Path (Join-Path $Folder 'in order'))
    Copy-Item -LiteralPath (Split-Path $ModuleBase) -Destination (New-Item -ItemType Directory './output') -Recurse
    & { foreach ($block in $blocks) { . Invoke-Block $block } }
}
Assert-Clean 'its end'
Write-Output "Ran $($blocks.Count) blocks"
exit [int] $failed
