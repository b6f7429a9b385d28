BeforeDiscovery { $asOthers = $IsLinux -and [Environment]::IsPrivilegedProcess }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    function New-TestKey([string] $Name = 'server [1].key') { (New-MtlsKey $Name -Force).Path }
    function Get-Mode([string] $Path) { (Get-Item -LiteralPath $Path).UnixMode }
}

AfterAll { Pop-Location }

Describe 'Revoke-MtlsKeyAccess' {
    Context 'binding' -Skip:(-not $asOthers) {
        It 'takes the rows of Get-MtlsKeyAccess' {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path www-data, nobody
            chmod o+r $path
            Get-MtlsKeyAccess $path | Where-Object IsTooWide | Revoke-MtlsKeyAccess
            (Get-MtlsKeyAccess $path).Account | Should -Be 'root', 'www-data', 'nobody'
            Get-MtlsKeyAccess $path | Where-Object Account -EQ www-data | Revoke-MtlsKeyAccess
            (Get-MtlsKeyAccess $path).Account | Should -Be 'root', 'nobody'
        }
    }

    Context 'behaviour' -Skip:(-not $asOthers) {
        It 'leaves the others what they have' {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path www-data, nobody
            (Revoke-MtlsKeyAccess $path www-data -PassThru).Account | Should -Be 'root', 'nobody'
            (Revoke-MtlsKeyAccess $path nobody -PassThru).Account | Should -Be 'root'
            Get-Mode $path | Should -Be '-rw-------'
        }

        It '-All leaves the key to its owner alone, the group of the file included' {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path www-data, nobody
            chmod o+r $path
            Revoke-MtlsKeyAccess $path -All
            Get-Mode $path | Should -Be '-rw-------'
            (Get-Item -LiteralPath $path).Group | Should -Be 'root'
        }

        It 'warns when the account can read the key all the same' {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path group:nogroup
            Revoke-MtlsKeyAccess $path nobody -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -Be "the user 'nobody' can read '$path' all the same: as a member of the group nogroup. Revoke that, or remove it from the group."
        }
    }

    Context 'errors' -Skip:(-not $asOthers) {
        It '<Id>, for the account <Account>; the next account goes on' -ForEach @(
            @{ Id = 'AccountUnknown'; Account = 'no such account'; Category = 'ObjectNotFound'; Target = 'no such account'; Ending = 'and correct the name.' }
            @{ Id = 'KeyAccessNotPossible'; Account = 'user:root'; Category = 'ResourceUnavailable'; Ending = 'or remove the key.' }
        ) {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path www-data
            $output = $null
            $failure = Get-OnlyError { Revoke-MtlsKeyAccess $path $Account, www-data -PassThru } ([ref] $output)
            Assert-MtlsError $failure $Id RevokeMtlsKeyAccess $Category ($Target ?? $path) $Ending
            $output.Account | Should -Be 'root'
        }

        It 'a file that is not there; the next one goes on' {
            $path = New-TestKey
            $output = $null
            Assert-MtlsError (Get-OnlyError { 'missing.key', $path | Revoke-MtlsKeyAccess -All -PassThru } ([ref] $output)) FileNotFound RevokeMtlsKeyAccess ObjectNotFound missing.key 'Check the path.'
            $output.Path | Should -Be $path
        }
    }

    Context '-WhatIf' -Skip:(-not $asOthers) {
        It 'tells how, and changes nothing' {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path www-data
            Get-WhatIfText { Revoke-MtlsKeyAccess $path -All -WhatIf } | Should -BeLike "*Take it from everybody but the owner (group root, mode 600)*server ``[1``].key*"
            Get-Mode $path | Should -Be '-rw-r-----'
        }
    }

    Context 'stop' {
        It 'does no more than the pipeline wants' {
            $path = New-TestKey
            { $path, 'missing.key' | Revoke-MtlsKeyAccess -All -PassThru -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
