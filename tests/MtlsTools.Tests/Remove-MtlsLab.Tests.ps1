BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
}

AfterAll { Get-MtlsServer | Stop-MtlsServer; Pop-Location }

Describe 'Remove-MtlsLab' {
    Context 'binding' {
        It 'takes labs by position and pipeline, and folders by -Path, -LiteralPath, a file object and a wildcard' {
            $labs = 1..6 | ForEach-Object { New-MtlsLab -OutDirectory "lab [$_]" }
            Remove-MtlsLab $labs[0]
            $labs[1] | Remove-MtlsLab
            Remove-MtlsLab -LiteralPath 'lab [3]'
            Get-Item -LiteralPath 'lab [4]' | Remove-MtlsLab
            Remove-MtlsLab -Path 'lab ?5?'
            Remove-MtlsLab $labs[5].Path.Replace('[', '`[').Replace(']', '`]')
            Get-ChildItem -Filter 'lab *' | Should -BeNullOrEmpty
        }
    }

    Context 'behaviour' {
        It 'stops the servers, by the object and by the folder' {
            $one, $two = 1..2 | ForEach-Object { New-MtlsLab -OutDirectory "stop $_" -StartServer }
            $one | Remove-MtlsLab
            Remove-MtlsLab -LiteralPath 'stop 2'
            @($one.Servers) + @($two.Servers) | ForEach-Object IsRunning | Should -Be $false, $false, $false, $false
            Get-MtlsServer | Should -BeNullOrEmpty
            'stop 1', 'stop 2' | Should -Not -Exist
        }

        It 'leaves the servers of others running' {
            $ca = New-MtlsCa 'keep-ca' CA
            $other = New-MtlsCertificate $ca localhost -Profile Server -OutFile keep.crt | Start-MtlsServer -ClientCa $ca
            New-MtlsLab -OutDirectory keep -StartServer | Remove-MtlsLab
            $other.IsRunning | Should -BeTrue
            $other | Stop-MtlsServer
        }

        It 'leaves what others put there, and says so' {
            $lab = New-MtlsLab -OutDirectory mixed
            [IO.File]::WriteAllText((Join-Path $lab.Path notes.txt), 'mine')
            $warning = $lab | Remove-MtlsLab 3>&1
            "$warning" | Should -BeLike '*notes.txt*'
            Get-EveryFile ./mixed | Should -Be 'notes.txt'
        }

        It 'does no harm twice' {
            $lab = New-MtlsLab -OutDirectory twice
            $lab, $lab | Remove-MtlsLab -ErrorAction Stop
            './twice' | Should -Not -Exist
        }
    }

    Context 'errors' {
        It 'a folder that is no lab; the next one goes, and the folder is untouched' {
            $null = New-Item -ItemType File ./mine/file -Force
            $lab = New-MtlsLab -OutDirectory next
            Assert-MtlsError (Get-OnlyError { Remove-MtlsLab -LiteralPath mine, next }) NotALab RemoveMtlsLab ObjectNotFound mine 'Name the folder of a lab.'
            './mine/file' | Should -Exist
            './next' | Should -Not -Exist
        }

        It 'a folder whose marker was changed' {
            $lab = New-MtlsLab -OutDirectory changed
            [IO.File]::AppendAllText((Join-Path $lab.Path .mtls-lab), "..`n")
            Assert-MtlsError (Get-OnlyError { $lab | Remove-MtlsLab }) NotALab RemoveMtlsLab ObjectNotFound changed 'Delete the folder by hand when you are sure.'
            Test-Path -LiteralPath $lab.ClientCertificate.Path | Should -BeTrue
            Remove-Item -LiteralPath ./changed -Recurse -Force
        }

        It '<Id>, for <Place>' -ForEach @(
            @{ Id = 'NotALab'; Place = 'missing'; Category = 'ObjectNotFound'; Ending = 'Name the folder of a lab.' }
            @{ Id = 'PathNotFileSystem'; Place = 'Env:/X'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            Assert-MtlsError (Get-OnlyError { Remove-MtlsLab -LiteralPath $Place }) $Id RemoveMtlsLab $Category $Place $Ending
        }

        It 'a pattern that matches nothing' {
            Assert-MtlsError (Get-OnlyError { Remove-MtlsLab -Path 'none*' }) PathNotMatched RemoveMtlsLab ObjectNotFound 'none*' 'names with [ ] need -LiteralPath.'
        }
    }

    Context '-WhatIf' {
        It 'deletes nothing and stops nothing' {
            $lab = New-MtlsLab -OutDirectory whatif -StartServer
            $before = Get-Snapshot
            $lab | Remove-MtlsLab -WhatIf
            Remove-MtlsLab -LiteralPath whatif -WhatIf
            Get-Snapshot | Should -Be $before
            $lab.Server.IsRunning | Should -BeTrue
            Get-WhatIfText { $lab | Remove-MtlsLab -WhatIf } | Should -Match "Stop the lab's servers and delete what the lab made.*$([regex]::Escape($lab.Path))"
            $lab | Remove-MtlsLab
        }
    }
}
