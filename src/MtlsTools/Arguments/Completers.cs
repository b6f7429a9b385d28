using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using MtlsTools.Configuration.Checking;
using MtlsTools.Host;
using MtlsTools.Policy;
using MtlsTools.Stores;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Completes words of which all are known; the tooltip tells what each means.</summary>
public abstract class WordCompleter : IArgumentCompleter
{
    /// <summary>The words in the order in which they are shown.</summary>
    protected abstract IEnumerable<(string Word, string Meaning)> Words { get; }

    /// <inheritdoc/>
    public virtual IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from known in Words
        where known.Word.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(known.Word, known.Word, CompletionResultType.ParameterValue, known.Meaning);
}

/// <summary>Completes the numbers of running servers.</summary>
public sealed class ServerIdCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words => ServerRegistry.Servers.All.Select(server => (server.Id.ToString(CultureInfo.InvariantCulture), server.ToString()));
}

/// <summary>Completes the numbers of the session's OCSP responders.</summary>
public sealed class ResponderIdCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words => ResponderRegistry.Responders.All.Select(responder => (responder.Id.ToString(CultureInfo.InvariantCulture), responder.ToString()));
}

/// <summary>Completes the thumbprints of certificates in the user's stores; the tooltip tells the name.</summary>
public sealed class ThumbprintCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            return CertificateStore.Open().Read()
                .Where(item => item.Thumbprint.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
                .Select(item => new CompletionResult(item.Thumbprint, item.Thumbprint, CompletionResultType.ParameterValue, item.ToString()))
                .ToList();
        }
        catch (StoreException)
        {
            return []; // The command itself will say why the store can not be read.
        }
    }
}

/// <summary>Completes the names of the profiles that a CA can issue, and profile files.</summary>
public sealed class ProfileCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words { get; } =
    [
        ("Server", "a TLS server: serverAuth, a subject alternative name required"),
        ("Client", "a TLS client: clientAuth"),
        ("Peer", "both, for services that call each other"),
        ("Intermediate", "a CA below this one"),
        ("Bare", "no extensions at all; not wise"),
    ];

    /// <inheritdoc/>
    public override IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        base.CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters)
            .Concat(CompletionCompleters.CompleteFilename(wordToComplete ?? "").Where(file => file.ResultType == CompletionResultType.ProviderContainer || file.ListItemText.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || file.ListItemText.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase)));
}

/// <summary>Completes lifetimes that are in common use.</summary>
public sealed class DaysCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words { get; } =
    [
        ("7", "a week: automated clients"),
        ("30", "a month"),
        ("90", "the default of servers and clients"),
        ("365", "a year"),
        ("825", "the longest that Apple systems accept of a private CA's server"),
        ("1826", "five years: an intermediate CA"),
        ("3653", "ten years: a root CA"),
    ];
}

/// <summary>Completes the names of policy rules; the tooltip tells what each asks for.</summary>
public sealed class PolicyRuleCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words => PolicyRules.All.OrderBy(rule => rule.Id).Select(rule => (rule.Id, $"{rule.Severity}: {rule.Title}"));
}

/// <summary>Completes the names of checks of a machine; the tooltip tells what should be so.</summary>
public sealed class HostCheckCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words => HostChecks.All.OrderBy(check => check.Id).Select(check => (check.Id, $"{check.Severity}: {check.Title}"));

    /// <summary>The names as the checks have them, or null when none were given.</summary>
    /// <exception cref="PathException">There is no check of a name.</exception>
    internal static HashSet<string>? Find(string[]? names) =>
        names?.Select(name => HostChecks.Find(name)?.Id ?? throw new PathException(Errors.CheckUnknown(name, "machine", "Check", "host-checks.md"))).ToHashSet(StringComparer.Ordinal);
}

/// <summary>Completes the names of checks of configurations; the tooltip tells what should be so.</summary>
public sealed class ConfigRuleCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string Meaning)> Words => ConfigRules.All.OrderBy(check => check.Id).Select(check => (check.Id, $"{check.Severity}: {check.Title}"));

    /// <summary>The names as the checks have them, or null when none were given.</summary>
    /// <exception cref="PathException">There is no check of a name.</exception>
    internal static HashSet<string>? Find(string[]? names) =>
        names?.Select(name => ConfigRules.Find(name)?.Id ?? throw new PathException(Errors.CheckUnknown(name, "configuration", "Rule", "config-checks.md"))).ToHashSet(StringComparer.Ordinal);
}

/// <summary>Completes certificates with their keys: files, and thumbprints of the user's store.</summary>
public sealed class StoredIdentityCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteFilename(wordToComplete ?? "").Concat(string.IsNullOrEmpty(wordToComplete) ? [] : new ThumbprintCompleter().CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters));
}

/// <summary>Completes the reasons for which servers refuse clients.</summary>
public sealed class RejectionReasonCompleter : IArgumentCompleter
{
    private static readonly FindingId[] Causes =
    [
        FindingId.NoClientCertificateSent,
        FindingId.ClientCertificateUntrusted,
        FindingId.ClientCertificateExpired,
        FindingId.ClientCertificateNotYetValid,
        FindingId.ClientCertificateWrongPurpose,
        FindingId.ClientCertificateRevoked,
        FindingId.ClientChainIncomplete,
        FindingId.ClientCertificateRejected,
    ];

    private static readonly string[] Alerts = ["handshake_failure", "bad_certificate", "unsupported_certificate", "certificate_revoked", "certificate_expired", "certificate_unknown", "unknown_ca", "access_denied", "certificate_required"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from reason in Causes.Select(cause => cause.ToString()).Concat(Alerts)
        where reason.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(reason);
}
