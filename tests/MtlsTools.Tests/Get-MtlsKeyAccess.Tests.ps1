BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $path = (New-MtlsKey 'server [1].key').Path
}

AfterAll { Pop-Location }

Describe 'Get-MtlsKeyAccess' {
    Context 'binding' {
        It 'takes files from the pipeline, and encrypted keys without their password' {
            $null = New-MtlsKey locked.key -Password (Get-Secret)
            (Get-ChildItem *.key | Get-MtlsKeyAccess | Where-Object Kind -EQ User).Path | Split-Path -Leaf | Sort-Object -Unique | Should -Be 'locked.key', 'server [1].key'
        }

        It 'takes a PFX' {
            $null = New-MtlsCertificate (New-MtlsCa ca 'The CA') x -Profile Client | Export-MtlsCertificate -Format Pfx -OutFile x.pfx -Password (Get-Secret)
            (Get-MtlsKeyAccess x.pfx).Path | Select-Object -First 1 | Should -Be (Join-Path $folder x.pfx)
        }
    }

    Context 'behaviour' {
        It 'shows a fresh key as its owner''s alone' {
            $rows = @(Get-MtlsKeyAccess $path)
            $rows.Count | Should -Be 1
            $rows[0].IsOwner | Should -BeTrue
            $rows[0].Right | Should -Be 'FullControl'
            $rows[0].IsTooWide | Should -BeFalse
            if (-not $IsWindows) { $rows[0].Account | Should -Be (id -un) }
        }

        It 'flags what is open too wide' -Skip:$IsWindows {
            $null = New-MtlsKey wide.key
            chmod 664 wide.key
            $rows = Get-MtlsKeyAccess wide.key
            $rows.Kind | Should -Be 'User', 'Group', 'Everyone'
            $rows.Right | Should -Be 'FullControl', 'Write', 'Read'
            $rows.IsTooWide | Should -Be $false, $true, $true
            ($rows | Format-Table | Out-String -Width 300) | Should -Match 'Read \(too wide\)'
        }

        It 'has a table with what one looks for first' {
            Get-TableHeader (Get-MtlsKeyAccess $path) | Should -Be 'Account Kind Right Source Path'
        }
    }

    Context 'errors' {
        It '<Id>, for <Key>; the next one is shown' -ForEach @(
            @{ Id = 'FileNotFound'; Key = 'missing.key'; Category = 'ObjectNotFound'; Target = 'missing.key'; Ending = 'Check the path.' }
            @{ Id = 'PathNotFileSystem'; Key = 'Env:/PATH'; Category = 'InvalidArgument'; Target = 'Env:/PATH'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'StoreItemNotFound'; Key = '0000000000000000000000000000000000000000'; Category = 'ObjectNotFound'; Target = '0000000000000000000000000000000000000000'; Ending = 'lists what is there.' }
        ) {
            $output = $null
            Assert-MtlsError (Get-OnlyError { $Key, $path | Get-MtlsKeyAccess } ([ref] $output)) $Id GetMtlsKeyAccess $Category $Target $Ending
            $output[0].Path | Should -Be $path
        }
    }

    Context 'stop' {
        It 'reads no further than the pipeline wants' {
            { $path, 'missing.key' | Get-MtlsKeyAccess -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
