<#
.SYNOPSIS
    Adds Should operators for mutual TLS to Pester 5. Importing MtlsTools runs this when Pester is loaded already.
.DESCRIPTION
    When Pester was loaded after MtlsTools, run it by hand, or import MtlsTools with -Force:
    & (Join-Path (Get-Module MtlsTools).ModuleBase MtlsTools.Pester.ps1)
#>
param(
    # Which operators; Pester has room for 32, and brings 26 itself.
    [ValidateSet('RequireClientCertificate', 'RejectMtlsClient', 'BeMtlsReady', 'ChainTo', 'ExpireAfter', 'MatchKey')]
    [string[]] $Name = @('RequireClientCertificate', 'RejectMtlsClient', 'BeMtlsReady', 'ChainTo', 'ExpireAfter', 'MatchKey')
)

$pester = Get-Module -Name Pester | Where-Object { $_.Version.Major -ge 5 } | Select-Object -First 1
if (-not $pester) {
    Write-Warning 'The Should operators of MtlsTools were not added, because Pester 5 is not loaded in this session. Import it first.'
    return
}

# A module of its own keeps the helpers away from the session, and lets the operators find them from wherever Pester calls.
$operators = New-Module -Name MtlsTools.Operators -ScriptBlock {
    Set-StrictMode -Version Latest

    # By their types, so that the commands are found even where MtlsTools was imported into another module only.
    $testConnection = [System.Management.Automation.CmdletInfo]::new('Test-MtlsConnection', [MtlsTools.Commands.TestMtlsConnectionCommand])
    $testEndpoint = [System.Management.Automation.CmdletInfo]::new('Test-MtlsEndpoint', [MtlsTools.Commands.TestMtlsEndpointCommand])
    $testCertificate = [System.Management.Automation.CmdletInfo]::new('Test-MtlsCertificate', [MtlsTools.Commands.TestMtlsCertificateCommand])
    $getCertificate = [System.Management.Automation.CmdletInfo]::new('Get-MtlsCertificate', [MtlsTools.Commands.GetMtlsCertificateCommand])
    $compareKeyPair = [System.Management.Automation.CmdletInfo]::new('Compare-MtlsKeyPair', [MtlsTools.Commands.CompareMtlsKeyPairCommand])

    # What Pester wants to know: whether the assertion holds, and if not, why.
    function New-Verdict([bool] $Holds, [string] $Subject, [string] $Wish, [bool] $Negate, [string] $Because, [string] $Found) {
        $reason = if ($Because) { " because $($Because -replace '^because\s+')," }
        [pscustomobject] @{
            Succeeded      = $Holds
            FailureMessage = if (-not $Holds) { "Expected $Subject$(if ($Negate) { ' not' }) to $Wish,$reason but $Found" }
        }
    }

    # The parameters that were given, by the names of the cmdlets.
    function Select-Given([hashtable] $Candidates) {
        $given = @{ ErrorAction = 'Stop' }
        foreach ($name in $Candidates.Keys) { if ($null -ne $Candidates[$name]) { $given[$name] = $Candidates[$name] } }
        $given
    }

    function Format-Finding($Findings) { (@($Findings | Where-Object Severity -EQ 'Error') + @($Findings) | Select-Object -First 1 | ForEach-Object { "$($_.Id): $($_.Cause)" }) }

    # The certificate that a path, a server, a URI or an object stands for, with the others of its file.
    function Read-Certificate($Value) {
        if ($Value -is [MtlsTools.Certificates.MtlsCertificate]) { return $Value }
        if ($Value -is [MtlsTools.Authority.CertificateAuthority] -or $Value -is [MtlsTools.Stores.StoreItem]) { return $Value.Certificate }
        if ($Value -is [System.Security.Cryptography.X509Certificates.X509Certificate2]) { return & $getCertificate -X509 $Value -ErrorAction Stop }
        if ($Value -is [MtlsTools.Server.MtlsServer] -or $Value -is [uri] -or "$Value" -like 'https://*') { return & $getCertificate -Uri $Value -ErrorAction Stop }
        & $getCertificate -LiteralPath $(if ($Value -is [System.IO.FileInfo]) { $Value.FullName } else { "$Value" }) -ErrorAction Stop
    }

    function Test-RequireClientCertificate($ActualValue, $Certificate, $TrustedCa, [string] $ServerName, [int] $TimeoutSec = 10, [switch] $Negate, [string] $Because, $CallerSessionState) {
        $given = Select-Given @{ Certificate = $Certificate; TrustedCa = $TrustedCa; ServerName = $(if ($ServerName) { $ServerName }); TimeoutSec = $TimeoutSec }
        $probes = @(if ($Certificate) { 'GoodClient' }) + 'NoCertificate'
        $report = & $testEndpoint $ActualValue @given -Probe $probes
        $anonymous = @($report.Results | Where-Object { $_.Probe -eq 'NoCertificate' -and $_.Outcome -ne 'NotOffered' })
        $served = @($anonymous | Where-Object Outcome -EQ 'Accepted')
        $found = if ($served) { "it served a client without one over $($served.TlsVersion -join ' and '). $(Format-Finding $report.Findings)" }
        elseif ($report.Success) { "it refused a client without one. $($anonymous[0].Evidence)" }
        else { "that could not be proved. $(Format-Finding $report.Findings)" }
        New-Verdict ($Negate ? $served.Count -gt 0 : $report.Success) "'$($report.Target)'" 'require a client certificate' $Negate $Because $found
    }

    function Test-RejectMtlsClient($ActualValue, $Client, $Key, [securestring] $Password, $TrustedCa, [string] $ServerName, [int] $TimeoutSec = 10, [switch] $Negate, [string] $Because, $CallerSessionState) {
        if ($null -eq $Client) { throw [System.ArgumentException] 'Should -RejectMtlsClient takes the client certificate that is to be refused. Give it after the operator.' }
        $given = Select-Given @{ Key = $Key; Password = $Password; TrustedCa = $TrustedCa; ServerName = $(if ($ServerName) { $ServerName }); TimeoutSec = $TimeoutSec }
        $report = & $testConnection $ActualValue -Certificate $Client @given -SkipServerCheck:($null -eq $TrustedCa)
        $refused = $report.Stage -eq 'ClientAuthentication' -and $report.ClientCertificateAccepted -ne $true
        $accepted = $report.Stage -eq 'Done'
        $found = if ($accepted) { "it let the client in$(if ($report.HttpStatus) { " (HTTP status $($report.HttpStatus))" }). $(Format-Finding $report.Findings)" }
        elseif ($refused) { "it refused the client. $(Format-Finding $report.Findings)" }
        else { "that could not be proved: the connection ended in the stage $($report.Stage). $(Format-Finding $report.Findings)" }
        New-Verdict ($Negate ? $accepted : $refused) "'$($report.Target)'" "reject the client '$Client'" $Negate $Because $found
    }

    function Test-BeMtlsReady($ActualValue, $Certificate, $Key, [securestring] $Password, $TrustedCa, [string] $ServerName, [int] $TimeoutSec = 10, [switch] $Negate, [string] $Because, $CallerSessionState) {
        if ($null -eq $Certificate) { throw [System.ArgumentException] 'Should -BeMtlsReady takes a good client, because only its success shows that mutual TLS works. Give it with -Certificate.' }
        $given = Select-Given @{ Key = $Key; Password = $Password; TrustedCa = $TrustedCa; ServerName = $(if ($ServerName) { $ServerName }); TimeoutSec = $TimeoutSec }
        $report = & $testConnection $ActualValue -Certificate $Certificate @given -CheckEnforcement
        $ready = $report.Success -and $report.ClientAuth -eq 'Required' -and $report.ClientCertificateAccepted -eq $true
        $reached = $report.Stage -notin 'Resolve', 'Connect' -and 'TimedOut' -notin @($report.Findings | ForEach-Object Id)
        $found = if ($ready) { 'both sides authenticate each other, and a client without a certificate is refused' }
        elseif (-not $reached) { "it could not be reached. $(Format-Finding $report.Findings)" }
        elseif ($report.Success) { "whether it refuses clients without a certificate is not proved (client authentication $($report.ClientAuth))" }
        else { "it is not. $(Format-Finding $report.Findings)" }
        New-Verdict ($Negate ? $reached -and -not $ready : $ready) "'$($report.Target)'" 'be ready for mutual TLS' $Negate $Because $found
    }

    function Test-ChainTo($ActualValue, $TrustedCa, $Intermediate, $Purpose, [switch] $Negate, [string] $Because, $CallerSessionState) {
        if ($null -eq $TrustedCa) { throw [System.ArgumentException] 'Should -ChainTo takes the CA that the certificate has to lead to. Give it after the operator.' }
        $certificate, $others = @(Read-Certificate $ActualValue)
        $given = Select-Given @{ Purpose = $Purpose; Intermediate = @($others) + @($Intermediate) | Where-Object { $_ } }
        # As of a day of its own life: how long it lives is another question, which -ExpireAfter asks.
        $now = [DateTimeOffset]::UtcNow
        if ($now -gt $certificate.NotAfter) { $given['AsOf'] = $certificate.NotAfter } elseif ($now -lt $certificate.NotBefore) { $given['AsOf'] = $certificate.NotBefore }
        $report = $certificate | & $testCertificate -TrustedCa $TrustedCa @given
        $found = if ($report.Success) { "it does: $($report.Chain.Name -join ' < ')" } else { "it does not. $(Format-Finding $report.Findings)" }
        New-Verdict ($report.Success -ne $Negate) "'$($certificate.Name)'" "chain to $((@($TrustedCa) | ForEach-Object { "'$_'" }) -join ' or ')" $Negate $Because $found
    }

    function Test-ExpireAfter($ActualValue, $Moment, [switch] $Negate, [string] $Because, $CallerSessionState) {
        if ($null -eq $Moment) { throw [System.ArgumentException] 'Should -ExpireAfter takes a length of time (30d, 12h, a TimeSpan) or a date. Give it after the operator.' }
        $limit = if ($Moment -is [datetime] -or $Moment -is [DateTimeOffset]) { [DateTimeOffset] $Moment }
        else { [DateTimeOffset]::UtcNow + ([MtlsTools.Commands.DurationArgument] $Moment).Value }
        $certificate, $others = @(Read-Certificate $ActualValue)
        $first = @($certificate) + @($certificate.Chain) + @($others) | Where-Object { $_ } | Sort-Object NotAfter | Select-Object -First 1
        $whose = if ($first -eq $certificate) { 'it' } else { "'$($first.Name)', which stands in its chain," }
        $found = "$whose ends on $($first.NotAfter.ToString('u')) ($($first.DaysLeft) days left)"
        New-Verdict (($first.NotAfter -gt $limit) -ne $Negate) "'$($certificate.Name)'" "expire after $($limit.ToString('u'))" $Negate $Because $found
    }

    function Test-MatchKey($ActualValue, $Key, [securestring] $Password, [switch] $Negate, [string] $Because, $CallerSessionState) {
        if ($null -eq $Key) { throw [System.ArgumentException] 'Should -MatchKey takes the key, certificate or request that has to have the same key. Give it after the operator.' }
        $given = Select-Given @{ Password = $Password }
        $match = & $compareKeyPair $ActualValue $Key @given -Quiet
        New-Verdict ($match -ne $Negate) "'$ActualValue'" "match the key of '$Key'" $Negate $Because $(if ($match) { 'both have the same key' } else { 'their keys differ' })
    }
}

$there = @(& $pester { Get-ShouldOperator } | ForEach-Object Name)
$without = @()
foreach ($operator in $Name | Where-Object { $_ -notin $there }) {
    $test = & $operators { param($name) Get-Item -LiteralPath "Function:Test-$name" } $operator
    try { & $pester { param($name, $test) Add-ShouldOperator -Name $name -Test $test } $operator $test.ScriptBlock }
    catch { $without += @{ Name = $operator; Reason = $_.Exception.Message } }
}

if ($without) {
    Write-Warning "Should $(($without.Name | ForEach-Object { "-$_" }) -join ', ') could not be added: $($without[0].Reason) Choose the operators that you need with the parameter -Name of MtlsTools.Pester.ps1 in the module's folder, in a session into which MtlsTools was imported before Pester."
}
