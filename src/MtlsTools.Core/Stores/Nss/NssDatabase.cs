using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Stores.Nss;

/// <summary>One database of NSS: what is in it, and changes that can be undone. Each change is made under a lock that our own processes share; against browsers the database protects itself.</summary>
internal sealed class NssDatabase(NssTools tools)
{
    private const string LockName = ".mtlstools.lock";

    private static readonly string[] Files = ["cert9.db", "key4.db", "pkcs11.txt"];

    internal string Folder => tools.Folder;

    /// <summary>The commands as a plan shows them.</summary>
    internal NssCommands Shown => tools.Shown();

    /// <summary>Whether there is no database yet: it is made with the first certificate.</summary>
    internal bool IsNew => !File.Exists(At("cert9.db"));

    /// <summary>Whether a folder holds nothing, or what another process leaves there while it makes a database.</summary>
    internal static bool IsEmpty(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)
        .All(name => name == LockName || Files.Any(file => name.StartsWith(file, StringComparison.Ordinal)));

    /// <summary>All certificates.</summary>
    /// <param name="keysRequired">Whether a missing password is an error; otherwise the database's own word is taken for who has a key.</param>
    /// <exception cref="MtlsException">The database can not be opened.</exception>
    internal IReadOnlyList<NssEntry> Read(bool keysRequired)
    {
        // Another process may be making it at this moment.
        using var settled = File.Exists(At(LockName)) ? TryLock() : null;
        return tools.Use((commands, _) => Read(commands, keysRequired));
    }

    /// <summary>Whether the private key of a certificate lies in the database.</summary>
    internal bool HasKey(PublicKeyInfo key) => tools.Use((commands, _) => HasKey(commands, key));

    /// <summary>Adds a certificate, with its key if it is to, or gives one that is there the trust that is wanted.</summary>
    /// <returns>What puts back what was there before.</returns>
    internal Action Add(MtlsCertificate certificate, string nickname, NssTrust trust, bool withKey) => Change<Action>((commands, files) =>
    {
        var created = Create(commands);
        var before = Read(commands, keysRequired: true);
        var former = Find(before, certificate);
        var keyMissing = withKey && !HasKey(commands, certificate.PublicKey);
        try
        {
            var name = NicknameOf(before, certificate, nickname);
            if (keyMissing)
                ImportKey(commands, files, certificate, name);
            if (former is null ? !keyMissing : !former.Trust.Includes(trust))
                Put(commands, files, new NssEntry(name, (former?.Trust ?? NssTrust.None).With(trust), certificate, withKey));
        }
        catch (MtlsException)
        {
            Undo(commands, files);
            throw;
        }

        return () => Change((again, folder) => Undo(again, folder));

        bool Undo(NssCommands again, PrivateFolder folder)
        {
            if (former is null)
                Delete(again, folder, certificate);
            else
                Put(again, folder, former);
            if (keyMissing && HasKey(again, certificate.PublicKey))
                tools.Require(again.DeleteKey(certificate.PublicKey));
            foreach (var name in created && Read(again, keysRequired: true).Count == 0 ? Files : [])
                File.Delete(At(name));
            return true;
        }
    });

    /// <summary>Takes out one certificate, whatever others have its nickname, and its key unless another certificate needs it.</summary>
    /// <returns>What puts it back.</returns>
    internal Action Remove(MtlsCertificate certificate) => Change<Action>((commands, files) =>
    {
        if (Find(Read(commands, keysRequired: true), certificate) is not { } entry)
            return () => { };
        var password = SecretText.CreateRandom();
        var backup = entry.HasKey ? Export(commands, files, entry, password) : [];
        Delete(commands, files, certificate);
        if (entry.HasKey && !Read(commands, keysRequired: true).Any(one => one.Certificate.PublicKey.Equals(certificate.PublicKey)))
            tools.Require(commands.DeleteKey(certificate.PublicKey));
        return () => Change((again, folder) =>
        {
            // The backup holds every certificate of the key, and those that are there already stay as they are.
            if (entry.HasKey)
                Import(again, folder, backup, password);
            Put(again, folder, entry);
            return true;
        });
    });

    /// <summary>The nickname that a certificate has or gets: that of its subject if there is one, because NSS gives no other, and else the wished one or one like it.</summary>
    internal static string NicknameOf(IReadOnlyList<NssEntry> entries, MtlsCertificate certificate, string wished) =>
        entries.FirstOrDefault(one => one.Certificate.Subject.Equals(certificate.Subject) && one.Nickname.Length > 0)?.Nickname
        ?? StoredCertificates.UniqueName(wished, name => entries.Any(one => one.Nickname == name));

    internal static NssEntry? Find(IReadOnlyList<NssEntry> entries, MtlsCertificate certificate) => entries.FirstOrDefault(one => one.Certificate.Equals(certificate));

    private string At(string name) => Path.Combine(tools.Folder, name);

    private T Change<T>(Func<NssCommands, PrivateFolder, T> work)
    {
        using var held = Lock();
        return tools.Use(work);
    }

    private FileStream Lock() => StoreLock.Take(At(LockName), tools.Folder, denied => StoreErrors.NotWritable(tools.Folder, denied));

    /// <summary>Who may not change the database reads it without.</summary>
    private FileStream? TryLock()
    {
        try
        {
            return Lock();
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private bool Create(NssCommands commands)
    {
        if (!IsNew)
            return false;
        tools.Require(commands.Create(tools.HasPassword));
        return true;
    }

    private List<NssEntry> Read(NssCommands commands, bool keysRequired)
    {
        if (IsNew)
            return [];
        var keys = ReadKeys(commands, keysRequired);
        return NssListing.ReadRows(tools.Require(commands.List())).SelectMany(row => ReadRow(commands, row.Label, row.Trusts, keys)).ToList();
    }

    private IEnumerable<NssEntry> ReadRow(NssCommands commands, string label, IReadOnlyList<NssTrust> trusts, IReadOnlySet<string>? keys)
    {
        // The rows of one nickname are in no order that could be relied on.
        var trust = trusts.Distinct().Count() == 1 ? null : NssListing.ReadTrust(tools.Require(commands.ShowTrust(label)));
        foreach (var certificate in Certificates(commands, label))
        {
            var own = trust is null ? trusts[0] : trust[certificate.Sha256];
            yield return new NssEntry(label, own, certificate, keys?.Contains(NssKeyId.Hex(certificate.PublicKey)) ?? own.IsUser);
        }
    }

    /// <summary>The certificates of a nickname; none when there is no such one.</summary>
    private List<MtlsCertificate> Certificates(NssCommands commands, string label) => StoredCertificates.Read(tools.Run(commands.ShowPem(label)).Output);

    private bool HasKey(NssCommands commands, PublicKeyInfo key) => !IsNew && ReadKeys(commands, required: true)!.Contains(NssKeyId.Hex(key));

    /// <summary>Null when the password is missing and not required.</summary>
    private IReadOnlySet<string>? ReadKeys(NssCommands commands, bool required)
    {
        var command = commands.ListKeys();
        var result = tools.Run(command);
        if (result.ExitCode == 0 || (result.Output + result.Error).Contains("no keys found", StringComparison.Ordinal))
            return NssListing.ReadKeys(result.Output);
        var failure = tools.Failure(command, result);
        return failure.Code == ErrorCode.PasswordRequired && !required ? null : throw failure;
    }

    private void ImportKey(NssCommands commands, PrivateFolder files, MtlsCertificate certificate, string nickname)
    {
        using var password = SecretText.CreateRandom();
        var pfx = CertificateExporter.TransientPfx(certificate.WithChain([]), password, nickname);
        Import(commands, files, pfx, password);
        CryptographicOperations.ZeroMemory(pfx);
    }

    private void Import(NssCommands commands, PrivateFolder files, byte[] pfx, SecureString password)
    {
        files.WriteLine(NssCommands.PfxPassword, password);
        files.Write(NssCommands.PfxFile, pfx);
        tools.Require(commands.ImportPfx());
    }

    private byte[] Export(NssCommands commands, PrivateFolder files, NssEntry entry, SecureString password)
    {
        files.WriteLine(NssCommands.PfxPassword, password);
        tools.Require(commands.ExportPfx(entry.Nickname, entry.Certificate.PublicKey));
        return File.ReadAllBytes(files.At(NssCommands.PfxFile));
    }

    private void Put(NssCommands commands, PrivateFolder files, NssEntry entry)
    {
        files.Write(NssCommands.CertificateFile, System.Text.Encoding.ASCII.GetBytes(entry.Certificate.ToPem()));
        tools.Require(commands.Add(entry.Nickname, entry.Trust));
    }

    /// <summary>NSS deletes the newest certificate of a nickname and key, so those that are newer than the one that is meant are put back.</summary>
    private void Delete(NssCommands commands, PrivateFolder files, MtlsCertificate certificate)
    {
        var entries = Read(commands, keysRequired: true);
        if (Find(entries, certificate) is not { } meant)
            return;
        var others = new List<NssEntry>();
        try
        {
            for (var there = true; there;)
            {
                var command = commands.Delete(meant.Nickname, certificate.PublicKey);
                tools.Require(command);
                var left = Certificates(commands, meant.Label);
                var gone = entries.Where(one => one.Label == meant.Label && !left.Contains(one.Certificate)).ToList();
                there = left.Contains(certificate);
                if (gone.Count == others.Count && there)
                    throw new StoreException(ErrorCode.ToolFailed, $"'{command}' reported success and deleted nothing. Close other programs that use the database '{tools.Folder}', and try again.");
                others = gone.Where(one => one != meant).ToList();
            }
        }
        finally
        {
            foreach (var other in others)
                Put(commands, files, other);
        }
    }
}
