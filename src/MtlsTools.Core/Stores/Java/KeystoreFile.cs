using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Java;

/// <summary>A keystore's file: read whole, changed on a copy beside it, and put into place in one step, so that nobody ever sees half of one.</summary>
/// <param name="processes">Runs keytool.</param>
/// <param name="keytool">Where that is.</param>
/// <param name="path">The keystore.</param>
/// <param name="password">Opens it.</param>
/// <param name="notWritable">The error when this account may not change it.</param>
internal sealed class KeystoreFile(IProcessRunner processes, string keytool, string path, SecureString password, Func<Exception, StoreException> notWritable)
{
    private const string Copy = "keystore";

    private byte[]? listed;
    private IReadOnlyList<JavaEntry> entries = [];

    /// <summary>What a link leads to: replacing the link would leave the keystore as it was.</summary>
    private readonly string target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;

    internal string Path => path;

    /// <summary>The commands as a plan shows them.</summary>
    internal KeytoolCommands Shown => new(keytool, path, Type(Content), name => name, []);

    private byte[]? Content => File.Exists(target) ? InputFile.Read(target) : null;

    /// <summary>The entries; none when there is no file. The same content is listed once only: starting Java takes long.</summary>
    /// <exception cref="MtlsException">It is no keystore, or the password is wrong.</exception>
    internal IReadOnlyList<JavaEntry> Read()
    {
        if (Content is not { } content)
            return [];
        if (listed is null || !content.AsSpan().SequenceEqual(listed))
        {
            using var files = PrivateFolder.Create();
            files.Write(Copy, content);
            List(files, content);
        }

        return entries;
    }

    /// <summary>Changes a copy under a lock that our own processes share, and puts it into place.</summary>
    /// <param name="aliasIn">Which entry the work is about.</param>
    /// <param name="work">Runs the commands on the copy; it is given a folder for its files, and the alias.</param>
    /// <param name="addsKey">Whether a private key is put in: a keystore with its first one is its owner's alone.</param>
    /// <returns>What puts back what was there before.</returns>
    internal Action Change(Func<IReadOnlyList<JavaEntry>, string> aliasIn, Action<KeytoolCommands, PrivateFolder, string> work, bool addsKey)
    {
        using var held = Lock();
        var former = Content;
        var there = Read();
        var alias = aliasIn(there);
        var forOwner = addsKey && !there.Any(one => one.HasKey);
        var formerMode = former is null ? null : ModeOf(target);
        var after = Replace(former, (commands, files) => work(commands, files, alias), forOwner ? AtomicFile.OwnerMode : former is null ? AtomicFile.EveryoneMode : null, Others(there, alias));
        return () => Undo(former, formerMode, after, alias, Has(there, alias));
    }

    private FileStream Lock() => StoreLock.Take(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(target)!, $".{System.IO.Path.GetFileName(target)}.lock"), path, notWritable);

    /// <summary>Where nobody else has changed the keystore since, it becomes what it was to the last byte; else the one entry does.</summary>
    private void Undo(byte[]? former, UnixFileMode? formerMode, byte[] after, string alias, bool wasThere)
    {
        using var held = Lock();
        if (Content is { } now && !now.AsSpan().SequenceEqual(after))
            Replace(now, (commands, files) => Restore(commands, files, wasThere ? former : null, alias), formerMode, Others(Read(), alias));
        else if (former is null)
            File.Delete(target);
        else
            Replace(former, (_, _) => { }, formerMode, []);
    }

    private void Restore(KeytoolCommands commands, PrivateFolder files, byte[]? former, string alias)
    {
        if (Has(Read(), alias))
            Delete(commands, alias);
        if (former is null)
            return;
        files.Write(KeytoolCommands.FormerStore, former);
        Require(commands.Restore(alias));
    }

    /// <summary>Deletes an entry. With the last key the keytool of Java 17 loses all trusted entries of a PKCS#12 keystore, so these are written anew.</summary>
    internal void Delete(KeytoolCommands commands, string alias)
    {
        var others = Others(Read(), alias);
        if (commands.Type == "PKCS12" && others.Count > 0 && !others.Any(one => one.HasKey))
            File.WriteAllBytes(commands.Store, PfxFile.WriteTrust(others.Select(one => (one.Certificate.X509, one.Alias)), password, PfxProtection.Modern));
        else
            Require(commands.Delete(alias));
    }

    private static List<JavaEntry> Others(IReadOnlyList<JavaEntry> list, string alias) => list.Where(one => !one.Alias.Equals(alias, StringComparison.OrdinalIgnoreCase)).ToList();

    private static UnixFileMode? ModeOf(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);

    private static bool Has(IReadOnlyList<JavaEntry> list, string alias) => list.Any(one => one.Alias.Equals(alias, StringComparison.OrdinalIgnoreCase));

    /// <summary>The copy takes the place of the file once keytool can read it, with the file's owner and mode.</summary>
    private byte[] Replace(byte[]? content, Action<KeytoolCommands, PrivateFolder> work, UnixFileMode? mode, IReadOnlyList<JavaEntry> others)
    {
        try
        {
            using var files = PrivateFolder.CreateBeside(target);
            var copy = files.At(Copy);
            if (content is not null)
            {
                if (File.Exists(target) && !OperatingSystem.IsWindows())
                    processes.Require(new ProcessCommand("cp", "-p", target, copy));
                using var file = new FileStream(copy, FileMode.Create);
                file.Write(content);
            }

            files.WriteLine(KeytoolCommands.StorePassword, password);
            work(new KeytoolCommands(keytool, copy, Type(content), files.At, KeytoolCommands.Quick), files);
            if (!OperatingSystem.IsWindows() && mode is { } wanted)
                File.SetUnixFileMode(copy, wanted);
            var changed = InputFile.Read(copy);
            List(files, changed);
            if (others.FirstOrDefault(other => !entries.Any(one => one.Alias == other.Alias && one.Certificate.Equals(other.Certificate))) is { } lost)
                throw new StoreException(ErrorCode.ToolFailed, $"keytool would have lost the entry '{lost.Alias}' of '{path}', so the keystore was left as it is. Use a newer Java, or keep keys and trusted certificates in files of their own.");
            Move(copy);
            return changed;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw notWritable(denied);
        }
    }

    private void Move(string copy)
    {
        using (var file = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite))
            file.Flush(flushToDisk: true);

        // Windows takes over the access list of the file that is replaced.
        if (OperatingSystem.IsWindows() && File.Exists(target))
            File.Replace(copy, target, destinationBackupFileName: null);
        else
            File.Move(copy, target, overwrite: true);
    }

    private void List(PrivateFolder files, byte[] content)
    {
        files.WriteLine(KeytoolCommands.StorePassword, password);
        var read = JavaListing.Read(Require(new KeytoolCommands(keytool, files.At(Copy), Type(content), files.At, KeytoolCommands.Quick).List()));
        (listed, entries) = (content, read);
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="MtlsException">It failed, and why.</exception>
    internal string Require(ProcessCommand command)
    {
        var result = processes.Run(command);
        if (result.ExitCode == 0)
            return result.Output;

        // Its errors go to the standard output, and what the other one has is Java's chatter.
        throw (result.Output + result.Error).Contains("password was incorrect", StringComparison.Ordinal)
            ? new PasswordException(ErrorCode.PasswordWrong, $"The password does not open the keystore '{path}'. Give the one it was made with, with -StorePassword.", path)
            : ProcessRunning.Failed(command, result with { Error = result.Output.Length > 0 ? "" : result.Error });
    }

    /// <summary>By the first bytes: names of files promise much. A new keystore is PKCS#12.</summary>
    private string Type(byte[]? content) => content switch
    {
        null or [0x30, ..] => "PKCS12",
        [0xFE, 0xED, 0xFE, 0xED, ..] => "JKS",
        [0xCE, 0xCE, 0xCE, 0xCE, ..] => "JCEKS",
        _ => throw new InputException(ErrorCode.ContentNotRecognized, $"'{path}' is no Java keystore: neither PKCS#12 nor JKS. Name a keystore, or a file that does not exist yet to have one made.", path),
    };
}
