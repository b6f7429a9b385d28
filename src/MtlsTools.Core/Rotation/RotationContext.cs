using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Rotation;

/// <summary>What the work of every step needs: the plan, the CAs, and the places beside the plan's file.</summary>
internal sealed class RotationContext(string path, RotationState state, RotationStepOptions options, TimeProvider clock, Action<string>? warn, CancellationToken cancellation)
{
    private CertificateAuthority? oldCa;
    private CertificateAuthority? newCa;

    internal string Path { get; } = path;

    internal RotationState State { get; private set; } = state;

    internal RotationStepOptions Options { get; } = options;

    internal TimeProvider Clock { get; } = clock;

    internal Action<string>? Warn { get; } = warn;

    internal CancellationToken Cancellation { get; } = cancellation;

    internal DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Whether nothing of it can be done here: a plan on paper, for people.</summary>
    internal bool IsOnPaper => State.Ca is null && State.Items.Count == 0;

    internal bool IsCa => State.Kind == RotationKind.Ca;

    /// <summary>What lies ready, and what is archived; for its owner alone.</summary>
    internal string Folder => FolderOf(Path);

    /// <summary>What everybody trusts who is to accept the old and the new.</summary>
    internal string TrustBothFile => System.IO.Path.Combine(Folder, "trust-both.crt");

    /// <summary>What everybody trusts in the end.</summary>
    internal string TrustNewFile => System.IO.Path.Combine(Folder, "trust-new.crt");

    internal CertificateAuthority OldCa => oldCa ??= CertificateAuthority.Open(State.Ca!, clock: Clock);

    internal CertificateAuthority NewCa => newCa ??= CertificateAuthority.Open(State.NewCa!, clock: Clock);

    /// <summary>Who issues the new certificates.</summary>
    internal CertificateAuthority Issuing => IsCa ? NewCa : OldCa;

    internal MtlsCertificate OldCaCertificate => MtlsCertificate.Decode(State.OldCaCertificate!, clock: Clock);

    internal bool NewCaExists => State.NewCa is { } folder && Directory.Exists(folder);

    internal static string FolderOf(string path) => System.IO.Path.ChangeExtension(path, null) + ".files";

    /// <summary>Writes down what has come to pass, before anything else is done.</summary>
    internal void Update(Func<RotationState, RotationState> change)
    {
        State = change(State);
        RotationFile.Write(Path, State);
    }

    /// <summary>Reads the CA anew, after its folder has been changed.</summary>
    internal void ForgetNewCa() => newCa = null;

    /// <summary>The CA with its key; opening an encrypted one takes long, so it is done when something is to be signed.</summary>
    internal CertificateAuthority Unlocked(CertificateAuthority authority)
    {
        authority.Unlock(Options.Password);
        return authority;
    }

    /// <summary>Where the new certificate of an item lies ready.</summary>
    internal string NewCertificate(RotationItem item) => At("new", item, ".crt");

    internal string NewKey(RotationItem item) => At("new", item, ".key");

    /// <summary>Where the old certificate of an item is kept.</summary>
    internal string ArchivedCertificate(RotationItem item) => At("old", item, ".crt");

    internal string ArchivedKey(RotationItem item) => At("old", item, ".key");

    /// <summary>The new certificate of an item, once it is issued.</summary>
    internal MtlsCertificate? FindNew(RotationItem item) => File.Exists(NewCertificate(item)) ? CertificateReader.ReadFile(NewCertificate(item), clock: Clock)[0] : null;

    /// <summary>The new client to show to servers, or null. It keeps back the certificate that leads from the old root to the new one: the server itself has to know the new root.</summary>
    internal MtlsCertificate? FindNewClient() => Identity(NewCertificate, NewKey) is { } client ? (IsCa ? client.WithChain([]) : client) : null;

    /// <summary>The old client, which servers must refuse in the end; null when none was replaced here.</summary>
    internal MtlsCertificate? FindOldClient() => Identity(ArchivedCertificate, ArchivedKey);

    internal void CreateFolders()
    {
        foreach (var folder in new[] { Folder, System.IO.Path.Combine(Folder, "new"), System.IO.Path.Combine(Folder, "old") })
        {
            try
            {
                if (!Directory.Exists(folder))
                    AtomicFile.CreatePrivateDirectory(folder);
            }
            catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.NotWritable(folder, denied);
            }
        }
    }

    /// <summary>Whether servers were told to read their files again.</summary>
    internal bool HasReloaded { get; private set; }

    /// <summary>Whether an earlier call began the step: it may have changed files, and nobody may have told the servers.</summary>
    internal bool IsTakenUpAgain { get; init; }

    /// <summary>Tells servers to read their files again, when some have changed.</summary>
    /// <returns>That it failed, or nothing.</returns>
    internal IReadOnlyList<Obstacle> Reload(bool changed)
    {
        if (!(changed || IsTakenUpAgain) || Options.Reload is null)
            return [];
        HasReloaded = true;
        return Options.Reload() is { } failure ? [new Obstacle($"The files are in place, but {failure.TrimEnd('.')}. Mend that, and do the step once more.")] : [];
    }

    private MtlsCertificate? Identity(Func<RotationItem, string> certificate, Func<RotationItem, string> key)
    {
        foreach (var item in State.Items.Where(item => item.IsClient && item.IsHere && File.Exists(certificate(item)) && File.Exists(key(item))))
            return CertificateReader.ReadIdentity(certificate(item), key(item), Options.KeyPassword);
        return null;
    }

    private string At(string folder, RotationItem item, string ending)
    {
        var number = State.Items.ToList().IndexOf(item) + 1;
        return System.IO.Path.Combine(Folder, folder, FormattableString.Invariant($"{number:00}-{ExportFileName.Safe(item.Name)}{ending}"));
    }
}

/// <summary>How the next step of a rotation is done.</summary>
public sealed record RotationStepOptions
{
    /// <summary>Opens the keys of the CAs, and encrypts that of a new one.</summary>
    public System.Security.SecureString? Password { get; init; }

    /// <summary>Opens the keys of the certificates that are replaced, and encrypts those of the new ones.</summary>
    public System.Security.SecureString? KeyPassword { get; init; }

    /// <summary>Whether a step is done before its day.</summary>
    public bool Early { get; init; }

    /// <summary>Whether somebody says that what lies elsewhere is done.</summary>
    public bool Done { get; init; }

    /// <summary>Has the servers read their files again, whenever some have changed, and says why that failed, or null. It runs on the caller's thread.</summary>
    public Func<string?>? Reload { get; init; }

    /// <summary>How long each stage of a live test may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
