using System.Management.Automation;
using MtlsTools.Certificates;
using MtlsTools.Configuration;

namespace MtlsTools.Commands;

/// <summary>Every error of the module: the engine's cases with their PowerShell category, and the few that only a shell knows.</summary>
internal static class Errors
{
    /// <summary>An engine error as PowerShell shows it; its id is the name of the case.</summary>
    internal static ErrorRecord From(MtlsException failure, object? target) =>
        new(failure, failure.Code.ToString(), CategoryOf(failure.Code), failure.Path ?? target);

    /// <summary>A wildcard or name that matches nothing: silence would look like success.</summary>
    internal static ErrorRecord PathNotMatched(string path) => new(
        new ItemNotFoundException($"'{path}' matches no file. Check the path; names with [ ] need -LiteralPath."),
        nameof(PathNotMatched),
        ErrorCategory.ObjectNotFound,
        path);

    /// <summary>A path of another provider, such as <c>Env:</c>.</summary>
    internal static ErrorRecord PathNotFileSystem(string path) => new(
        new PSNotSupportedException(path.StartsWith("Cert:", StringComparison.OrdinalIgnoreCase) && !OperatingSystem.IsWindows()
            ? $"'{path}' is a path of Windows' certificate drive, which this system does not have. List its stores with Get-MtlsStoreItem."
            : $"'{path}' is not a path of the file system. Name a file or folder on a disk."),
        nameof(PathNotFileSystem),
        ErrorCategory.InvalidArgument,
        path);

    /// <summary>A place for a new key, and none is made.</summary>
    internal static ErrorRecord NoNewKey(string path) => new(
        new ArgumentException($"'{path}' is to hold a new key, but -Key names one that exists. Leave out -OutKey or -Key."),
        nameof(NoNewKey),
        ErrorCategory.InvalidArgument,
        path);

    /// <summary>A parameter that would be ignored: silence would look as if it had worked.</summary>
    internal static ErrorRecord ParameterNotUsed(string parameter, string where, string instead) => new(
        new ArgumentException($"-{parameter} means nothing {where}. Leave it out, or {instead}."),
        nameof(ParameterNotUsed),
        ErrorCategory.InvalidArgument,
        parameter);

    /// <summary>A password for what is not written.</summary>
    internal static ErrorRecord PasswordWithoutFile() => new(
        new ArgumentException("-Password encrypts the key's file, and without -OutFile there is none. Give -OutFile, or leave the password out."),
        nameof(PasswordWithoutFile),
        ErrorCategory.InvalidArgument,
        null);

    /// <summary>Text that began with a PEM block and broke off.</summary>
    internal static ErrorRecord PemTextTruncated(string text) => new(
        new InvalidDataException("The text from the pipeline begins a PEM block and never ends it. Pipe the whole text, as Get-Content -Raw gives it."),
        nameof(ErrorCode.PemTruncated),
        ErrorCategory.InvalidData,
        text);

    /// <summary>A form that is binary, or carries the key, has no place on the screen.</summary>
    internal static ErrorRecord OutFileRequired(ExportFormat format) => new(
        new ArgumentException($"The format {format} is not shown as text, because it is binary or holds the private key. Give -OutFile or -OutDirectory."),
        nameof(OutFileRequired),
        ErrorCategory.InvalidArgument,
        format);

    /// <summary>A new password and none at once.</summary>
    internal static ErrorRecord PasswordContradiction() => new(
        new ArgumentException("-NewPassword sets a password and -RemovePassword removes it. Give one of them."),
        nameof(PasswordContradiction),
        ErrorCategory.InvalidArgument,
        null);

    /// <summary>Nothing is asked for.</summary>
    internal static ErrorRecord NothingToProtect() => new(
        new ArgumentException("Nothing is to be changed. Give -NewPassword, -RemovePassword or -Format."),
        nameof(NothingToProtect),
        ErrorCategory.InvalidArgument,
        null);

    /// <summary>No server of that number.</summary>
    internal static ErrorRecord ServerNotFound(int id) => new(
        new ItemNotFoundException($"No server with the id {id} runs in this session. Get-MtlsServer lists those that do."),
        nameof(ServerNotFound),
        ErrorCategory.ObjectNotFound,
        id);

    /// <summary>No OCSP responder of that number.</summary>
    internal static ErrorRecord ResponderNotFound(int id) => new(
        new ItemNotFoundException($"No OCSP responder with the id {id} runs in this session. Get-MtlsResponder lists those that do."),
        nameof(ResponderNotFound),
        ErrorCategory.ObjectNotFound,
        id);

    /// <summary>Answers that end at once.</summary>
    internal static ErrorRecord ValidForTooShort(DurationArgument given) => new(
        new ArgumentException($"An answer that may be used for {given} has ended when it arrives. Give -ValidFor at least a minute, such as 1h."),
        nameof(ValidForTooShort),
        ErrorCategory.InvalidArgument,
        given);

    /// <summary>One thing can not be compared.</summary>
    internal static ErrorRecord TooFewToCompare(int count) => new(
        new ArgumentException($"Comparing takes at least two keys, certificates or requests, and {count} was given. Name another one."),
        nameof(TooFewToCompare),
        ErrorCategory.InvalidArgument,
        count);

    /// <summary>No policy rule of that name.</summary>
    internal static ErrorRecord RuleUnknown(string name) => new(
        new ArgumentException($"There is no policy rule '{name}'. Test-MtlsPolicy -ListRule shows them all."),
        nameof(RuleUnknown),
        ErrorCategory.InvalidArgument,
        name);

    /// <summary>No check of that name.</summary>
    internal static ErrorRecord CheckUnknown(string name, string subject, string parameter, string page) => new(
        new ArgumentException($"There is no check '{name}' of a {subject}. Press Tab behind -{parameter}, or read docs/{page}, for their names."),
        nameof(CheckUnknown),
        ErrorCategory.InvalidArgument,
        name);

    /// <summary>The program's own check refused a configuration that was made for it.</summary>
    internal static ErrorRecord ConfigRejected(MtlsConfig config) => new(
        new InvalidOperationException($"{config.Target} refuses the configuration. `{config.Check!.Command}` said: {config.Check.Output} Look at what it names; the object's Check has the whole of it."),
        nameof(ConfigRejected),
        ErrorCategory.InvalidResult,
        config.Target);

    /// <summary>The request came back with a status that means failure.</summary>
    internal static ErrorRecord HttpStatus(Uri uri, int status, string? description) => new(
        new InvalidOperationException($"{uri} answered {status} {description}. Look at the answer with -SkipHttpErrorCheck, or into the server's log."),
        nameof(HttpStatus),
        ErrorCategory.InvalidResult,
        uri);

    /// <summary>A probe that lacks what it needs.</summary>
    internal static ErrorRecord ProbeNotAvailable(object probe, string missing) => new(
        new ArgumentException($"The probe {probe} can not be made without {missing}. Give {missing}, or leave the probe out."),
        nameof(ProbeNotAvailable),
        ErrorCategory.InvalidArgument,
        probe);

    /// <summary>The certificates are renewed, and the program that uses them could not be told.</summary>
    internal static ErrorRecord ReloadFailed(ScriptBlock command, string cause) => new(
        new InvalidOperationException($"The certificates are renewed, but {cause.TrimEnd('.')}. Until the program reads its files again it presents the old ones. Mend the cause, and run this again: the command is repeated until it succeeds."),
        nameof(ReloadFailed),
        ErrorCategory.InvalidResult,
        command);

    /// <summary>A file whose ending stands for no form of a report.</summary>
    internal static ErrorRecord ReportFormatUnknown(string path) => new(
        new ArgumentException($"The ending of '{path}' stands for no form of a report. Give -Format, or one of the endings .html, .csv, .json, .xml (JUnit), .prom, .ics."),
        nameof(ReportFormatUnknown),
        ErrorCategory.InvalidArgument,
        path);

    internal static ErrorCategory CategoryOf(ErrorCode code) => code switch
    {
        ErrorCode.FileNotFound or ErrorCode.NotAnAuthority or ErrorCode.StoreItemNotFound or ErrorCode.ToolMissing or ErrorCode.KeyRequired or ErrorCode.ChainMissing or ErrorCode.ProfileNotFound or ErrorCode.AuthorityPending or ErrorCode.NotALab or ErrorCode.CertificateNotIssued or ErrorCode.KeyPlaceUnknown or ErrorCode.AccountUnknown => ErrorCategory.ObjectNotFound,
        ErrorCode.FileExists or ErrorCode.KeyExists or ErrorCode.PortInUse or ErrorCode.SerialNumberUsed or ErrorCode.SubjectNotUnique => ErrorCategory.ResourceExists,
        ErrorCode.FileNotReadable or ErrorCode.PathNotWritable or ErrorCode.StoreAccessDenied or ErrorCode.KeyNotExportable or ErrorCode.KeyAccessDenied or ErrorCode.ElevationRequired => ErrorCategory.PermissionDenied,
        ErrorCode.FileEmpty or ErrorCode.ContentNotRecognized or ErrorCode.PemTruncated or ErrorCode.ContentDamaged or ErrorCode.WrongContent or ErrorCode.SeveralKeys or ErrorCode.SeveralCertificates or ErrorCode.KeyMismatch or ErrorCode.RequestSignatureInvalid or ErrorCode.ProfileInvalid or ErrorCode.AuthorityMismatch => ErrorCategory.InvalidData,
        ErrorCode.PasswordRequired or ErrorCode.PasswordWrong => ErrorCategory.AuthenticationError,
        ErrorCode.KeyNotSupported or ErrorCode.KeyLogNotSupported or ErrorCode.PlatformNotSupported or ErrorCode.ConfigNotRunnable => ErrorCategory.NotImplemented,
        ErrorCode.IssuerCannotSign or ErrorCode.PathLengthExceeded or ErrorCode.LifetimeBeyondIssuer or ErrorCode.KeyTooWeak or ErrorCode.SanRequired or ErrorCode.NameNotAllowed or ErrorCode.KeyNotAllowed or ErrorCode.KeyReused or ErrorCode.LifetimeTooLong or ErrorCode.NameConstraintViolated or ErrorCode.UsageNotPermitted or ErrorCode.RequestDenied or ErrorCode.KeyAccessTooWide or ErrorCode.NotSelfSigned or ErrorCode.ConfigCertificateNotSuitable or ErrorCode.ConfigCrlNotSuitable => ErrorCategory.SecurityError,
        ErrorCode.AuthorityLocked or ErrorCode.AuthorityChanged or ErrorCode.StoreLocked => ErrorCategory.ResourceBusy,
        ErrorCode.AddressNotAvailable or ErrorCode.ServerEnded or ErrorCode.KeyStorageRefused or ErrorCode.KeyAccessNotPossible => ErrorCategory.ResourceUnavailable,
        ErrorCode.ToolFailed or ErrorCode.StoreNotVerified or ErrorCode.ConfigNotStarted => ErrorCategory.InvalidResult,
        ErrorCode.NoConnection => ErrorCategory.OperationTimeout,
        ErrorCode.RequestFailed or ErrorCode.ServerCertificateNotSeen or ErrorCode.TargetNotReached => ErrorCategory.ConnectionError,

        // Rotation.
        ErrorCode.RotationFileInvalid or ErrorCode.RotationVersionUnknown => ErrorCategory.InvalidData,
        ErrorCode.RotationBlocked or ErrorCode.RotationNotDue or ErrorCode.RotationFinished or ErrorCode.RotationClockSetBack => ErrorCategory.InvalidOperation,
        ErrorCode.RotationLocked => ErrorCategory.ResourceBusy,

        // Revocation lists.
        ErrorCode.AlreadyRevoked => ErrorCategory.ResourceExists,
        ErrorCode.CertificateOfAnotherAuthority or ErrorCode.CrlSigningNotAllowed or ErrorCode.CrlSignatureInvalid => ErrorCategory.SecurityError,
        ErrorCode.CrlStale or ErrorCode.CrlEndsSoon or ErrorCode.CrlNotYetValid => ErrorCategory.LimitsExceeded,
        ErrorCode.CrlNotSupported => ErrorCategory.NotImplemented,
        ErrorCode.DownloadFailed => ErrorCategory.ConnectionError,

        // Renewal.
        ErrorCode.ClockBehindCertificate or ErrorCode.RenewalNotVerified => ErrorCategory.InvalidResult,
        ErrorCode.RenewalLocked => ErrorCategory.ResourceBusy,
        ErrorCode.OwnerNotKept => ErrorCategory.PermissionDenied,
        ErrorCode.KeyShared => ErrorCategory.InvalidData,
        ErrorCode.NothingToRenew => ErrorCategory.ObjectNotFound,
        _ => ErrorCategory.InvalidArgument,
    };
}
