# Pages, compiled cmdlets and Get-Help must say the same, and every example must run.
BeforeDiscovery {
    $repository = Split-Path (Split-Path $PSScriptRoot)
    $commands = @(Get-Command -Module MtlsTools | ForEach-Object { @{ Name = $_.Name } })
    $guides = @(
        @{ Name = 'README.md'; Page = Join-Path $repository 'README.md' }
        @{ Name = 'errors.md'; Page = Join-Path $repository 'docs/errors.md' }
        Get-ChildItem (Join-Path $repository 'docs/guides') -Filter *.md | ForEach-Object { @{ Name = $_.Name; Page = $_.FullName } }
    )
}

BeforeAll {
    $repository = Split-Path (Split-Path $PSScriptRoot)
    $moduleBase = (Get-Module MtlsTools).ModuleBase
    $folder = Join-Path $repository 'docs/en-US'
    $pwsh = (Get-Process -Id $PID).Path
    $maml = [xml](Get-Content -LiteralPath (Join-Path $moduleBase 'en-US/MtlsTools.dll-Help.xml') -Raw)
    $names = @{
        maml    = 'http://schemas.microsoft.com/maml/2004/10'
        command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
        dev     = 'http://schemas.microsoft.com/maml/dev/2004/10'
    }

    function Read-Page {
        param([string] $Name)
        (Get-Content -LiteralPath (Join-Path $folder "$Name.md") -Raw).Replace("`r", '')
    }

    function Read-Section {
        param([string] $Page, [string] $Title)
        [regex]::Match($Page, "(?ms)^## $Title\n(?<text>.*?)(?=^## |\z)").Groups['text'].Value.Trim()
    }

    # name|type|aliases|wildcards|accepted values|sets, each set as name:position:required:by value:by name:remaining.
    function ConvertTo-Signature {
        param([string] $Name, [string] $Type, [string[]] $Alias, [bool] $Wildcard, [string[]] $Accepted, [string[]] $Set)
        "$Name|$Type|$($Alias | Sort-Object)|$Wildcard|$Accepted|$($Set | Sort-Object)"
    }

    function Get-PageSignature {
        param([string] $Page)
        $parameters = Read-Section $Page 'PARAMETERS'
        foreach ($match in [regex]::Matches($parameters, '(?ms)^### -(?<name>\w+)\n(?<text>.*?)^```yaml\n(?<yaml>.*?)^```$')) {
            $yaml = $match.Groups['yaml'].Value
            $one = { param($key) [regex]::Match($yaml, "(?m)^$key`: (.*)$").Groups[1].Value }
            $list = { param($key) [regex]::Matches([regex]::Match($yaml, "(?m)^$key`:\n((?:- .*\n)*)").Groups[1].Value, '(?m)^- (.*)$') | ForEach-Object { $_.Groups[1].Value } }
            $sets = foreach ($set in [regex]::Matches($yaml, '(?ms)^- Name: (?<set>\S+)\n(?<text>(?:  .*?\n)+)')) {
                $value = { param($key) [regex]::Match($set.Groups['text'].Value, "(?m)^  $key`: (.*)$").Groups[1].Value }
                "$($set.Groups['set'].Value):$(& $value Position):$(& $value IsRequired):$(& $value ValueFromPipeline):$(& $value ValueFromPipelineByPropertyName):$(& $value ValueFromRemainingArguments)"
            }
            ConvertTo-Signature $match.Groups['name'].Value (& $one Type) (& $list Aliases) ((& $one SupportsWildcards) -eq 'true') (& $list AcceptedValues) $sets
        }
    }

    function Get-CompiledSignature {
        param([string] $Name)
        $command = Get-Command $Name -Module MtlsTools
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters }) {
            $type = $parameter.ParameterType
            $inner = $type.IsArray ? $type.GetElementType() : [Nullable]::GetUnderlyingType($type) ?? $type
            $accepted = ($parameter.Attributes | Where-Object { $_ -is [ValidateSet] }).ValidValues ?? ($inner.IsEnum ? [Enum]::GetNames($inner) : $null)
            $sets = foreach ($set in $parameter.ParameterSets.GetEnumerator()) {
                $name = $set.Key -eq '__AllParameterSets' ? '(All)' : $set.Key
                $position = $set.Value.Position -eq [int]::MinValue ? 'Named' : $set.Value.Position
                "$name`:$position`:$($set.Value.IsMandatory):$($set.Value.ValueFromPipeline):$($set.Value.ValueFromPipelineByPropertyName):$($set.Value.ValueFromRemainingArguments)".ToLowerInvariant() -creplace '^[^:]+', $name -creplace ':named:', ':Named:'
            }
            $wildcard = @($parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }).Count -gt 0
            ConvertTo-Signature $parameter.Name $type.ToString() $parameter.Aliases $wildcard $accepted $sets
        }
    }

    function Select-Maml {
        param([string] $XPath, $Node = $maml)
        Select-Xml -XPath $XPath -Xml $Node -Namespace $names | ForEach-Object Node
    }

    # Runs a page's blocks in a child with an empty folder and, where .NET looks for it, an empty home with empty stores.
    function Invoke-Documented {
        param([string] $Page, [switch] $EachAlone)
        $work = New-Item -ItemType Directory -Path (Join-Path ($env:MTLSTOOLS_TEST_FOLDERS ?? $TestDrive) "docs $([guid]::NewGuid())")
        $start = [System.Diagnostics.ProcessStartInfo]@{ FileName = $pwsh; RedirectStandardError = $true; RedirectStandardOutput = $true; RedirectStandardInput = $true }
        $arguments = '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'Invoke-DocumentedCode.ps1'), '-Page', $Page, '-ModuleBase', $moduleBase, '-Folder', $work.FullName
        foreach ($argument in $arguments + @(if ($EachAlone) { '-EachAlone' })) { $start.ArgumentList.Add($argument) }
        $start.Environment['HOME'] = $work.FullName
        $start.Environment['NO_COLOR'] = '1'
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $process.StandardInput.Close()
            $output = $process.StandardOutput.ReadToEndAsync()
            $errors = $process.StandardError.ReadToEndAsync()
            if (-not $process.WaitForExit(180000)) { $process.Kill($true) }
            $errors.GetAwaiter().GetResult().Trim() | Should -BeNullOrEmpty
            # Colours are characters that a report in XML can not hold.
            $said = $output.GetAwaiter().GetResult() -replace '\e\[[\d;]*m'
            $process.ExitCode | Should -Be 0 -Because $said
            $said | Should -Match 'Ran [1-9]\d* blocks'
        }
        finally { $process.Dispose() }
    }
}

Describe 'Help' {
    It 'covers the exported cmdlets, no more and no less' {
        $exported = (Get-Command -Module MtlsTools).Name | Sort-Object
        $declared = (Import-PowerShellDataFile (Join-Path $repository 'MtlsTools.psd1')).CmdletsToExport | Sort-Object
        $declared | Should -Be $exported
        (Get-ChildItem $folder -Filter '*-Mtls*.md').BaseName | Sort-Object | Should -Be $exported
        (Select-Maml '//command:details/command:name').InnerText | Sort-Object | Should -Be $exported
    }

    It 'is what the pages say: the committed MAML is the staged one' {
        Get-Content -Raw (Join-Path $folder 'MtlsTools.dll-Help.xml') | Should -BeExactly (Get-Content -Raw (Join-Path $moduleBase 'en-US/MtlsTools.dll-Help.xml'))
    }

    It 'shows about_MtlsTools as plain text that fits 80 columns' {
        $about = Get-Help about_MtlsTools
        $about | Should -Match 'mutual TLS'
        $about -split '\r?\n' | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }

    It 'shows an example in about_MtlsTools that runs' {
        Invoke-Documented (Join-Path $folder 'about_MtlsTools.md') -EachAlone
    }

    It 'of <Name> names the parameters as they are compiled' -ForEach $commands {
        Get-PageSignature (Read-Page $Name) | Sort-Object | Should -Be (Get-CompiledSignature $Name | Sort-Object)
    }

    It 'of <Name> shows the same parameters at the prompt' -ForEach $commands {
        $command = Get-Command $Name -Module MtlsTools
        $shown = @(Select-Maml "//command:command[command:details/command:name='$Name']/command:parameters/command:parameter")
        $compiled = @($command.Parameters.Values | Where-Object { $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters })
        $shown.name | Sort-Object | Should -Be ($compiled.Name | Sort-Object)
        foreach ($parameter in $compiled) {
            $sets = $parameter.ParameterSets.Values
            $one = $shown | Where-Object name -EQ $parameter.Name
            $pipeline = @(if ($sets.ValueFromPipeline -contains $true) { 'ByValue' }; if ($sets.ValueFromPipelineByPropertyName -contains $true) { 'ByPropertyName' }) -join ', '
            $one.type.name | Should -BeExactly $parameter.ParameterType.ToString() -Because $parameter.Name
            $one.required | Should -Be "$($sets.IsMandatory -contains $true)" -Because $parameter.Name
            $one.aliases | Should -BeExactly ($parameter.Aliases.Count ? $parameter.Aliases -join ', ' : 'none') -Because $parameter.Name
            $one.pipelineInput | Should -BeExactly ($pipeline ? "true ($pipeline)" : 'false') -Because $parameter.Name
            $sets.ForEach({ $_.Position -eq [int]::MinValue ? 'Named' : "$($_.Position)" }) | Should -Contain $one.position -Because $parameter.Name
            $one.description.para | Should -Not -BeNullOrEmpty -Because $parameter.Name
        }
    }

    It 'of <Name> is the page, word for word' -ForEach $commands {
        $page = Read-Page $Name
        $shown = Select-Maml "//command:command[command:details/command:name='$Name']"
        $plain = { param($text) "$text" -replace '`|\*\*' -replace '\s+', ' ' -replace '^ | $' }
        & $plain $shown.details.description.para | Should -BeExactly (& $plain (Read-Section $page 'SYNOPSIS'))
        & $plain (Select-Maml "//command:command[command:details/command:name='$Name']/maml:description/maml:para").InnerText |
            Should -BeExactly (& $plain (Read-Section $page 'DESCRIPTION'))
        foreach ($match in [regex]::Matches((Read-Section $page 'PARAMETERS'), '(?ms)^### -(?<name>\w+)\n(?<text>.*?)^```yaml')) {
            $parameter = $shown.parameters.parameter | Where-Object name -EQ $match.Groups['name'].Value
            & $plain $parameter.description.para | Should -BeExactly (& $plain $match.Groups['text'].Value)
        }
        $code = [regex]::Matches((Read-Section $page 'EXAMPLES'), '(?ms)^```powershell\n(.*?)\n```$').ForEach({ $_.Groups[1].Value })
        $shown.examples.example.ForEach({ $_.code.Replace("`r", '') }) | Should -BeExactly $code
    }

    It 'of <Name> names error ids that exist' -ForEach $commands {
        $known = [regex]::Matches((Get-Content -Raw (Join-Path $repository 'docs/errors.md')), '(?m)^\| `(\w+)` \|').ForEach({ $_.Groups[1].Value })
        $notes = Read-Section (Read-Page $Name) 'NOTES'
        $named = [regex]::Matches($notes, '(?m)^- (?<ids>`\w+`(?:, `\w+`)*):').ForEach({ $_.Groups['ids'].Value -split ', ' -replace '`' })
        if ($notes -notmatch 'It has no errors of its own') { $named | Should -Not -BeNullOrEmpty }
        $named | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }

    It 'of <Name> has every part' -ForEach $commands {
        $page = Read-Page $Name
        foreach ($section in 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'OUTPUTS', 'NOTES', 'RELATED LINKS') {
            Read-Section $page $section | Should -Not -BeNullOrEmpty -Because $section
        }
        $page | Should -Not -Match '\{\{|TODO'
        $titles = [regex]::Matches((Read-Section $page 'EXAMPLES'), '(?m)^### Example (?<number>\d+): (?<title>\S.*)$')
        $titles.Count | Should -BeGreaterOrEqual 3
        $titles.ForEach({ $_.Groups['number'].Value }) | Should -Be (1..$titles.Count)
    }

    It 'of <Name> links to pages that exist' -ForEach $commands {
        foreach ($link in [regex]::Matches((Read-Section (Read-Page $Name) 'RELATED LINKS'), '\]\((?<file>[^)]+)\)')) {
            Join-Path $folder $link.Groups['file'].Value | Should -Exist
        }
    }

    It 'of <Name> shows its examples with Get-Help -Examples' -ForEach $commands {
        $help = Get-Help $Name
        $help.Synopsis | Should -Match '^\w.*\.\s*$'
        @($help.examples.example).Count | Should -Be ([regex]::Matches((Read-Page $Name), '(?m)^### Example \d+:').Count)
        foreach ($example in $help.examples.example) { $example.code | Should -Match 'Mtls' }
        $text = Get-Help $Name -Examples | Out-String
        $text | Should -Match 'Example 3: \S'
        $text | Should -Not -Match '```|<!--'
    }

    It 'of <Name> has examples that run, in order and each alone' -ForEach $commands {
        Invoke-Documented (Join-Path $folder "$Name.md") -EachAlone
    }
}

Describe 'Guides' {
    It 'contain code that runs: <Name>' -ForEach $guides {
        Invoke-Documented $Page
    }
}

Describe 'docs/errors.md' {
    BeforeAll {
        # The first cell of each row of a table, without its backticks.
        function Get-Row {
            param([string] $Title)
            $page = (Get-Content -Raw (Join-Path $repository 'docs/errors.md')).Replace("`r", '')
            [regex]::Matches((Read-Section $page $Title), '(?m)^\| `(?<id>\w+)` \|(?<rest>.*)\|$')
        }
        $shell = (Get-Module MtlsTools).ImplementingAssembly
        $engine = [MtlsTools.Authority.CertificateAuthority].Assembly
        $factory = $shell.GetType('MtlsTools.Commands.Errors')
        $internal = [System.Reflection.BindingFlags] 'Static, NonPublic'
    }

    It 'lists every error id, with the category that it has' {
        $rows = @{}
        foreach ($row in Get-Row 'Errors') { $rows[$row.Groups['id'].Value] = $row.Groups['rest'].Value.Split('|')[0].Trim() }
        $codes = [Enum]::GetNames($engine.GetType('MtlsTools.ErrorCode'))
        $own = $factory.GetMethods($internal) | Where-Object { $_.ReturnType -eq [System.Management.Automation.ErrorRecord] -and $_.Name -notin 'From', 'PemTextTruncated' } | ForEach-Object Name
        $rows.Keys | Sort-Object | Should -Be (@($codes) + @($own) | Sort-Object)
        foreach ($code in $codes) {
            $category = $factory.GetMethod('CategoryOf', $internal).Invoke($null, @([Enum]::Parse($engine.GetType('MtlsTools.ErrorCode'), $code)))
            $rows[$code] | Should -Be "$category" -Because $code
        }
    }

    It 'lists every finding' {
        $found = (Get-Row 'Findings').ForEach({ $_.Groups['id'].Value })
        $found | Sort-Object | Should -Be ([Enum]::GetNames($engine.GetType('MtlsTools.Verification.FindingId')) | Sort-Object)
    }
}
