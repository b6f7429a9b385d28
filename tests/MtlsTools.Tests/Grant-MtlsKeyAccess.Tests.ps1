BeforeDiscovery {
    # Only root can act as somebody else, to see whether the key can be read.
    $asOthers = $IsLinux -and [Environment]::IsPrivilegedProcess
}

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'

    # A fresh key for each test.
    function New-TestKey([string] $Name = 'server [1].key') { (New-MtlsKey $Name -Force).Path }

    # Whether a user of this machine can read a file.
    function Test-Read([string] $User, [string] $Path) {
        $said = setpriv --reuid $User --regid ($User -eq 'nobody' ? 'nogroup' : $User) --init-groups cat $Path 2>&1
        $LASTEXITCODE -eq 0 -and "$said" -match 'PRIVATE KEY'
    }
}

AfterAll { Pop-Location }

Describe 'Grant-MtlsKeyAccess' {
    Context 'binding' -Skip:(-not $asOthers) {
        It 'takes <What>' -ForEach @(
            @{ What = 'a path'; Given = { 'bound [1].key' } }
            @{ What = 'the certificate file beside the key'; Given = { 'bound [1].crt' } }
            @{ What = 'an item'; Given = { Get-Item -LiteralPath 'bound [1].key' } }
            @{ What = 'a key'; Given = { Get-MtlsKey -LiteralPath 'bound [1].key' } }
            @{ What = 'a certificate'; Given = { Get-MtlsCertificate -LiteralPath 'bound [1].crt' } }
            @{ What = 'a permission'; Given = { Get-MtlsKeyAccess 'bound [1].key' } }
        ) {
            $null = New-MtlsCertificate $ca bound -Profile Client -OutFile 'bound [1].crt' -Force
            $rows = & $Given | Grant-MtlsKeyAccess -Account www-data -PassThru
            $rows.Account | Should -Be 'root', 'www-data'
            $rows[1].Path | Should -Be (Join-Path $folder 'bound [1].key')
        }

        It 'takes columns of a table' {
            $path = New-TestKey
            [pscustomobject]@{ Account = 'www-data' } | ForEach-Object { $_ | Grant-MtlsKeyAccess -Key $path -PassThru } | Select-Object -Last 1 -ExpandProperty Account | Should -Be 'www-data'
        }
    }

    Context 'behaviour' -Skip:(-not $asOthers) {
        It 'lets the service read the key, and nobody else' {
            $path = New-TestKey
            Test-Read www-data $path | Should -BeFalse
            Grant-MtlsKeyAccess $path www-data | Should -BeNullOrEmpty
            Test-Read www-data $path | Should -BeTrue
            Test-Read nobody $path | Should -BeFalse
            (Get-Item -LiteralPath $path).UnixMode | Should -Be '-rw-r-----'
        }

        It 'gives several accounts the key, and none of them takes it from another' {
            $path = New-TestKey
            $rows = Grant-MtlsKeyAccess $path www-data, nobody -PassThru
            $rows.Kind | Should -Be 'User', 'Group', 'User'
            Test-Read www-data $path | Should -BeTrue
            Test-Read nobody $path | Should -BeTrue
        }

        It 'changes nothing the second time, and says so' {
            $path = New-TestKey
            Grant-MtlsKeyAccess $path www-data
            $verbose = Grant-MtlsKeyAccess $path www-data -Verbose 4>&1
            "$verbose" | Should -Be "${path}: Leave the permissions as they are: 'www-data' may read it already."
        }

        It 'warns of a folder on the way that the account can not enter' {
            $null = New-Item -ItemType Directory 'closed [1]'
            chmod 700 'closed [1]'
            $path = New-TestKey 'closed [1]/server.key'
            Grant-MtlsKeyAccess $path www-data -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike "*can not enter the folder '*closed ``[1``]', and so not reach the key. Let it pass: chmod o+x '*"
            Test-Read www-data $path | Should -BeFalse
            chmod o+x 'closed [1]'
            Test-Read www-data $path | Should -BeTrue
        }

        It 'works for an owner who is not root, through the access list' {
            $null = New-Item -ItemType Directory 'of nobody'
            $path = New-TestKey 'of nobody/own.key'
            chown -R nobody 'of nobody'
            $foreign = New-TestKey
            chmod 644 $foreign
            $module = Split-Path (Get-Module MtlsTools).Path
            $script = "`$ErrorActionPreference = 'Continue'; Import-Module '$module/MtlsTools.psd1'; Grant-MtlsKeyAccess '$path' group:www-data; Revoke-MtlsKeyAccess '$foreign' -All 2>&1 | ForEach-Object FullyQualifiedErrorId"
            $said = setpriv --reuid nobody --regid nogroup --init-groups env "HOME=$folder/of nobody" (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script 2>&1
            "$said" | Should -Be 'KeyAccessDenied,MtlsTools.Commands.RevokeMtlsKeyAccessCommand'
            Test-Read www-data $path | Should -BeTrue
            (Get-MtlsKeyAccess $path).ForEach({ "$($_.Account) $($_.Kind)" }) | Should -Be 'nobody User', 'www-data Group'
        }
    }

    Context 'Windows' -Skip:(-not $IsWindows) {
        It 'gives a key file to a service, and takes it back' {
            $path = New-TestKey
            $rows = Grant-MtlsKeyAccess $path 'NETWORK SERVICE' -PassThru
            $sid = [System.Security.Principal.SecurityIdentifier]::new('S-1-5-20')
            $rules = (Get-Item -LiteralPath $path).GetAccessControl().GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier])
            ($rules | Where-Object IdentityReference -EQ $sid).FileSystemRights.ToString() | Should -Be 'Read, Synchronize'
            $rows.Right | Should -Contain 'Read'
            @(Revoke-MtlsKeyAccess $path -All -PassThru | Where-Object { -not $_.IsOwner }).Count | Should -Be 0
        }

        It 'gives a key of the key storage to a service: <Kind>' -ForEach @(
            @{ Kind = 'CNG, the user''s'; Parameters = @{ Provider = 'Microsoft Software Key Storage Provider'; CertStoreLocation = 'Cert:\CurrentUser\My' } }
            @{ Kind = 'CSP, the user''s'; Parameters = @{ Provider = 'Microsoft Enhanced RSA and AES Cryptographic Provider'; KeyAlgorithm = 'RSA'; CertStoreLocation = 'Cert:\CurrentUser\My' } }
        ) {
            $made = New-SelfSignedCertificate -Subject "CN=MtlsTools $(New-Guid)" -KeyExportPolicy NonExportable @Parameters
            $made = Get-Item "Cert:\CurrentUser\My\$($made.Thumbprint)"
            try {
                $rows = Grant-MtlsKeyAccess $made 'LOCAL SERVICE' -PassThru
                $rows[0].Path | Should -BeLike '*\Microsoft\Crypto\*'
                $rows[0].Path | Should -Exist
                @($rows | Where-Object { -not $_.IsOwner }).Right | Should -Be 'Read'
                @(Revoke-MtlsKeyAccess $made 'S-1-5-19' -PassThru | Where-Object { -not $_.IsOwner }).Count | Should -Be 0
            }
            finally { Remove-Item -LiteralPath "Cert:\CurrentUser\My\$($made.Thumbprint)" -DeleteKey }
        }
    }

    Context 'errors' {
        It '<Id>, for <Because>; nothing is changed and the next one goes on' -ForEach @(
            @{ Id = 'FileNotFound'; Because = 'no such file'; Key = 'missing.key'; Account = 'user:nobody'; Category = 'ObjectNotFound'; Target = 'missing.key'; Ending = 'Check the path.' }
            @{ Id = 'FileNotReadable'; Because = 'a folder'; Key = 'ca'; Account = 'user:nobody'; Category = 'PermissionDenied'; Target = 'ca'; Ending = 'Name a file in it.' }
            @{ Id = 'WrongContent'; Because = 'a file without a key'; Key = 'request.csr'; Account = 'user:nobody'; Category = 'InvalidData'; Target = 'request.csr'; Ending = 'Name the key file.' }
            @{ Id = 'KeyRequired'; Because = 'a certificate without its key'; Key = 'alone.crt'; Account = 'user:nobody'; Category = 'ObjectNotFound'; Target = 'alone.crt'; Ending = 'Name the key file.' }
            @{ Id = 'PathNotFileSystem'; Because = 'another provider'; Key = 'Env:/PATH'; Account = 'user:nobody'; Category = 'InvalidArgument'; Target = 'Env:/PATH'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $null = New-MtlsCsr alone -OutFile request.csr -Force
            $null = Approve-MtlsCsr $ca request.csr -Profile Client -OutFile alone.crt -Force
            $next = New-TestKey
            $output = $null
            $failure = Get-OnlyError { $Key, $next | Grant-MtlsKeyAccess -Account ($IsWindows ? [Environment]::UserName : "user:$(id -un)") -PassThru } ([ref] $output)
            Assert-MtlsError $failure $Id GrantMtlsKeyAccess $Category $Target $Ending
            $output[0].Path | Should -Be $next
        }

        It '<Id>, for the account <Account>; nothing is changed and the next account goes on' -Skip:(-not $asOthers) -ForEach @(
            @{ Id = 'AccountUnknown'; Account = 'no such account'; Category = 'ObjectNotFound'; Ending = 'and correct the name.' }
            @{ Id = 'KeyAccessTooWide'; Account = 'Everyone'; Category = 'SecurityError'; Ending = 'Name the account of the service that needs it.' }
        ) {
            $path = New-TestKey
            $output = $null
            $failure = Get-OnlyError { Grant-MtlsKeyAccess $path $Account, www-data -PassThru } ([ref] $output)
            Assert-MtlsError $failure $Id GrantMtlsKeyAccess $Category $Account $Ending
            $output.Account | Should -Be 'root', 'www-data'
        }

        It 'FullControl is for Windows' -Skip:$IsWindows {
            $path = New-TestKey
            Assert-MtlsError (Get-OnlyError { Grant-MtlsKeyAccess $path user:nobody -Right FullControl }) PlatformNotSupported GrantMtlsKeyAccess NotImplemented $path "chown user:nobody '$path'"
        }

        It 'an item of a store means the key in the store, not the file that it came from' -Skip:$IsWindows {
            $certificate = New-MtlsCertificate $ca stored -Profile Client -OutFile stored.crt -Force
            $item = [MtlsTools.Stores.StoreItem]::new('DotNetStore', 'My', $certificate, $true)
            Assert-MtlsError (Get-OnlyError { $item | Grant-MtlsKeyAccess -Account nobody }) StoreItemNotFound GrantMtlsKeyAccess ObjectNotFound "$item" 'lists what is there.'
            (Get-Item -LiteralPath stored.key).UnixMode | Should -Be '-rw-------'
            $item = [MtlsTools.Stores.StoreItem]::new('Java', 'My', $certificate, $true)
            Assert-MtlsError (Get-OnlyError { $item | Grant-MtlsKeyAccess -Account nobody }) KeyPlaceUnknown GrantMtlsKeyAccess ObjectNotFound "$item" 'to see who may open it.'
        }

        It 'a key in memory lies nowhere' {
            Assert-MtlsError (Get-OnlyError { New-MtlsKey | Grant-MtlsKeyAccess -Account nobody }) KeyPlaceUnknown GrantMtlsKeyAccess ObjectNotFound '(in memory) (ECDSA P-256)' 'and name that.'
        }
    }

    Context '-WhatIf' -Skip:(-not $asOthers) {
        It 'tells how, and changes nothing' {
            $path = New-TestKey
            Get-WhatIfText { Grant-MtlsKeyAccess $path www-data -PassThru -WhatIf } | Should -BeLike "*Let the group 'www-data' read it (group www-data, mode 640)*server ``[1``].key*"
            (Get-Item -LiteralPath $path).UnixMode | Should -Be '-rw-------'
        }
    }

    Context 'stop' {
        It 'does no more than the pipeline wants' {
            $path = New-TestKey
            { $path, 'missing.key' | Grant-MtlsKeyAccess -Account ($IsWindows ? [Environment]::UserName : "user:$(id -un)") -PassThru -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
