# Dot-sourced by every test file's BeforeAll.

# A fresh folder whose name has a space and brackets, as the current location.
function Enter-TestFolder {
    $folder = Join-Path $TestDrive "a folder [$([guid]::NewGuid().ToString('N').Substring(0, 8))]"
    $null = New-Item -ItemType Directory -Path $TestDrive -Name (Split-Path -Leaf $folder)
    Push-Location -LiteralPath $folder
    $folder
}

# A password for tests.
function Get-Secret([string] $Text = 'correct horse') {
    $secret = [securestring]::new()
    foreach ($c in $Text.ToCharArray()) { $secret.AppendChar($c) }
    $secret
}

# Runs a command that must write exactly one error, and gives that error; what it put out goes to -OutVariable of the caller's choice.
function Get-OnlyError([scriptblock] $Command, [ref] $Output) {
    $errors = @()
    $all = & $Command 2>&1
    $errors = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    if ($Output) { $Output.Value = @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }) }
    $errors.Count | Should -Be 1 -Because "exactly one error is expected, got: $($errors -join ' | ')"
    $errors[0]
}

# Asserts what every error owes its reader: a stable id, a category, the thing it is about, and a remedy in the message.
function Assert-MtlsError($ErrorRecord, [string] $Id, [string] $Command, [string] $Category, [string] $Target, [string] $Remedy) {
    $ErrorRecord.FullyQualifiedErrorId | Should -Be "$Id,MtlsTools.Commands.$($Command)Command"
    $ErrorRecord.CategoryInfo.Category | Should -Be $Category
    if ($Target) { "$($ErrorRecord.TargetObject)" | Should -BeLike "*$([WildcardPattern]::Escape($Target))" }
    if ($Remedy) { $ErrorRecord.Exception.Message | Should -Match $Remedy }
    $ErrorRecord.Exception.Message | Should -Match '[.…]$|New-MtlsCa\.$'
}

# Every file below a folder, hidden ones too: to prove that nothing was half-written.
function Get-EveryFile([string] $Folder) {
    $Folder = (Get-Item -LiteralPath $Folder).FullName
    @(Get-ChildItem -LiteralPath $Folder -Recurse -Force -File | ForEach-Object { [IO.Path]::GetRelativePath($Folder, $_.FullName) } | Sort-Object)
}

# Skips the test when a peer program is missing, and says which Debian package has it.
function Assert-Peer([string] $Program, [string] $Package = $Program) {
    if (-not (Get-Command -Name $Program -CommandType Application -ErrorAction Ignore)) {
        Set-ItResult -Skipped -Because "'$Program' is not installed; on Debian: apt install $Package"
    }
}

# Runs a peer program; its output is returned, a failure is an error of the test.
function Invoke-Peer([string] $Program) {
    $output = & $Program @args 2>&1 | Out-String
    $LASTEXITCODE | Should -Be 0 -Because "$Program $args said: $output"
    $output
}

# A loopback port that was free a moment ago.
function Get-FreePort {
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    try { $listener.LocalEndpoint.Port } finally { $listener.Stop() }
}

# Waits until something listens on a port.
function Wait-Port([int] $Port) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ($clock.Elapsed.TotalSeconds -lt 20) {
        $client = [System.Net.Sockets.TcpClient]::new()
        try { $client.Connect('127.0.0.1', $Port); return } catch { Start-Sleep -Milliseconds 30 } finally { $client.Dispose() }
    }
    throw "Nothing listens on port $Port."
}
