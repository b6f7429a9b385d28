@{
    RootModule           = 'MtlsTools.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5a3d9c0e-6f0b-4b52-9d5e-2f5b8f1c7a41'
    Author               = 'The MtlsTools founders'
    CompanyName          = 'MtlsTools'
    Copyright            = '(c) The MtlsTools founders. MIT License.'
    Description          = 'Makes mutual TLS ordinary: create certificate authorities, request and approve certificates, import them where they belong, serve and call over mutual TLS, and prove on a live connection that both sides really authenticate each other.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('MtlsTools.Format.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Approve-MtlsCsr'
        'Compare-MtlsKeyPair'
        'Deny-MtlsCsr'
        'Export-MtlsCertificate'
        'Export-MtlsReport'
        'Get-MtlsCa'
        'Get-MtlsCertificate'
        'Get-MtlsCsr'
        'Get-MtlsInventory'
        'Get-MtlsKey'
        'Get-MtlsKeyAccess'
        'Get-MtlsServer'
        'Get-MtlsStoreItem'
        'Grant-MtlsKeyAccess'
        'Import-MtlsToStore'
        'Invoke-MtlsRequest'
        'New-MtlsCa'
        'New-MtlsCertificate'
        'New-MtlsConfig'
        'New-MtlsCsr'
        'New-MtlsKey'
        'New-MtlsLab'
        'Protect-MtlsKey'
        'Receive-MtlsServer'
        'Remove-MtlsLab'
        'Remove-MtlsStoreItem'
        'Repair-MtlsHost'
        'Resolve-MtlsError'
        'Revoke-MtlsKeyAccess'
        'Start-MtlsServer'
        'Stop-MtlsServer'
        'Test-MtlsCertificate'
        'Test-MtlsConfig'
        'Test-MtlsConnection'
        'Test-MtlsEndpoint'
        'Test-MtlsHost'
        'Test-MtlsPolicy'
        'Trace-MtlsHandshake'
        'Update-MtlsCa'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('mTLS', 'TLS', 'PKI', 'Certificate', 'CA', 'X509', 'CSR', 'Security', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md in the module folder.'
        }
    }
}
