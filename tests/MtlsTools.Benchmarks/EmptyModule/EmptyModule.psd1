@{
    RootModule           = 'EmptyModule.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '8f1c0e52-5a86-4e0b-9d3b-0f6a4a0f7c11'
    Author               = 'The MtlsTools founders'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    CmdletsToExport      = @('Get-Empty')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
}
