# A private key that a device keeps: SoftHSM behaves as a hardware module does, and gives no key out. OpenSSL reaches it through its PKCS#11 engine.
BeforeDiscovery {
    $library = '/usr/lib/softhsm/libsofthsm2.so'
    $missing = @(
        if (-not $IsLinux) { 'this is not Linux' }
        elseif (-not (Test-Path $library)) { "SoftHSM is not installed; on Debian: apt install softhsm2" }
        elseif (-not (Get-Command pkcs11-tool -ErrorAction Ignore)) { "'pkcs11-tool' is not installed; on Debian: apt install opensc" }
        elseif (-not (Test-Path /usr/lib/*/engines-3/pkcs11.so)) { 'the PKCS#11 engine of OpenSSL is not installed; on Debian: apt install libengine-pkcs11-openssl' }
    )
}

BeforeAll {
    . $PSScriptRoot/TestHelpers.ps1
    $folder = Enter-TestFolder

    # What is asked of the key is asked in another process: the module reads its settings from the environment that the process began with.
    function Invoke-WithDevice([string] $Script) {
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
        $prelude = "`$ErrorActionPreference = 'Stop'; Import-Module '$(Split-Path (Get-Module MtlsTools).Path)/MtlsTools.psd1'
            function Get-DeviceKey([string] `$Label) {
                `$handle = [System.Security.Cryptography.SafeEvpPKeyHandle]::OpenPrivateKeyFromEngine('pkcs11', `"pkcs11:token=mtls;object=`$Label;type=private;pin-value=1234`")
                `$Label -eq 'ec' ? [System.Security.Cryptography.ECDsaOpenSsl]::new(`$handle) : [System.Security.Cryptography.RSAOpenSsl]::new(`$handle)
            }
            function Get-ErrorId([scriptblock] `$Command) { try { `$null = & `$Command; 'no error' } catch { `$_.FullyQualifiedErrorId -split ',' | Select-Object -First 1 } }
            "
        foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', ($prelude + $Script)) { $start.ArgumentList.Add($argument) }
        $start.Environment['SOFTHSM2_CONF'] = "$folder/softhsm2.conf"
        $start.Environment['PKCS11_MODULE_PATH'] = '/usr/lib/softhsm/libsofthsm2.so'
        $start.Environment['HOME'] = $folder
        $start.Environment['NO_COLOR'] = '1'
        $start.WorkingDirectory = $folder
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $errors = $process.StandardError.ReadToEndAsync()
            $output = $process.StandardOutput.ReadToEnd()
            $process.WaitForExit()
            $errors.GetAwaiter().GetResult() | Should -BeNullOrEmpty
            $output -split '\r?\n' | Where-Object { $_ }
        }
        finally { $process.Dispose() }
    }
}

AfterAll { Pop-Location }

Describe 'A key that a device keeps' -Skip:($missing.Count -gt 0) {
    BeforeAll {
        $null = New-Item -ItemType Directory tokens
        Set-Content -LiteralPath softhsm2.conf "directories.tokendir = $folder/tokens", 'objectstore.backend = file', 'log.level = ERROR'
        $env:SOFTHSM2_CONF = "$folder/softhsm2.conf"
        try {
            $null = Invoke-Peer softhsm2-util --init-token --free --label mtls --so-pin 1234 --pin 1234
            foreach ($key in @('ec', 'EC:prime256v1', '01'), @('rsa', 'rsa:2048', '02')) {
                $null = Invoke-Peer pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --login --pin 1234 --token-label mtls --keypairgen --label $key[0] --key-type $key[1] --id $key[2] --sensitive
            }
        }
        finally { Remove-Item Env:SOFTHSM2_CONF }
    }

    It 'signs requests, and authenticates clients and servers over both TLS versions, without leaving it' {
        $said = Invoke-WithDevice @'
            $ca = New-MtlsCa ca -Name 'The CA'
            $host1 = New-MtlsCertificate $ca localhost -DnsName localhost -Profile Server
            foreach ($label in 'ec', 'rsa') {
                $key = Get-DeviceKey $label
                $client = New-MtlsCsr device -Key $key -OutFile "$label.csr" | Approve-MtlsCsr $ca -Profile Client
                $device = New-MtlsCsr localhost -DnsName localhost -Key $key | Approve-MtlsCsr $ca -Profile Server -WarningAction SilentlyContinue
                foreach ($server in $device, $host1) {
                    foreach ($version in 'Tls12', 'Tls13') {
                        $running = Start-MtlsServer $server -ClientCa $ca -TlsVersion $version
                        $report = $running | Test-MtlsConnection -Certificate $client -TrustedCa $ca
                        "$version $($report.Success) $($report.ClientCertificateAccepted) $(($running | Invoke-MtlsRequest -Certificate $client -TrustedCa $ca).StatusCode)"
                        $running | Stop-MtlsServer
                    }
                }
                Test-Path "$label.key"
            }
'@
        $said | Should -Be (@(@('Tls12 True True 200', 'Tls13 True True 200') * 2 + 'False') * 2)
        Assert-Peer openssl
        foreach ($label in 'ec', 'rsa') { Invoke-Peer openssl req -in "$label.csr" -verify -noout | Should -Match 'OK' }
    }

    It 'says so where a copy would be needed, and leaves nothing behind' {
        $said = Invoke-WithDevice @'
            $client = New-MtlsCsr device -Key (Get-DeviceKey ec) | Approve-MtlsCsr (New-MtlsCa other -Name 'Other') -Profile Client
            $password = ConvertTo-SecureString demo -AsPlainText -Force
            Get-ErrorId { Export-MtlsCertificate $client -Format Pfx -OutFile copy.pfx -Password $password -ErrorAction Stop }
            Get-ErrorId { Import-MtlsToStore $client -SkipChain -Confirm:$false -ErrorAction Stop }
            Get-ErrorId { Get-MtlsKeyAccess $client -ErrorAction Stop }
            @(Get-MtlsStoreItem -StoreName My).Count
            Test-Path copy.pfx
'@
        $said | Should -Be 'KeyNotExportable', 'KeyNotExportable', 'KeyPlaceUnknown', '0', 'False'
    }
}
