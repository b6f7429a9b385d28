BeforeDiscovery { . $PSScriptRoot/TestHelpers.ps1 }

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder
    New-BadFile (New-MtlsCa ca 'The CA')
    $null = New-Item -ItemType Directory requests
    $null = New-MtlsCsr one -OutFile requests/one.csr
    $null = New-MtlsCsr two -OutFile 'requests/two [2].csr'
}

AfterAll { Pop-Location }

Describe 'Get-MtlsCsr' {
    Context 'binding' {
        It 'reads by wildcard, literal path, item and relative location' {
            (Get-MtlsCsr requests/*.csr).Subject.CommonName | Should -Be 'one', 'two'
            (Get-MtlsCsr -LiteralPath 'requests/two [2].csr').Subject.CommonName | Should -Be 'two'
            (Get-ChildItem requests -Filter *.csr | Get-MtlsCsr).Subject.CommonName | Should -Be 'one', 'two'
            Push-Location ca
            try { (Get-MtlsCsr ../requests/one.csr).Subject.CommonName | Should -Be 'one' } finally { Pop-Location }
        }
    }

    Context 'behaviour' {
        It 'reads what openssl makes, DER as well' {
            Assert-Peer openssl
            $null = Invoke-Peer openssl req -new -newkey rsa:2048 -nodes -keyout theirs.key -subj '/C=FR/O=Acme/CN=theirs' -addext 'subjectAltName=DNS:theirs.example' -outform DER -out theirs.der
            $theirs = Get-MtlsCsr theirs.der
            $theirs.Subject.ToString() | Should -Be 'CN=theirs,O=Acme,C=FR'
            $theirs.San.Value | Should -Be 'theirs.example'
            $theirs.SignatureValid | Should -BeTrue
        }

        It 'shows a broken signature instead of failing' {
            $der = (Get-MtlsCsr good.csr).Der.ToArray()
            $der[-1] = $der[-1] -bxor 1
            [IO.File]::WriteAllBytes("$folder/broken.der", $der)
            (Get-MtlsCsr broken.der).SignatureValid | Should -BeFalse
        }

        It 'never has a private key' { (Get-MtlsCsr good.csr).PrivateKey | Should -BeNullOrEmpty }

        It 'shows subject, names, key, signature and place' {
            Get-TableHeader (Get-MtlsCsr good.csr) | Should -Be 'Subject San Key SignatureValid Path'
        }
    }

    Context 'text' {
        It 'shows what openssl req -text shows' {
            Assert-Peer openssl
            $null = New-MtlsCsr @{ CN = 'texts'; O = 'Acme, Inc.' } -San 'DNS:texts.example,URI:spiffe://x/a,b' -OutFile 'texts [1].csr'
            $text = (Get-MtlsCsr -LiteralPath 'texts [1].csr' -AsText) -split "`n" | ForEach-Object TrimEnd
            foreach ($line in (Invoke-Peer openssl req -in 'texts [1].csr' -noout -text) -split "`n" | ForEach-Object TrimEnd | Where-Object Length) { $text | Should -Contain $line }
            $text | Should -Contain 'Certificate request self-signature verify OK'
        }
    }

    Context 'errors' {
        It '<Id>, for <File>; the next one is read' -ForEach @(Get-BadFile Request) {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCsr $File, good.csr } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCsr InvalidData $File $Ending
            $output.Subject.CommonName | Should -Be 'good'
        }

        It '<Id>, for <Path>; the next one is read' -ForEach @(
            @{ Id = 'PathNotMatched'; Path = 'missing.csr'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ Id = 'PathNotMatched'; Path = 'requests/two [2].csr'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ Id = 'PathNotMatched'; Path = '*.nothing'; Category = 'ObjectNotFound'; Ending = 'Check the path; names with [ ] need -LiteralPath.' }
            @{ Id = 'PathNotFileSystem'; Path = 'Env:/PATH'; Category = 'InvalidArgument'; Ending = 'Name a file or folder on a disk.' }
            @{ Id = 'FileNotReadable'; Path = 'ca'; Category = 'PermissionDenied'; Ending = 'Name a file in it.' }
        ) {
            $output = $null
            $failure = Get-OnlyError { Get-MtlsCsr $Path, good.csr } ([ref] $output)
            Assert-MtlsError $failure $Id GetMtlsCsr $Category $Path $Ending
            $output.Subject.CommonName | Should -Be 'good'
        }

        It 'literal paths that do not exist, or are no files' {
            $output = $null
            Assert-MtlsError (Get-OnlyError { Get-MtlsCsr -LiteralPath 'no [1].csr', good.csr } ([ref] $output)) FileNotFound GetMtlsCsr ObjectNotFound 'no [1].csr' 'Check the path.'
            $output.Subject.CommonName | Should -Be 'good'
            Assert-MtlsError (Get-OnlyError { Get-MtlsCsr -LiteralPath Variable:/PID }) PathNotFileSystem GetMtlsCsr InvalidArgument Variable:/PID 'Name a file or folder on a disk.'
        }
    }

    Context 'stop' {
        It 'reads no further than the pipeline wants' {
            { 'good.csr', 'missing.csr' | Get-MtlsCsr -ErrorAction Stop | Select-Object -First 1 } | Should -Not -Throw
        }
    }
}
