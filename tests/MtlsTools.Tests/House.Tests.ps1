# The rules that every cmdlet of the house keeps, checked by reflection.
BeforeDiscovery {
    $commands = Get-Command -Module MtlsTools | Sort-Object Name
    $changing = $commands | Where-Object { $_.Verb -in 'New', 'Approve', 'Deny', 'Export', 'Start', 'Stop', 'Import', 'Remove', 'Update', 'Repair', 'Grant', 'Revoke', 'Publish', 'Step', 'Backup', 'Restore' }
    $tables = ([xml] (Get-Content -LiteralPath (Join-Path (Get-Module MtlsTools).ModuleBase 'MtlsTools.Format.ps1xml') -Raw)).Configuration.ViewDefinitions.View
}

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $module = Get-Module MtlsTools
}

Describe 'The module' {
    It 'has a valid manifest' {
        { Test-ModuleManifest (Join-Path $module.ModuleBase 'MtlsTools.psd1') -ErrorAction Stop } | Should -Not -Throw
    }

    It 'exports what is compiled, and nothing else' {
        $compiled = $module.ImplementingAssembly.GetExportedTypes() |
            Where-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { $a = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]; "$($a.VerbName)-$($a.NounName)" } | Sort-Object
        $listed = (Import-PowerShellDataFile (Join-Path $module.ModuleBase 'MtlsTools.psd1')).CmdletsToExport | Sort-Object
        $listed | Should -Be $compiled
        (Get-Command -Module MtlsTools).Name | Sort-Object | Should -Be $compiled
    }

    It 'ships two assemblies, both its own' {
        (Get-ChildItem -LiteralPath $module.ModuleBase -Recurse -Filter *.dll).Name | Sort-Object | Should -Be 'MtlsTools.Core.dll', 'MtlsTools.dll'
    }

    It 'needs nothing at import that a bare session does not have' {
        $added = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "
            `$before = [AppDomain]::CurrentDomain.GetAssemblies().Location
            Import-Module '$($module.ModuleBase)/MtlsTools.psd1'
            [AppDomain]::CurrentDomain.GetAssemblies().Location | Where-Object { `$_ -and `$_ -notin `$before -and -not `$_.StartsWith([Environment]::GetEnvironmentVariable('PSHOME') ?? `$PSHOME) -and `$_ -notlike '*/Microsoft.NETCore.App/*' } | Split-Path -Leaf"
        $added | Sort-Object | Should -Be 'MtlsTools.Core.dll', 'MtlsTools.dll'
    }

    It 'stops its servers when it is removed' {
        $port = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "
            Import-Module '$($module.ModuleBase)/MtlsTools.psd1'
            Set-Location '$TestDrive'
            `$server = New-MtlsCa removed -Name CA | ForEach-Object { New-MtlsCertificate `$_ localhost -Profile Server } | Start-MtlsServer -ClientAuth None
            Remove-Module MtlsTools
            `$client = [Net.Sockets.TcpClient]::new()
            try { `$client.Connect('127.0.0.1', `$server.Port); 'open' } catch { 'closed' }"
        $port | Should -Be 'closed'
    }
}

Describe '<_.Name>' -ForEach $commands {
    BeforeAll { $command = $_ }

    It 'uses an approved verb' { (Get-Verb).Verb | Should -Contain $command.Verb }

    It 'has a sealed class of its own name' {
        $command.ImplementingType.IsSealed | Should -BeTrue
        $command.ImplementingType.Name | Should -Be "$($command.Verb)$($command.Noun)Command"
    }

    It 'tells what it writes' {
        if ($command.Verb -notin 'Stop', 'Remove') { $command.OutputType | Should -Not -BeNullOrEmpty }
    }

    It 'takes -LiteralPath with the alias PSPath wherever it takes -Path' {
        if ($command.Parameters.ContainsKey('Path')) {
            $command.Parameters['LiteralPath'].Aliases | Should -Contain 'PSPath'
        }
        $command.Parameters.ContainsKey('LiteralPath') | Should -Be $command.Parameters.ContainsKey('Path')
    }

    It 'takes passwords as SecureString alone' {
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -like '*Password*' -and $_.ParameterType -ne [switch] }) {
            $parameter.ParameterType | Should -BeIn ([securestring]), ([securestring[]])
        }
    }
}

Describe '<_.Name> changes things' -ForEach $changing {
    It 'and has -WhatIf and -Confirm' {
        $_.Parameters.Keys | Should -Contain 'WhatIf'
        $_.Parameters.Keys | Should -Contain 'Confirm'
    }
}

Describe 'The view <_.Name>' -ForEach $tables {
    It 'belongs to a type that exists' {
        $_.ViewSelectedBy.TypeName -as [type] | Should -Not -BeNullOrEmpty
    }

    It 'has at most five columns' {
        if ($_.TableControl) { @($_.TableControl.TableHeaders.TableColumnHeader).Count | Should -BeLessOrEqual 5 }
    }

    It 'names properties that exist' {
        $type = $_.ViewSelectedBy.TypeName -as [type]
        foreach ($property in $_.SelectNodes('.//PropertyName')) { $type.GetProperty($property.InnerText) | Should -Not -BeNullOrEmpty -Because $property.InnerText }
    }
}

Describe '-WhatIf' {
    BeforeAll {
        $folder = Enter-TestFolder
        $ca = New-MtlsCa ca -Name CA
        $certificate = New-MtlsCertificate $ca localhost -Profile Server -OutFile localhost.crt
        $csr = New-MtlsCsr x -OutFile x.csr
        $item = Import-MtlsToStore $certificate -SkipChain
        $lab = New-MtlsLab -OutDirectory made
    }

    AfterAll {
        $item | Remove-MtlsStoreItem -Confirm:$false
        Pop-Location
    }

    It '<_> writes nothing' -ForEach @(
        { New-MtlsCa other -Name Other -WhatIf }
        { Update-MtlsCertificate localhost.crt -Ca $ca -WhatIf }
        { New-MtlsCa ca -Name Other -Force -WhatIf }
        { Update-MtlsCa ca -NewKey -WhatIf }
        { New-MtlsCsr y -OutFile y.csr -WhatIf }
        { New-MtlsCertificate $ca y -Profile Client -OutFile y.crt -WhatIf }
        { $csr | Approve-MtlsCsr $ca -Profile Client -OutFile y.crt -WhatIf }
        { $csr | Deny-MtlsCsr $ca -Reason no -WhatIf }
        { Export-MtlsCertificate localhost.crt y.pfx Pfx -Password (Get-Secret) -WhatIf }
        { Get-MtlsInventory localhost.crt | Export-MtlsReport report.html -WhatIf }
        { $ca | Import-MtlsToStore -WhatIf }
        { $item | Remove-MtlsStoreItem -WhatIf }
        { Start-MtlsServer localhost.crt -ClientAuth None -WhatIf }
        { Start-MtlsServer localhost.crt -AllowUntrusted -MaxRequests 1 -Scenario ExpiredCertificate -WhatIf }
        { Invoke-MtlsRequest https://127.0.0.1:1/ -WhatIf }
        { New-MtlsLab -OutDirectory ./lab -BadCertificates -StartServer -WhatIf }
        { $lab | Remove-MtlsLab -WhatIf }
        { New-MtlsConfig Nginx localhost.crt -Ca $ca -OutDirectory ./conf -WhatIf }
        { Test-MtlsEndpoint 127.0.0.1:1 -Ca $ca -Probe IssuedRevoked -WhatIf }
    ) {
        $files = Get-EveryFile $folder
        $hashes = (Get-ChildItem -LiteralPath $folder -Recurse -Force -File | Get-FileHash).Hash
        $stored = (Get-MtlsStoreItem).Thumbprint
        $servers = @(Get-MtlsServer).Count
        & $_ | Should -BeNullOrEmpty
        Get-EveryFile $folder | Should -Be $files
        (Get-ChildItem -LiteralPath $folder -Recurse -Force -File | Get-FileHash).Hash | Should -Be $hashes
        (Get-MtlsStoreItem).Thumbprint | Should -Be $stored
        @(Get-MtlsServer).Count | Should -Be $servers
    }

    It 'Stop-MtlsServer leaves the server running' {
        $server = Start-MtlsServer localhost.crt -ClientAuth None
        $server | Stop-MtlsServer -WhatIf
        $server.IsRunning | Should -BeTrue
        $server | Stop-MtlsServer
        $server.IsRunning | Should -BeFalse
    }
}

Describe 'Secrets' {
    It 'never appear in any stream, any file name or any error' {
        $null = Enter-TestFolder
        $word = "s3cret-$([guid]::NewGuid().ToString('N'))"
        $secret = Get-Secret $word
        $everything = & {
            $ca = New-MtlsCa ca -Name CA -Password $secret -Verbose -Debug
            New-MtlsCa below -Name Below -Issuer ./ca -IssuerPassword $secret -Verbose -Debug
            Update-MtlsCa ca -Password $secret -NewKey -Verbose -Debug
            New-MtlsCsr x -OutFile x.csr -Password $secret -Verbose -Debug
            Approve-MtlsCsr ./ca x.csr -CaPassword $secret -Profile Client -OutFile x.crt -Verbose -Debug
            New-MtlsCertificate ./ca localhost -CaPassword $secret -Profile Server -Password $secret -OutFile s.crt -Verbose -Debug
            Export-MtlsCertificate s.crt s.pfx Pfx -KeyPassword $secret -Password $secret -Verbose -Debug
            Get-MtlsCertificate s.pfx -Password $secret -Verbose -Debug
            Get-MtlsCertificate s.pfx -Password (Get-Secret "$word-wrong") -Verbose -Debug
            Compare-MtlsKeyPair s.key s.crt -Password $secret -Verbose -Debug
            Compare-MtlsKeyPair s.key s.crt -Password (Get-Secret "$word-wrong") -Verbose -Debug
            $server = Start-MtlsServer s.crt -Password $secret -ClientCa ./ca -Verbose -Debug
            Test-MtlsConnection $server -Certificate x.crt -Password $secret -TrustedCa ./ca -Verbose -Debug
            Invoke-MtlsRequest $server -Certificate x.crt -Password $secret -TrustedCa ./ca -Verbose -Debug
            Test-MtlsEndpoint $server -Certificate x.crt -Password $secret -TrustedCa ./ca -Ca ./ca -CaPassword $secret -Verbose -Debug
            $server | Stop-MtlsServer -Verbose -Debug
        } *>&1
        ($everything | Out-String -Width 500) | Should -Not -Match $word
        ($everything | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Format-List * -Force | Out-String -Width 500) | Should -Not -Match $word
        Get-EveryFile . | Should -Not -Match $word
        (Get-ChildItem -Recurse -File -Force | ForEach-Object { [IO.File]::ReadAllText($_.FullName) }) -join '' | Should -Not -Match $word
        Pop-Location
    }
}
