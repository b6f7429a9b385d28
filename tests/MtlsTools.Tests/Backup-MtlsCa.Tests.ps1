BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $null = New-MtlsCertificate $ca alice -Profile Client
    $password = Get-Secret
}

AfterAll { Pop-Location }

Describe 'Backup-MtlsCa and Restore-MtlsCa' {
    Context 'binding' {
        It 'takes the CA by object, path and pipeline, and the password as a secret alone' {
            (Backup-MtlsCa $ca 'one [1].backup' -Password $password).Name | Should -Be 'The CA'
            (Backup-MtlsCa ./ca two.backup -Password $password).Name | Should -Be 'The CA'
            ($ca | Backup-MtlsCa -OutFile three.backup -Password $password).Name | Should -Be 'The CA'
            { Backup-MtlsCa $ca four.backup -Password 'text' } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,MtlsTools.Commands.BackupMtlsCaCommand'
        }
    }

    Context 'behaviour' {
        It 'gives back a CA that goes on, and warns of what came after the backup' {
            $backup = Backup-MtlsCa $ca 'full [x].backup' -Password $password
            Get-TableHeader $backup | Should -Be 'Name CreatedAt (UTC) Issued Files Path'
            $seen = Restore-MtlsCa 'full [x].backup' -VerifyOnly -Password $password
            $seen | Should -Be $backup
            $back = Restore-MtlsCa $backup.Path back -Password $password -WarningVariable told -WarningAction SilentlyContinue
            "$told" | Should -BeLike '*issued or revoked after the backup was made*'
            (New-MtlsCertificate $back bob -Profile Client).Name | Should -Be 'bob'
            (Get-MtlsCa back -Issued).Name | Should -Be alice, bob
            Get-MtlsAudit back -Quiet | Should -BeTrue
        }

        It 'keeps an encrypted key encrypted' {
            $safe = New-MtlsCa safe 'Safe' -Password (Get-Secret other)
            $null = Backup-MtlsCa ./safe safe.backup -Password $password
            $back = Restore-MtlsCa safe.backup safe2 -Password $password -WarningAction SilentlyContinue
            (Get-OnlyError { New-MtlsCertificate $back carol -Profile Client }).FullyQualifiedErrorId | Should -BeLike 'PasswordRequired,*'
            (New-MtlsCertificate $back carol -Profile Client -CaPassword (Get-Secret other)).Name | Should -Be 'carol'
        }

        It 'binds the backup''s own object' {
            Backup-MtlsCa $ca piped.backup -Password $password | Restore-MtlsCa -VerifyOnly -Password $password | Should -Not -BeNullOrEmpty
        }
    }

    Context 'errors' {
        BeforeAll { $null = Backup-MtlsCa $ca good.backup -Password $password }

        It '<Id>: <Why>' -ForEach @(
            @{ Why = 'the password is wrong'; File = 'good.backup'; Secret = 'wrong'; Id = 'PasswordWrong'; Category = 'AuthenticationError'; Ending = 'Give the one it was made with: nobody can open it without.' }
            @{ Why = 'the file is another'; File = 'ca/ca.crt'; Secret = 'correct horse'; Id = 'ContentNotRecognized'; Category = 'InvalidData'; Ending = 'Name a file that Backup-MtlsCa made.' }
            @{ Why = 'the file is missing'; File = 'none.backup'; Secret = 'correct horse'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
        ) {
            Assert-MtlsError (Get-OnlyError { Restore-MtlsCa $File new -Password (Get-Secret $Secret) }) $Id RestoreMtlsCa $Category $File $Ending
            Test-Path new | Should -BeFalse
        }

        It 'FileExists: the folder, and the file, are there' {
            Assert-MtlsError (Get-OnlyError { Restore-MtlsCa good.backup ca -Password $password }) FileExists RestoreMtlsCa ResourceExists ca 'or use -Force (in code: Overwrite) to move the old one aside and start anew.'
            Assert-MtlsError (Get-OnlyError { Backup-MtlsCa ./ca good.backup -Password $password }) FileExists BackupMtlsCa ResourceExists good.backup 'or choose another name.'
        }
    }

    Context '-WhatIf' {
        It 'writes nothing' {
            $null = Backup-MtlsCa $ca if.backup -Password $password
            $before = Get-Snapshot
            Get-WhatIfText { Backup-MtlsCa $ca else.backup -Password $password -WhatIf } | Should -BeLike "*Write an encrypted backup of the CA 'The CA'*"
            Get-WhatIfText { Restore-MtlsCa if.backup else -Password $password -WhatIf } | Should -BeLike '*Make a CA folder from the backup*'
            Get-Snapshot | Should -Be $before
        }
    }
}
