BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    New-BadFile $ca
    $null = New-Item -ItemType Directory inbox
    $null = New-MtlsCsr one -OutFile inbox/one.csr -OutKey one.key
    $null = New-MtlsCsr two -OutFile 'inbox/two [2].csr' -OutKey two.key
}

AfterAll { Pop-Location }

Describe 'Deny-MtlsCsr' {
    Context 'binding' {
        It 'takes requests by path, item and object, the CA by object and path' {
            (Deny-MtlsCsr ./ca inbox/one.csr, 'inbox/two [2].csr' 'no').Subject | Should -Be 'CN=one', 'CN=two'
            (Get-ChildItem inbox | Deny-MtlsCsr $ca -Reason 'no').Subject | Should -Be 'CN=one', 'CN=two'
            (Get-MtlsCsr inbox/*.csr | Deny-MtlsCsr ./ca -Reason 'no').Subject | Should -Be 'CN=one', 'CN=two'
        }

        It 'wants a reason' {
            { Deny-MtlsCsr $ca inbox/one.csr ' ' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,MtlsTools.Commands.DenyMtlsCsrCommand'
        }
    }

    Context 'behaviour' {
        It 'records who, when and why, and Approve-MtlsCsr refuses from then on' {
            $request = New-MtlsCsr eve -DnsName eve.example -OutFile eve.csr
            $denied = $request | Deny-MtlsCsr $ca -Reason 'Nobody of that name.'
            $denied.Path | Should -BeLike "*requests*$($denied.Fingerprint).denied.json"
            $recorded = Get-Content -LiteralPath $denied.Path -Raw | ConvertFrom-Json
            $recorded.reason | Should -Be 'Nobody of that name.'
            $recorded.san | Should -Be 'DNS:eve.example'
            $recorded.deniedBy | Should -Match '^.+@.+$'
            ([DateTimeOffset]::UtcNow - $denied.DeniedAt).TotalMinutes | Should -BeLessThan 5
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr ./ca eve.csr -Profile Client }) RequestDenied ApproveMtlsCsr SecurityError eve.csr 'or approve it all the same with -Force.'
            (Approve-MtlsCsr ./ca eve.csr -Profile Client -Force -WarningVariable told -WarningAction SilentlyContinue).Name | Should -Be 'eve'
            "$told" | Should -BeLike "*'Nobody of that name.'*approved all the same*"
        }

        It 'is listed by Get-MtlsCa -Denied, once, with the last reason' {
            $fresh = New-MtlsCa fresh 'Fresh'
            Get-MtlsCa fresh -Denied | Should -BeNullOrEmpty
            $null = Deny-MtlsCsr $fresh inbox/one.csr 'first'
            $null = Deny-MtlsCsr $fresh inbox/one.csr 'second'
            $listed = Get-MtlsCa fresh -Denied
            $listed.Reason | Should -Be 'second'
            Get-TableHeader $listed | Should -Be 'Subject Reason DeniedAt (UTC) DeniedBy'
        }

        It 'needs no key of the CA' {
            $null = New-MtlsCa locked 'Locked' -Password (Get-Secret)
            (Deny-MtlsCsr ./locked inbox/one.csr 'no').Subject | Should -Be 'CN=one'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is denied' -ForEach @(
            Get-BadFile Request
            @{ File = 'missing.csr'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Ending = 'Check the path.' }
            @{ File = 'Env:/PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Deny-MtlsCsr $ca $File, good.csr 'no' } ([ref] $output)
            Assert-MtlsError $failure $Id DenyMtlsCsr ($Category ?? 'InvalidData') $File $Ending
            $output.Subject | Should -Be 'CN=good'
        }

        It 'NotAnAuthority, for a folder that is no CA' {
            Assert-MtlsError (Get-OnlyError { Deny-MtlsCsr ./inbox good.csr 'no' }) NotAnAuthority DenyMtlsCsr ObjectNotFound inbox 'Name a folder made by New-MtlsCa.'
        }

        It 'PathNotWritable, for a CA whose folder of requests is a file' {
            $null = New-MtlsCa full 'Full'
            $null = New-Item -Path full -Name requests -ItemType File
            Assert-MtlsError (Get-OnlyError { Deny-MtlsCsr ./full good.csr 'no' }) PathNotWritable DenyMtlsCsr PermissionDenied full/requests 'Choose a folder that exists and that this account may write.'
        }
    }

    Context '-WhatIf' {
        It 'records nothing' {
            $before = Get-Snapshot
            Deny-MtlsCsr $ca inbox/one.csr 'why not' -WhatIf | Should -BeNullOrEmpty
            Get-Snapshot | Should -Be $before
            Get-WhatIfText { Deny-MtlsCsr $ca inbox/one.csr 'why not' -WhatIf } | Should -BeLike "*Deny the request of 'CN=one': why not*"
        }
    }

    Context 'stop' {
        It 'denies no more than the pipeline wants' {
            $null = New-MtlsCa few 'Few'
            Get-MtlsCsr inbox/*.csr | Deny-MtlsCsr ./few -Reason 'no' | Select-Object -First 1 | Should -Not -BeNullOrEmpty
            @(Get-MtlsCa few -Denied).Count | Should -Be 1
        }
    }
}
