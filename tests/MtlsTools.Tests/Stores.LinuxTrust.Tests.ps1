BeforeDiscovery {
    . $PSScriptRoot/TestHelpers.ps1
    $hasTool = $IsLinux -and (Get-Command update-ca-certificates -ErrorAction Ignore)
    if (-not $hasTool) { Write-Warning 'SKIPPED: Stores.LinuxTrust, because there is no update-ca-certificates here (package ca-certificates).' }
    $canBeNobody = $hasTool -and (id -u) -eq 0 -and (Get-Command setpriv -ErrorAction Ignore)
}

# On throw-away systems in a folder; what this machine trusts is never touched.
Describe 'LinuxTrust' -Skip:(-not $hasTool) {
    BeforeAll {
        . $PSScriptRoot/TestHelpers.ps1
        $null = Enter-TestFolder
        $ca = New-MtlsCa ca 'Trust Root'
        $below = $ca | New-MtlsCa below 'Trust Below'
        $null = New-MtlsCertificate $below localhost -Profile Server -OutFile 'server [1].crt'
        [IO.File]::WriteAllText("$PWD/whole.pem", [IO.File]::ReadAllText("$PWD/server [1].crt") + [IO.File]::ReadAllText("$PWD/ca/ca.crt"))
        $null = New-MtlsCa distribution 'Of the distribution'

        function New-System([string] $Name) {
            foreach ($folder in 'usr/local/share/ca-certificates', 'usr/share/ca-certificates', 'etc/ssl/certs') {
                $null = [IO.Directory]::CreateDirectory("$PWD/$Name/$folder")
            }
            [IO.File]::Copy("$PWD/distribution/ca.crt", "$PWD/$Name/usr/share/ca-certificates/supplied.crt", $true)
            [IO.File]::WriteAllText("$PWD/$Name/etc/ca-certificates.conf", "supplied.crt`n")
            @{ Target = 'LinuxTrust'; StorePath = "$PWD/$Name" }
        }

        function Get-Trusted([hashtable] $System) { @(Get-MtlsCertificate -LiteralPath "$($System.StorePath)/etc/ssl/certs/ca-certificates.crt").Name }
    }

    AfterAll { Pop-Location }

    Context 'binding' {
        It 'takes the root that comes along with a certificate, a CA and a folder, and finds what is there' {
            $system = New-System 'bind [1] a'
            $item = Import-MtlsToStore whole.pem @system -Confirm:$false
            $item.Name | Should -Be 'Trust Root'
            $item.StoreName | Should -Be 'Root'
            ($ca | Import-MtlsToStore @system -Confirm:$false).AlreadyThere | Should -BeTrue
            (Import-MtlsToStore ./ca @system -Confirm:$false).AlreadyThere | Should -BeTrue
            Get-MtlsStoreItem @system | Should -HaveCount 1
            (Get-MtlsStoreItem 'Trust*' @system).Thumbprint | Should -Be $item.Thumbprint
            (Get-MtlsStoreItem @system).Alias | Should -BeLike "*/mtlstools-Trust_Root-$($item.Thumbprint.Substring(0, 8).ToLower()).crt"
        }
    }

    Context 'behaviour' {
        It 'is trusted from the import to the removal' {
            $system = New-System trusted
            $item = Import-MtlsToStore whole.pem @system -Confirm:$false
            Get-Trusted $system | Should -Be 'Of the distribution', 'Trust Root'
            openssl verify -no-CApath -CAfile "$($system.StorePath)/etc/ssl/certs/ca-certificates.crt" -untrusted below/ca.crt 'server [1].crt' | Should -BeLike '*OK'
            $item | Remove-MtlsStoreItem -Confirm:$false
            Get-Trusted $system | Should -Be 'Of the distribution'
            openssl verify -no-CApath -CAfile "$($system.StorePath)/etc/ssl/certs/ca-certificates.crt" -untrusted below/ca.crt 'server [1].crt' 2>&1 | Out-String | Should -BeLike '*error 2*'
            Get-ChildItem -LiteralPath "$($system.StorePath)/usr/local/share/ca-certificates" | Should -BeNullOrEmpty
            Get-MtlsStoreItem @system | Should -BeNullOrEmpty
        }

        It 'removes by thumbprint' {
            $system = New-System thumbprint
            $item = Import-MtlsToStore ./ca @system -Confirm:$false
            Remove-MtlsStoreItem $item.Thumbprint @system -Confirm:$false
            Get-Trusted $system | Should -Be 'Of the distribution'
        }

        It 'names the file by -FriendlyName' {
            $system = New-System friendly
            $file = (Import-MtlsToStore ./ca @system -FriendlyName '../../etc/passwd' -Confirm:$false).Alias
            Split-Path $file | Should -Be "$($system.StorePath)/usr/local/share/ca-certificates"
            Split-Path $file -Leaf | Should -Match '^mtlstools-[._]*etc_passwd-[0-9a-f]{8}\.crt$'
        }

        It 'holds with <umask> as umask for everybody' -ForEach @{ umask = '077' } {
            $system = New-System umask
            $script = "Import-Module '$((Get-Module MtlsTools).Path)'; `$null = Import-MtlsToStore ./ca -Target LinuxTrust -StorePath '$($system.StorePath)' -Confirm:`$false"
            sh -c 'umask 077; exec pwsh -NoProfile -NonInteractive -Command "$0"' $script
            (Get-ChildItem -LiteralPath "$($system.StorePath)/usr/local/share/ca-certificates").UnixMode | Should -Be '-rw-r--r--'
        }
    }

    Context 'errors' {
        It 'wants a root, and goes on with the next record' {
            $system = New-System rootless
            $output = $null
            $errorRecord = Get-OnlyError { 'server [1].crt', './ca' | Import-MtlsToStore @system -SkipChain -Confirm:$false } ([ref] $output)
            Assert-MtlsError $errorRecord NotSelfSigned ImportMtlsToStore SecurityError 'server [1].crt' 'or a file that holds the chain up to it.'
            $output.Name | Should -Be 'Trust Root'
        }

        It 'ends where there is no such system' {
            $errorRecord = Get-OnlyError { './ca' | Import-MtlsToStore -Target LinuxTrust -StorePath ./below -Confirm:$false }
            $errorRecord.FullyQualifiedErrorId | Should -Be 'PlatformNotSupported,MtlsTools.Commands.ImportMtlsToStoreCommand'
            $errorRecord.CategoryInfo.Category | Should -Be 'NotImplemented'
            $errorRecord = Get-OnlyError { Get-MtlsStoreItem -Target LinuxTrust -StorePath ./nowhere }
            $errorRecord.FullyQualifiedErrorId | Should -Be 'FileNotFound,MtlsTools.Commands.GetMtlsStoreItemCommand'
        }

        It 'refuses <Parameters.Keys>, which mean nothing there' -ForEach @(
            @{ Parameters = @{ StoreName = 'My' } }
            @{ Parameters = @{ Exportable = $true } }
            @{ Parameters = @{ Application = 'curl' } }
        ) {
            $system = New-System unused
            (Get-OnlyError { Import-MtlsToStore ./ca @system @Parameters -Confirm:$false }).FullyQualifiedErrorId | Should -Be 'StoreOptionNotUsed,MtlsTools.Commands.ImportMtlsToStoreCommand'
        }

        It 'wants root for this system, and touches nothing' -Skip:(-not $canBeNobody) {
            $before = Get-ChildItem -Recurse -LiteralPath /usr/local/share/ca-certificates, /etc/ssl/certs | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" }
            $home2 = New-Item -ItemType Directory -Path "/tmp/mtls-nobody-$([guid]::NewGuid().ToString('N'))"
            try {
                Copy-Item -LiteralPath (Get-Module MtlsTools).ModuleBase -Destination "$home2/MtlsTools" -Recurse
                Copy-Item -LiteralPath ca/ca.crt -Destination "$home2/ca.crt"
                chmod -R a+rwX $home2.FullName
                $script = "Import-Module $home2/MtlsTools/MtlsTools.psd1; try { Import-MtlsToStore $home2/ca.crt -Target LinuxTrust -Confirm:`$false -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.CategoryInfo.Category; `$_.Exception.Message }; @(Get-MtlsStoreItem -Target LinuxTrust).GetType().Name"
                $said = setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$($home2.FullName) pwsh -NoProfile -NonInteractive -Command $script
                $said[0..1] | Should -Be 'ElevationRequired,MtlsTools.Commands.ImportMtlsToStoreCommand', 'PermissionDenied'
                $said[2] | Should -BeLike '*Nothing was touched.*sudo pwsh*'
                $said[3] | Should -Be 'Object`[`]'.Replace('`', '')
            }
            finally { Remove-Item -LiteralPath $home2 -Recurse -Force }
            Get-ChildItem -Recurse -LiteralPath /usr/local/share/ca-certificates, /etc/ssl/certs | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" } | Should -Be $before
        }
    }

    Context '-WhatIf' {
        It 'shows the plan with its command and writes nothing' {
            $system = New-System whatif
            Push-Location -LiteralPath $system.StorePath
            $before = Get-Snapshot
            Pop-Location
            $text = Get-WhatIfText { Import-MtlsToStore whole.pem @system -WhatIf }
            $text | Should -BeLike '*Trust the CA from now on*update-ca-certificates --certsconf*--localcertsdir*--hooksdir*'
            Push-Location -LiteralPath $system.StorePath
            Get-Snapshot | Should -Be $before
            Pop-Location
        }
    }
}
