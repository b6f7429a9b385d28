BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    $ca = New-MtlsCa ca 'The CA'
    $null = New-MtlsCsr one -OutFile one.csr
    $null = New-MtlsCsr two -OutFile two.csr
}

AfterAll { Pop-Location }

Describe 'Approve-MtlsCsr' {
    Context 'binding' {
        It 'takes requests by path, item and object, the CA by object and path' {
            (Approve-MtlsCsr ./ca one.csr -Profile Client).Name | Should -Be 'one'
            (Get-ChildItem *.csr | Approve-MtlsCsr $ca -Profile Client).Name | Should -Be 'one', 'two'
            (Get-MtlsCsr *.csr | Approve-MtlsCsr ./ca -Profile Client).Name | Should -Be 'one', 'two'
        }
    }

    Context 'behaviour' {
        It 'is a pipeline from request to store' {
            $items = New-MtlsCsr 'pipeline.example' | Approve-MtlsCsr $ca -Profile Client | Import-MtlsToStore -Confirm:$false
            try {
                $items.StoreName | Should -Be 'My', 'Root'
                $items[0].HasPrivateKey | Should -BeTrue
            }
            finally { $items | Remove-MtlsStoreItem -Confirm:$false }
        }

        It 'keeps the key of a request that was made here' {
            (New-MtlsCsr x | Approve-MtlsCsr $ca -Profile Client).HasPrivateKey | Should -BeTrue
        }

        It "decides names itself when it is told to, else takes the request's" {
            $request = New-MtlsCsr asked -DnsName asked.example
            ($request | Approve-MtlsCsr $ca -Profile Client).San.Value | Should -Be 'asked.example'
            $decided = $request | Approve-MtlsCsr $ca -Profile Client -Subject 'CN=decided' -DnsName decided.example
            $decided.Name | Should -Be 'decided'
            $decided.San.Value | Should -Be 'decided.example'
        }

        It 'never takes CA:TRUE from a request' {
            Assert-Peer openssl
            Invoke-Peer openssl req -new -newkey rsa:2048 -nodes -keyout greedy.key -subj /CN=greedy -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=keyCertSign' -out greedy.csr
            $issued = Approve-MtlsCsr $ca greedy.csr -Profile Client
            $issued.IsCa | Should -BeFalse
            $issued.CanSignCertificates | Should -BeFalse
        }

        It 'certifies a CA when that is the profile' {
            $below = Approve-MtlsCsr $ca one.csr -Profile Intermediate
            $below.Role | Should -Be 'IntermediateCa'
        }

        It 'never issues a root' {
            Assert-MtlsError (Get-OnlyError { Approve-MtlsCsr $ca one.csr -Profile Root }) ProfileNotIssuable ApproveMtlsCsr InvalidArgument one.csr 'New-MtlsCa'
        }

        It 'explains itself with -Verbose, and warns of a long life' {
            $said = Approve-MtlsCsr $ca one.csr -Profile Client -Days 900 -Verbose 4>&1 3>&1 | Out-String
            $said | Should -Match 'serial number'
            $said | Should -Match '900 days'
        }
    }
}
