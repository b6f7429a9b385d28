#Requires -Version 7.4
<#
.SYNOPSIS
    Makes docs/en-US/MtlsTools.dll-Help.xml, which Get-Help shows, from the pages beside it.
.DESCRIPTION
    Microsoft.PowerShell.PlatyPS reads the pages and exports MAML. Get-Help shows MAML as it is, so that the markdown
    inside is turned into plain paragraphs here: examples become code and remarks, lines that were wrapped for the page
    are joined again (Get-Help wraps by itself), and default values, which the export leaves out, are put in.
    The same pages always give the same bytes.
.EXAMPLE
    ./docs/Update-Help.ps1 -ModulePath ./output/MtlsTools/0.1.0
#>
[CmdletBinding()]
param(
    # The staged module; its help file is replaced as well, and looked at.
    [Parameter(Mandatory)]
    [string] $ModulePath
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
if (-not (Get-Module -ListAvailable -Name Microsoft.PowerShell.PlatyPS)) {
    throw 'Microsoft.PowerShell.PlatyPS, which reads the pages, is not installed. Install it with: Install-PSResource Microsoft.PowerShell.PlatyPS -Version 1.0.3'
}
Import-Module Microsoft.PowerShell.PlatyPS

$maml = 'http://schemas.microsoft.com/maml/2004/10'
$command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$dev = 'http://schemas.microsoft.com/maml/dev/2004/10'
$pages = Join-Path $PSScriptRoot 'en-US'
$target = Join-Path $pages 'MtlsTools.dll-Help.xml'

# Plain text for a prompt: no backticks and stars, links as their text, one line for each paragraph and each list item.
function ConvertTo-Paragraph {
    param([string] $Markdown)
    $plain = $Markdown -replace '\r', '' -replace '\[([^\]]+)\]\((https?:[^)]+)\)', '$1 ($2)' -replace '\[([^\]]+)\]\([^)]+\)', '$1' -replace '\*\*([^*]+)\*\*', '$1' -replace '`([^`\n]+)`', '$1'
    foreach ($block in $plain.Trim() -split '\n\s*\n') {
        $block -replace '\n(?!- )\s*', ' '
    }
}

function Set-Paragraph {
    param([System.Xml.XmlElement] $Parent, [string[]] $Text)
    $Parent.RemoveAll()
    foreach ($paragraph in $Text) {
        $Parent.AppendChild($Parent.OwnerDocument.CreateElement('maml', 'para', $maml)).InnerText = $paragraph
    }
}

# A page's example is a block of code, what it shows, and words about it. Comments are for those who write pages.
function Set-Example {
    param([System.Xml.XmlElement] $Element, [string] $Title, [string] $Markdown)
    $Element.RemoveAll()
    $document = $Element.OwnerDocument
    $Element.AppendChild($document.CreateElement('maml', 'title', $maml)).InnerText = "--- $Title ---"
    $code, $remarks = @(), @()
    foreach ($part in [regex]::Split(($Markdown.Replace("`r", '') -replace '(?m)^<!--.*-->\n'), '(?ms)^(```\w*\n.*?\n```)$')) {
        if ($part -match '(?s)^```(?<language>\w*)\n(?<text>.*)\n```$') {
            if ($Matches.language -eq 'powershell') { $code += $Matches.text } else { $remarks += $Matches.text }
        }
        elseif ($part.Trim()) { $remarks += ConvertTo-Paragraph $part }
    }
    $Element.AppendChild($document.CreateElement('dev', 'code', $dev)).InnerText = $code -join "`n`n"
    Set-Paragraph $Element.AppendChild($document.CreateElement('dev', 'remarks', $dev)) ($remarks + '')
}

function Update-Command {
    param([System.Xml.XmlElement] $Element, $Page)
    foreach ($text in $Element.SelectNodes('.//maml:description[maml:para] | .//maml:alert', $names)) {
        Set-Paragraph $text (ConvertTo-Paragraph (@($text.ChildNodes | ForEach-Object InnerText) -join "`n`n"))
    }
    foreach ($type in $Element.SelectNodes('.//command:parameterValue', $names)) {
        # Nullable`1[System.Int32] means Int32 to a reader.
        $type.InnerText = $type.InnerText -replace '^System\.Nullable`1\[(.+)\]$', '$1' -replace '^([\w.]+\.)?(\w+(\[\])?)$', '$2'
    }
    foreach ($parameter in $Element.SelectNodes('command:parameters/command:parameter', $names)) {
        $name = $parameter.SelectSingleNode('maml:name', $names).InnerText
        $default = ($Page.Parameters | Where-Object Name -EQ $name).DefaultValue
        $parameter.AppendChild($parameter.OwnerDocument.CreateElement('dev', 'defaultValue', $dev)).InnerText = $default ? $default : 'None'
    }
    $examples = $Element.SelectNodes('command:examples/command:example', $names)
    for ($i = 0; $i -lt $examples.Count; $i++) {
        Set-Example $examples[$i] $Page.Examples[$i].Title $Page.Examples[$i].Remarks
    }
    foreach ($link in $Element.SelectNodes('command:relatedLinks/maml:navigationLink', $names)) {
        $address = $link.SelectSingleNode('maml:uri', $names)
        if (-not $address.InnerText) { $null = $link.ParentNode.RemoveChild($link) }
        elseif ($address.InnerText -notmatch '^https?:') { $address.InnerText = '' }
    }
}

$help = Get-ChildItem -LiteralPath $pages -Filter '*-Mtls*.md' | Sort-Object Name | Import-MarkdownCommandHelp
$work = Join-Path ([System.IO.Path]::GetTempPath()) "MtlsTools-help-$([guid]::NewGuid())"
try {
    $exported = $help | Export-MamlCommandHelp -OutputFolder $work
    $document = [xml]::new()
    $document.PreserveWhitespace = $false
    $document.Load($exported.FullName)
}
finally {
    if (Test-Path -LiteralPath $work) { Remove-Item -LiteralPath $work -Recurse }
}

$names = [System.Xml.XmlNamespaceManager]::new($document.NameTable)
$names.AddNamespace('maml', $maml)
$names.AddNamespace('command', $command)
$names.AddNamespace('dev', $dev)
foreach ($element in $document.SelectNodes('//command:command', $names)) {
    $name = $element.SelectSingleNode('command:details/command:name', $names).InnerText
    Update-Command $element ($help | Where-Object Title -EQ $name)
}

$settings = [System.Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; Encoding = [System.Text.UTF8Encoding]::new($false); NewLineHandling = 'None' }
$writer = [System.Xml.XmlWriter]::Create($target, $settings)
try { $document.Save($writer) } finally { $writer.Dispose() }
[System.IO.File]::AppendAllText($target, "`n")
Copy-Item -LiteralPath $target -Destination (Join-Path $ModulePath 'en-US')

# Look at it with Get-Help's eyes.
Import-Module (Join-Path $ModulePath 'MtlsTools.psd1') -Force
foreach ($cmdlet in Get-Command -Module MtlsTools) {
    $shown = Get-Help $cmdlet.Name -Full
    if (-not $shown.Description -or @($shown.examples.example).Count -lt 3) {
        throw "Get-Help shows no description, or fewer than three examples, of $($cmdlet.Name). Look at $pages/$($cmdlet.Name).md."
    }
}
Write-Host "Made $target ($(@($help).Count) commands)"
