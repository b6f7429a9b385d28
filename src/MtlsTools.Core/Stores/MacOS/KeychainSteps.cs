using MtlsTools.Certificates;
using MtlsTools.Processes;

namespace MtlsTools.Stores.MacOS;

/// <summary>The steps on one keychain, each with what undoes it.</summary>
/// <param name="keychain">The keychain.</param>
/// <param name="imported">The certificate of the import, with its chain: what macOS has to accept in the end.</param>
/// <param name="options">How it is done.</param>
internal sealed class KeychainSteps(Keychain keychain, MtlsCertificate imported, StoreOptions options)
{
    internal StoreStep For(KeychainPlacement placement, StoreItem item) =>
        placement.WithKey ? Import(item) : placement.ChangesTrust ? Trust(placement, item) : Add(item);

    internal StoreStep Removal(StoreItem item, string reason) => new(
        isDone: () => !keychain.Holds(item.Certificate) && !(IsTrusted(item) && keychain.Trusted().Contains(item.Thumbprint)),
        carry: () => Remove(item))
    {
        Item = item,
        Action = item.HasPrivateKey ? "Remove the certificate and its private key" : IsTrusted(item) ? "Trust the certificate no longer, and remove it" : "Remove the certificate",
        Reason = reason,
        Commands = IsTrusted(item)
            ? [keychain.DistrustCommand(KeychainFiles.NameOf(item.Certificate, ".crt")).ToString(), keychain.DeleteCommand(item.Thumbprint, withKey: false).ToString()]
            : [keychain.DeleteCommand(item.Thumbprint, item.HasPrivateKey).ToString()],
        ChangesTrust = IsTrusted(item),
    };

    private StoreStep Import(StoreItem item)
    {
        var label = item.Alias!;
        string[] access = [.. options.Exportable ? Array.Empty<string>() : ["-x"], .. options.Applications.SelectMany(application => new[] { "-T", application })];
        var import = keychain.ImportCommand(KeychainFiles.NameOf(item.Certificate, ".p12"), access);
        var asks = options.StorePassword is null
            ? " Without the keychain's password (-StorePassword) the key's partition list stays as it is, and macOS asks in a dialog when a program first uses the key."
            : "";
        return new StoreStep(
            isDone: () => keychain.Holds(item.Certificate) && keychain.Identities().Contains(item.Thumbprint),
            carry: () => CarryImport(item, access, label))
        {
            Item = item,
            Action = "Add the certificate and its private key",
            Reason = $"Clients and servers look for identities, certificates with their keys, in keychains.{asks}",
            Flags = [options.Exportable ? "the key may be exported" : "the key can not be exported (-x)", "passwords go through standard input (security -i)"],
            Commands = options.StorePassword is null
                ? [import.ToString(), .. VerifyCommands()]
                : [keychain.UnlockCommand.ToString(), import.ToString(), $"{Keychain.PartitionCommand(label)} {Encoding.BashText.QuoteIfNeeded(keychain.Path)}", .. VerifyCommands()],
        };
    }

    private Action CarryImport(StoreItem item, IReadOnlyList<string> access, string label)
    {
        var before = keychain.Holds(item.Certificate);
        if (options.StorePassword is { } unlocking)
            keychain.Unlock(unlocking);
        using var files = new KeychainFiles();
        using var password = KeychainFiles.NewPassword();
        keychain.Import(keychain.ImportCommand(files.Write(item.Certificate, label, password), access), password);
        return Finish(
            () =>
            {
                if (options.StorePassword is { } keychainPassword)
                    keychain.SetPartitions(label, keychainPassword);
                if (RootOfImport() is { } root && keychain.Trusted().Contains(root.Thumbprint))
                    Verify();
            },
            () => TakeOut(item.Certificate, withKey: true, putBack: before));
    }

    private StoreStep Add(StoreItem item) => new(
        isDone: () => keychain.Holds(item.Certificate),
        carry: () =>
        {
            Put(item.Certificate, keychain.AddCommand);
            return () => keychain.Run(keychain.DeleteCommand(item.Thumbprint, withKey: false));
        })
    {
        Item = item,
        Action = item.Certificate.IsCa ? "Add the CA" : "Add the certificate",
        Reason = "macOS completes chains with the intermediates that it finds in keychains; trust comes from the root alone.",
        Commands = [keychain.AddCommand(KeychainFiles.NameOf(item.Certificate, ".crt")).ToString()],
    };

    private StoreStep Trust(KeychainPlacement placement, StoreItem item) => new(
        isDone: () => keychain.Holds(item.Certificate) && keychain.Trusted().Contains(item.Thumbprint),
        carry: () => CarryTrust(placement, item))
    {
        Item = item,
        Action = $"Trust the {(item.Certificate.IsCa ? "CA" : "certificate")} from now on, for everything and {(keychain.ForMachine ? "for every user" : "for this user")}",
        Reason = $"{(placement.StoreName == MtlsStoreName.Root ? "It is self-signed, and chains that end at it are trusted." : "It is to be trusted by itself, whoever signed it.")} macOS asks in a dialog{(keychain.ForMachine ? " for an administrator's password (since Big Sur, of root as well)" : "")}: this takes a session with a desktop.",
        Flags = [keychain.ForMachine ? "trust settings of the machine (-d)" : "trust settings of the user"],
        Commands = [keychain.TrustCommand(KeychainFiles.NameOf(item.Certificate, ".crt"), placement.TrustResult).ToString(), .. VerifyCommands()],
        ChangesTrust = true,
    };

    private Action CarryTrust(KeychainPlacement placement, StoreItem item)
    {
        var before = keychain.Holds(item.Certificate);
        try
        {
            Put(item.Certificate, file => keychain.TrustCommand(file, placement.TrustResult));
        }
        catch (StoreException)
        {
            // security adds the certificate first, and then asks whether it may be trusted.
            if (!before && keychain.Holds(item.Certificate))
                keychain.Run(keychain.DeleteCommand(item.Thumbprint, withKey: false));
            throw;
        }

        return Finish(
            () =>
            {
                if (imported.HasPrivateKey && !imported.IsCa && keychain.Identities().Contains(imported.Thumbprint))
                    Verify();
            },
            () =>
            {
                Put(item.Certificate, keychain.DistrustCommand);
                if (!before)
                    keychain.Run(keychain.DeleteCommand(item.Thumbprint, withKey: false));
            });
    }

    private Action Remove(StoreItem item)
    {
        var trusted = IsTrusted(item) && keychain.Trusted().Contains(item.Thumbprint);
        if (trusted)
            Put(item.Certificate, keychain.DistrustCommand);
        var result = new KeychainPlacement(item.StoreName, item.Certificate).TrustResult;
        var again = () =>
        {
            if (trusted)
                Put(item.Certificate, file => keychain.TrustCommand(file, result));
        };
        Finish(() => TakeOut(item.Certificate, item.HasPrivateKey, putBack: false), again);
        return () =>
        {
            if (item.HasPrivateKey)
                throw new StoreException(ErrorCode.KeyRequired, $"the private key of '{item.Name}' was removed with its certificate and can not be brought back; import it again from its file.");
            Put(item.Certificate, keychain.AddCommand);
            again();
        };
    }

    /// <summary>Does the second half of a step; when that fails, the first is undone.</summary>
    private static Action Finish(Action work, Action undo)
    {
        try
        {
            work();
            return undo;
        }
        catch (Exception)
        {
            undo();
            throw;
        }
    }

    /// <summary>A key that another certificate of the keychain has as well, one that was renewed with its key, stays.</summary>
    private void TakeOut(MtlsCertificate certificate, bool withKey, bool putBack)
    {
        var alone = withKey && !keychain.Certificates().Any(other => !other.Equals(certificate) && other.SpkiSha256 == certificate.SpkiSha256);
        keychain.Run(keychain.DeleteCommand(certificate.Thumbprint, alone));
        if (putBack)
            Put(certificate, keychain.AddCommand);
    }

    private void Put(MtlsCertificate certificate, Func<string, ProcessCommand> command)
    {
        using var files = new KeychainFiles();
        keychain.Run(command(files.Write(certificate)));
    }

    /// <summary>Asks macOS what it thinks of the certificate, once its root is trusted.</summary>
    /// <exception cref="StoreException">It is refused, and what macOS says of it.</exception>
    private void Verify()
    {
        using var files = new KeychainFiles();
        var command = keychain.VerifyCommand(imported, files.Write(imported), imported.Intermediates.Select(files.Write).ToList());
        var answer = keychain.Try(command);
        if (answer.ExitCode != 0 || (imported.Role == CertificateRole.Client && !Keychain.IdentitiesIn(answer.Output).Contains(imported.Thumbprint)))
            throw new StoreException(ErrorCode.StoreNotVerified, $"macOS does not accept '{imported.Name}' although its root is trusted. `{command}` says: {$"{answer.Error} {answer.Output}".ReplaceLineEndings(" ").Trim()} Test-MtlsCertificate and Test-MtlsPolicy tell what is wrong with it (macOS refuses server certificates without a subjectAltName or serverAuth, and those of more than 825 days).");
    }

    private IEnumerable<string> VerifyCommands() => RootOfImport() is null ? []
        : [keychain.VerifyCommand(imported, KeychainFiles.NameOf(imported, ".crt"), imported.Intermediates.Select(issuer => KeychainFiles.NameOf(issuer, ".crt")).ToList()).ToString()];

    /// <summary>Only what ends at a root that comes along, or is there, can be judged.</summary>
    private MtlsCertificate? RootOfImport() => imported.IsCa || !imported.HasPrivateKey ? null : imported.Chain.FirstOrDefault(issuer => issuer.IsSelfSigned);

    private static bool IsTrusted(StoreItem item) => item.StoreName is MtlsStoreName.Root or MtlsStoreName.TrustedPeople;
}
