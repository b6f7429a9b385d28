BeforeAll {
    . "$PSScriptRoot/TestHelpers.ps1"
    $script:corpus = Join-Path $PSScriptRoot '../MtlsTools.Core.Tests/Corpus/files'
}

Describe 'Broken and odd files' {
    It 'a folder of them yields what can be read, an error id for each of the others, and goes on to the end' {
        $folder = Join-Path $TestDrive 'odd [files]'
        $null = New-Item -ItemType Directory $folder
        Copy-Item -Path (Join-Path $corpus '*.crt') -Destination ([WildcardPattern]::Escape($folder))

        $read = Get-MtlsCertificate -LiteralPath $folder -ErrorVariable refused -ErrorAction SilentlyContinue

        $ours = $refused | Where-Object FullyQualifiedErrorId -like '*,MtlsTools.Commands.GetMtlsCertificateCommand'
        $ours.Count | Should -BeGreaterThan 30
        $ours.FullyQualifiedErrorId -replace ',.*' | Sort-Object -Unique | Should -Be ContentDamaged, ContentNotRecognized, FileEmpty, PemTruncated
        $ours.TargetObject | ForEach-Object { $_ | Should -BeLike "$([WildcardPattern]::Escape($folder))*" }
        $read.Name | Should -Contain 'leaf.example.com'
        ($read.Path | Split-Path -Leaf) | Should -Contain 'with-text.crt'
        $read.Count | Should -BeGreaterThan 30
    }

    It 'reads <file> as a key error <id>' -TestCases @(
        @{ file = 'key-iterations.pem'; id = 'KeyNotSupported' }
        @{ file = 'key-truncated.pem'; id = 'PemTruncated' }
        @{ file = 'page.crt'; id = 'ContentNotRecognized' }
        @{ file = 'dsa.pem'; id = 'KeyNotSupported' }
    ) {
        $password = ConvertTo-SecureString test -AsPlainText -Force

        $null = Get-MtlsKey -LiteralPath (Join-Path $corpus $file) -Password $password -ErrorVariable refused -ErrorAction SilentlyContinue

        $refused[0].FullyQualifiedErrorId | Should -Be "$id,MtlsTools.Commands.GetMtlsKeyCommand"
    }

    It 'a request that is none does not stop the next' {
        $files = 'request-san-universal-tag.csr', 'leaf.crt', 'request.csr' | ForEach-Object { Get-Item (Join-Path $corpus $_) }

        $read = $files | Get-MtlsCsr -ErrorVariable refused -ErrorAction SilentlyContinue

        @($read).Count | Should -Be 1
        $refused.FullyQualifiedErrorId -replace ',.*' | Should -Be ContentDamaged, WrongContent
    }
}
