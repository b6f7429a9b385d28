# Dot-sourced by every test file's BeforeAll.

# A fresh folder whose name has a space and brackets, as the current location. Where the suite has a place for them it is
# there: Pester looks for what to remove from TestDrive after every block, file by file, and brackets make that very slow.
function Enter-TestFolder {
    $place = $env:MTLSTOOLS_TEST_FOLDERS ?? $TestDrive
    $folder = Join-Path $place "a folder [$([guid]::NewGuid().ToString('N').Substring(0, 8))]"
    $null = New-Item -ItemType Directory -Path $place -Name (Split-Path -Leaf $folder)
    Push-Location -LiteralPath $folder
    $folder
}

# A password for tests.
function Get-Secret([string] $Text = 'correct horse') {
    $secret = [securestring]::new()
    foreach ($c in $Text.ToCharArray()) { $secret.AppendChar($c) }
    $secret
}

# Runs a command that must give exactly one error, written or thrown, and gives that error; what it put out goes to -Output.
function Get-OnlyError([scriptblock] $Command, [ref] $Output) {
    $thrown = $null
    $all = @(try { & $Command 2>&1 } catch { $thrown = $_ })
    $errors = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) + @($thrown | Where-Object { $_ })
    if ($Output) { $Output.Value = @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }) }
    $errors.Count | Should -Be 1 -Because "exactly one error is expected, got: $($errors -join ' | ')"
    $errors[0]
}

# Asserts what every error owes its reader: a stable id, a category, the thing it is about (a path below the current location, or what was given), and a message that ends with what to do.
function Assert-MtlsError($ErrorRecord, [string] $Id, [string] $Command, [string] $Category, [string] $Target, [string] $Ending) {
    $ErrorRecord.FullyQualifiedErrorId | Should -Be "$Id,MtlsTools.Commands.$($Command)Command" -Because $ErrorRecord.Exception.Message
    $ErrorRecord.CategoryInfo.Category | Should -Be $Category
    "$($ErrorRecord.TargetObject)" | Should -BeIn $Target, (Join-Path $PWD.ProviderPath $Target)
    $Ending | Should -Not -BeNullOrEmpty
    $ErrorRecord.Exception.Message.EndsWith($Ending) | Should -BeTrue -Because "'$($ErrorRecord.Exception.Message)' has to end with '$Ending'"
}

# Files that are not what is wanted, with the error that each is: for -ForEach.
function Get-BadFile([ValidateSet('Certificate', 'Request', 'Key')] [string] $Wanted) {
    $name = @{ Certificate = 'Name the certificate file.'; Request = 'Name the request file (.csr, .req).'; Key = 'Name the key file.' }[$Wanted]
    @{ File = 'empty.pem'; Id = 'FileEmpty'; Ending = 'Get a fresh copy from where it was made.' }
    @{ File = 'text.pem'; Id = 'ContentNotRecognized'; Ending = $name }
    @{ File = "cut $Wanted.pem"; Id = 'PemTruncated'; Ending = 'Get a whole copy of it.' }
    @{ File = "damaged $Wanted.pem"; Id = 'ContentDamaged'; Ending = 'Get a fresh copy of it.' }
    if ($Wanted -ne 'Certificate') { @{ File = 'good.crt'; Id = 'WrongContent'; Ending = $name } }
    if ($Wanted -ne 'Request') { @{ File = 'good.csr'; Id = 'WrongContent'; Ending = $name } }
    if ($Wanted -ne 'Key') { @{ File = 'good.key'; Id = 'WrongContent'; Ending = $name } }
}

# Makes them in the current folder; good.key, good.csr, good.crt, other.key and other.crt are sound and locked.key is encrypted.
function New-BadFile($Ca) {
    $null = New-MtlsCsr good -OutFile good.csr
    $null = Approve-MtlsCsr $Ca good.csr -Profile Client -OutFile good.crt
    $null = New-MtlsCertificate $Ca other -Profile Client -OutFile other.crt
    $null = New-MtlsCsr locked -OutFile locked.csr -Password (Get-Secret)
    $here = $PWD.ProviderPath
    [IO.File]::WriteAllText("$here/empty.pem", '')
    [IO.File]::WriteAllText("$here/text.pem", "this is neither certificate nor key`n")
    [IO.File]::WriteAllText("$here/regular-file", 'x')
    [IO.File]::WriteAllText("$here/twokeys.pem", [IO.File]::ReadAllText("$here/good.key") + [IO.File]::ReadAllText("$here/other.key"))
    foreach ($kind in @{ Certificate = 'good.crt'; Request = 'good.csr'; Key = 'good.key' }.GetEnumerator()) {
        $pem = [IO.File]::ReadAllText("$here/$($kind.Value)")
        [IO.File]::WriteAllText("$here/cut $($kind.Key).pem", $pem.Substring(0, 150))
        [IO.File]::WriteAllText("$here/damaged $($kind.Key).pem", $pem.Remove(80, 9))
    }
}

# Everything below the current folder, content included: to prove that nothing was written, not even a temporary file.
function Get-Snapshot {
    @(Get-ChildItem -Recurse -Force | ForEach-Object { "$($_.FullName) $(if (-not $_.PSIsContainer) { (Get-FileHash -LiteralPath $_.FullName).Hash })" })
}

# What -WhatIf says; it goes to the host, so a transcript is the witness.
function Get-WhatIfText([scriptblock] $Command) {
    $transcript = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
    $null = Start-Transcript -LiteralPath $transcript
    try { & $Command *>&1 | Out-Null } finally { $null = Stop-Transcript }
    (Get-Content -LiteralPath $transcript -Raw) -replace '\r?\n'
}

# The first line of what people see: the columns of the table.
function Get-TableHeader($Object) {
    $plain = ($Object | Format-Table | Out-String -Width 200) -replace "`e\[[0-9;]*m"
    ($plain.Trim() -split '\r?\n')[0].Trim() -replace '\s+', ' '
}

# The labels of what Format-List shows without being asked for more.
function Get-ListLabel($Object) {
    $plain = ($Object | Format-List | Out-String -Width 200) -replace "`e\[[0-9;]*m"
    [regex]::Matches($plain, '(?m)^(\w+) +:') | ForEach-Object { $_.Groups[1].Value }
}

# Runs a command in another runspace, lets it come to a wait, stops it as Ctrl+C does, and asserts that it ended at once.
function Assert-StopsAtOnce([string] $Script, [scriptblock] $UntilItWaits) {
    $shell = [powershell]::Create()
    try {
        $null = $shell.AddScript("Import-Module '$((Get-Module MtlsTools).Path)'; Set-Location -LiteralPath '$($PWD.ProviderPath)'; $Script")
        $null = $shell.BeginInvoke()
        & $UntilItWaits
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Streams.Error | Should -BeNullOrEmpty
    }
    finally { $shell.Dispose() }
}

# A listener that takes connections and never says a word.
function New-SilentListener {
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $listener
}

# Waits for a condition that another thread or process brings about.
function Wait-Until([scriptblock] $Condition) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -gt 30) { throw "Waited 30 seconds in vain for: $Condition" }
        Start-Sleep -Milliseconds 20
    }
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

# Waits until something listens on a port; a process that ends instead is an error.
function Wait-Port([int] $Port, [System.Diagnostics.Process] $Process) {
    Wait-Until {
        if ($Process -and $Process.HasExited) { throw "$($Process.StartInfo.FileName) ended: $($Process.StandardError.ReadToEnd())" }
        $client = [System.Net.Sockets.TcpClient]::new()
        try { $client.Connect('127.0.0.1', $Port); $true } catch { $false } finally { $client.Dispose() }
    }
}

# Starts a peer program in the current folder; dispose what is returned after Stop-Peer.
function Start-Peer([string] $Program) {
    $start = [System.Diagnostics.ProcessStartInfo]::new($Program)
    foreach ($argument in $args) { $start.ArgumentList.Add($argument) }
    $start.WorkingDirectory = $PWD.ProviderPath
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    [System.Diagnostics.Process]::Start($start)
}

# Ends a peer program and gives what it wrote.
function Stop-Peer([System.Diagnostics.Process] $Process) {
    if (-not $Process.HasExited) { $Process.Kill() }
    $Process.WaitForExit()
    $Process.StandardOutput.ReadToEnd()
}
