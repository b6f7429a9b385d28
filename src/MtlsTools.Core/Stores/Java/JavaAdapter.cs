using System.Security;
using System.Text;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Java;

/// <summary>Keystores and truststores of Java: PKCS#12, JKS and JCEKS.</summary>
/// <param name="processes">Runs keytool.</param>
/// <param name="variable">Reads environment variables; null for those of this process.</param>
internal sealed class JavaAdapter(IProcessRunner processes, Func<string, string?>? variable = null) : IStoreAdapter
{
    private const int ShortestPassword = 6;

    private (StoreOptions Options, KeystoreFile Store)? last;

    public void Require(StoreOptions options)
    {
        FindJava();
        StoreErrors.RequireForFiles(StoreTarget.Java, options, "every program that has the keystore's password may use its keys", "a keystore is for whoever may read its file");
    }

    public IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate, StoreOptions options)
    {
        var store = Open(options, wantsOwnFile: (options.StoreName ?? MtlsStoreNames.UsualFor(certificate)) == MtlsStoreName.My);
        var entries = store.Read();
        var placements = JavaPlacement.Plan(certificate, options, entries);
        var alias = placements[0].AliasIn(entries);
        return placements.Select(placement => Step(store, placement, entries))
            .Concat(placements[0].Renewed(entries).Where(one => one.Alias != alias).Select(older => Removal(store, ToItem(store.Path, older), "It has the same names and ends earlier.")))
            .ToList();
    }

    public IEnumerable<StoreItem> Read(StoreOptions options)
    {
        var store = Open(options, wantsOwnFile: false);
        InputFile.Read(store.Path);
        return store.Read().Select(entry => ToItem(store.Path, entry)).Where(item => options.StoreName is null || item.StoreName == options.StoreName);
    }

    public StoreStep PlanRemoval(StoreItem item, StoreOptions options) =>
        Removal(Open(options with { StorePath = item.StorePath }, wantsOwnFile: false), item, item.HasPrivateKey ? "The key can not be brought back." : "It can be imported again.");

    private static StoreStep Step(KeystoreFile store, JavaPlacement placement, IReadOnlyList<JavaEntry> entries)
    {
        var alias = placement.AliasIn(entries);
        return new StoreStep(() => placement.IsDone(store.Read()), () => store.Change(placement.AliasIn, (commands, files, name) => Carry(placement, commands, files, name, store), placement.ImportsKey))
        {
            Item = new StoreItem(StoreTarget.Java, placement.StoreName, placement.Certificate, placement.WithKey) { StorePath = store.Path, Alias = alias },
            Action = !placement.WithKey ? $"Trust the {(placement.Certificate.IsCa ? "CA" : "certificate")} from now on, as '{alias}'"
                : !placement.ImportsKey ? $"Give the key '{alias}' its certificate and chain"
                : entries.Any(one => one.Alias == alias) ? $"Replace the entry '{alias}' by the certificate and its private key"
                : $"Add the certificate and its private key as '{alias}'",
            Reason = placement.Reason,
            Flags = [placement.WithKey ? "PrivateKeyEntry" : "trustedCertEntry"],
            Commands = [(placement.ImportsKey ? store.Shown.ImportKey(alias) : store.Shown.ImportCertificates(alias)).ToString()],
            ChangesTrust = !placement.WithKey,
        };
    }

    private static void Carry(JavaPlacement placement, KeytoolCommands commands, PrivateFolder files, string alias, KeystoreFile store)
    {
        if (!placement.ImportsKey)
        {
            files.Write(KeytoolCommands.CertificateFile, System.Text.Encoding.ASCII.GetBytes(string.Concat(placement.Certificate.Chain.Prepend(placement.Certificate).Select(one => one.ToPem()))));
            store.Require(commands.ImportCertificates(alias));
            return;
        }

        using var password = SecretText.CreateRandom();
        files.WriteLine(KeytoolCommands.PfxPassword, password);
        files.Write(KeytoolCommands.PfxFile, CertificateExporter.TransientPfx(placement.Certificate, password, KeytoolCommands.PfxAlias));
        store.Require(commands.ImportKey(alias));
    }

    private static StoreStep Removal(KeystoreFile store, StoreItem item, string reason) => new(
        () => !store.Read().Any(entry => IsSame(entry, item)),
        () => store.Change(_ => item.Alias!, (commands, _, alias) => store.Delete(commands, alias), addsKey: false))
    {
        Item = item,
        Removes = true,
        Action = item.HasPrivateKey ? $"Remove the key '{item.Alias}' with its chain" : $"Trust '{item.Alias}' no more",
        Reason = reason,
        Commands = [store.Shown.Delete(item.Alias!).ToString()],
    };

    private static bool IsSame(JavaEntry entry, StoreItem item) => entry.Alias == item.Alias && entry.Certificate.Equals(item.Certificate);

    private static StoreItem ToItem(string path, JavaEntry entry) => new(StoreTarget.Java, entry.StoreName, entry.Certificate.WithChain(entry.Certificates.Skip(1).ToList()), entry.HasKey)
    {
        StorePath = path,
        Alias = entry.Alias,
    };

    private JavaInstallation FindJava() => JavaInstallation.Find(processes, variable ?? Environment.GetEnvironmentVariable);

    private KeystoreFile Open(StoreOptions options, bool wantsOwnFile)
    {
        var java = FindJava();
        if (options.StorePath is null && wantsOwnFile)
            throw new StoreException(ErrorCode.StorePathRequired, "A certificate with its key belongs into a keystore of its own program: cacerts holds the CAs that all programs of this Java trust. Name the keystore with -StorePath; one that does not exist is made.");
        var path = options.StorePath ?? java.Cacerts
            ?? throw new StoreException(ErrorCode.StorePathRequired, $"There is no cacerts beside '{java.Keytool}', so it is not known which CAs this Java trusts. Set JAVA_HOME, or name the truststore with -StorePath.");
        var isCacerts = Path.GetFileName(path) == "cacerts";
        var password = options.StorePassword ?? (isCacerts ? SecretText.Create(JavaInstallation.CacertsPassword) : null);
        if (last is { } opened && opened.Store.Path == path && ReferenceEquals(opened.Options.StorePassword, options.StorePassword))
            return opened.Store; // which knows its entries
        var store = new KeystoreFile(processes, java.Keytool, path, Suitable(path, password), denied => options.StorePath is null
            ? new StoreException(ErrorCode.ElevationRequired, $"'{path}', the CAs that all programs of this Java trust, can not be changed by this account: {denied.Message} Run it as root or administrator, or name a truststore of your own with -StorePath.", denied)
            : StoreErrors.NotWritable(path, denied));
        last = (options, store);
        return store;
    }

    private static SecureString Suitable(string path, SecureString? password)
    {
        if (password is null)
            throw new PasswordException(ErrorCode.PasswordRequired, $"The keystore '{path}' is protected by a password. Give it with -StorePassword{(File.Exists(path) ? "" : ", of at least six characters: the keystore does not exist yet and is made")}.", path);
        if (File.Exists(path))
            return password;
        if (password.Length < ShortestPassword)
            throw new PasswordException(ErrorCode.PasswordNotSuitable, $"keytool makes no keystore with a password of fewer than {ShortestPassword} characters, and '{path}' does not exist yet. Give a longer one with -StorePassword.", path);
        return SecretText.Use(password, secret => Ascii.IsValid(secret))
            ? password
            : throw new PasswordException(ErrorCode.PasswordNotSuitable, $"The password has characters that are not ASCII, and Java opens no PKCS#12 keystore with such a one; '{path}' does not exist yet. Give another one with -StorePassword.", path);
    }
}
