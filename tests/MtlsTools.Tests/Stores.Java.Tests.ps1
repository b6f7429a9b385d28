BeforeDiscovery { $missing = -not (Get-Command keytool -ErrorAction Ignore) }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'Java Root'
    $below = $ca | New-MtlsCa below 'Java Below'
    $null = New-MtlsCertificate $below bob -Profile Client -OutFile 'bob [1].crt'
    $null = New-MtlsCertificate $below carol -Profile Client -OutFile carol.crt
    Copy-Item carol.crt keyless.crt
}

AfterAll { Pop-Location }

Describe 'Import-MtlsToStore -Target Java' -Skip:$missing {
    BeforeEach {
        $file = "store [$([guid]::NewGuid().ToString('N').Substring(0, 8))].p12"
        $store = @{ Target = 'Java'; StorePath = $file; StorePassword = Get-Secret }
    }

    Context 'behaviour' {
        It 'makes a keystore, finds what is in it, and removes what was imported' {
            $item = Import-MtlsToStore 'bob [1].crt' @store -FriendlyName 'My Service' -Confirm:$false
            $item.Alias, "$($item.StoreName)", $item.StorePath | Should -Be 'my service', 'My', "$folder/$file"
            $trusted = $ca | Import-MtlsToStore @store -Confirm:$false
            "$($trusted.StoreName)" | Should -Be 'Root'
            (Get-MtlsStoreItem @store).Alias | Sort-Object | Should -Be 'java root', 'my service'
            $item | Remove-MtlsStoreItem -StorePassword (Get-Secret) -Confirm:$false
            (Get-MtlsStoreItem @store).Alias | Should -Be 'java root'
        }

        It 'changes the cacerts of JAVA_HOME with its usual password, and does not put keys there' {
            $former = $env:JAVA_HOME
            $null = New-Item -ItemType Directory home/bin, home/lib/security
            $null = New-Item -ItemType SymbolicLink home/bin/keytool -Target (Get-Command keytool).Source
            keytool -importcert -noprompt -alias before -file below/ca.crt -keystore home/lib/security/cacerts -storepass changeit 2>$null
            try {
                $env:JAVA_HOME = "$folder/home"
                ($ca | Import-MtlsToStore -Target Java -Confirm:$false).StorePath | Should -Be "$folder/home/lib/security/cacerts"
                (Get-MtlsStoreItem -Target Java).Alias | Sort-Object | Should -Be 'before', 'java root'
                $failure = Get-OnlyError { Import-MtlsToStore 'bob [1].crt' -Target Java }
                Assert-MtlsError $failure StorePathRequired ImportMtlsToStore InvalidArgument 'bob [1].crt' 'one that does not exist is made.'
            }
            finally { $env:JAVA_HOME = $former }
        }
    }

    Context 'errors' {
        It '<Id>, for <Because>; the next one is stored' -ForEach @(
            @{ Because = 'a certificate without its key'; Id = 'KeyRequired'; Category = 'ObjectNotFound'; File = 'keyless.crt'; Ending = 'use -StoreName TrustedPeople.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { $File, 'bob [1].crt' | Import-MtlsToStore @store } ([ref] $output)
            Assert-MtlsError $failure $Id ImportMtlsToStore $Category $File $Ending
            $output.Name | Should -Be 'bob'
        }

        It '<Id>, for <Because>; no keystore is made' -ForEach @(
            @{ Because = 'a short password'; Id = 'PasswordNotSuitable'; Category = 'InvalidArgument'; Password = 'short'; Ending = 'Give a longer one with -StorePassword.' }
            @{ Because = 'a password that Java does not take'; Id = 'PasswordNotSuitable'; Category = 'InvalidArgument'; Password = 'pässwörd'; Ending = 'Give another one with -StorePassword.' }
        ) {
            $failure = Get-OnlyError { Import-MtlsToStore carol.crt -Target Java -StorePath $file -StorePassword (Get-Secret $Password) }
            Assert-MtlsError $failure $Id ImportMtlsToStore $Category $file $Ending
            Test-Path -LiteralPath $file | Should -BeFalse
        }

        It 'ToolMissing ends the command and names the packages' {
            $path, $former = $env:PATH, $env:JAVA_HOME
            try {
                $env:PATH, $env:JAVA_HOME = $folder, $null
                $failure = try { 'carol.crt', 'bob [1].crt' | Import-MtlsToStore @store } catch { $_ }
            }
            finally { $env:PATH, $env:JAVA_HOME = $path, $former }
            $failure.FullyQualifiedErrorId | Should -Be 'ToolMissing,MtlsTools.Commands.ImportMtlsToStoreCommand'
            $failure.Exception.Message | Should -BeLike "*'keytool'*default-jre-headless (Debian, Ubuntu)*"
        }
    }

    Context '-WhatIf' {
        It 'writes nothing, and shows the command without the password' {
            $text = Get-WhatIfText { Import-MtlsToStore 'bob [1].crt' @store -WhatIf }
            $text | Should -BeLike '*keytool -importkeystore -noprompt *-deststorepass:file store-password.txt*'
            $text | Should -Not -BeLike '*correct horse*'
            Test-Path -LiteralPath $file | Should -BeFalse
        }
    }
}
