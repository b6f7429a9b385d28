using System.Collections;
using System.Management.Automation;
using MtlsTools.Authority;
using MtlsTools.Issuance;

namespace MtlsTools.Commands;

/// <summary>Wherever a profile is wanted: a built-in one by name, one of the CA's own by name, a file (.json, .psd1), a hashtable, or the profile itself.</summary>
public sealed class ProfileArgument
{
    private readonly object value;
    private IssuanceProfile? resolved;

    /// <summary>A name, or the path of a file.</summary>
    public ProfileArgument(string profile) => value = profile;

    /// <summary>A built-in profile.</summary>
    public ProfileArgument(CertificateProfile profile) => value = profile.ToString();

    /// <summary>A profile.</summary>
    public ProfileArgument(IssuanceProfile profile) => value = profile;

    /// <summary>A file.</summary>
    public ProfileArgument(FileInfo file) => value = file;

    /// <summary>The fields of a profile.</summary>
    public ProfileArgument(IDictionary fields) => value = fields;

    /// <inheritdoc/>
    public override string ToString() => value switch { FileInfo file => file.FullName, IDictionary fields => fields["name"] as string ?? "profile", _ => value.ToString() ?? "" };

    /// <summary>The profile; a file is read once, however many records follow.</summary>
    internal IssuanceProfile Resolve(PSCmdlet cmdlet, CertificateAuthority authority) => resolved ??= value switch
    {
        IssuanceProfile profile => profile,
        IDictionary fields => IssuanceProfile.FromFields(DataFile.Unwrap(fields)),
        FileInfo file => Open(file.FullName),
        _ => Find((string)value, cmdlet, authority),
    };

    private static IssuanceProfile Find(string text, PSCmdlet cmdlet, CertificateAuthority authority)
    {
        if (Enum.GetNames<CertificateProfile>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } builtIn)
            return Enum.Parse<CertificateProfile>(builtIn);
        var isPath = text.AsSpan().IndexOfAny('/', '\\') >= 0 || System.IO.Path.GetExtension(text) is ".json" or ".psd1";
        if (isPath)
            return Open(cmdlet.FilePath(text));
        return authority.FindProfile(text)
            ?? throw new InputException(ErrorCode.ProfileNotFound, $"There is no profile '{text}': it is none of {string.Join(", ", Enum.GetNames<CertificateProfile>())}, and the CA '{authority.Name}' has none of that name in its folder profiles. Correct the name, or give the path of a file (.json, .psd1).");
    }

    private static IssuanceProfile Open(string path) => System.IO.Path.GetExtension(path).Equals(".psd1", StringComparison.OrdinalIgnoreCase)
        ? IssuanceProfile.FromFields(DataFile.Read(path), path)
        : IssuanceProfile.Open(path);
}
