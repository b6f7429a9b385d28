using System.Collections.Concurrent;
using MtlsTools.Certificates;
using MtlsTools.Configuration.Checking;
using MtlsTools.Encoding;
using MtlsTools.Revocation;

namespace MtlsTools.Inventory;

/// <summary>Reads what the walk came to. Any thread may.</summary>
internal sealed class FileCollector(InventoryOptions options)
{
    private const int Sample = 4096;
    private const int LargestManifest = 8 * 1024 * 1024;

    /// <summary>A file is read twice, but its password is stretched once only.</summary>
    private readonly ConcurrentDictionary<string, IReadOnlyList<Found>> opened = new(StringComparer.Ordinal);

    internal IReadOnlyList<Found> Read(TreeEntry entry)
    {
        if (entry.Failure is not null)
            return [Found.Failed(InventorySource.File, entry.Path, entry.Failure, entry.Path)];
        return entry.Entry is not null ? [ReadRecord(entry)] : opened.TryGetValue(entry.Path, out var known) ? known : ReadFile(entry);
    }

    private static Found ReadRecord(TreeEntry entry)
    {
        var found = new Found(InventorySource.Authority, $"{entry.Path} (records)") { Entry = entry.Entry, Authority = entry.Authority, Path = entry.Entry!.Path };
        try
        {
            return found.Path is null ? found : found with { Certificate = CertificateReader.ReadFile(found.Path)[0] };
        }
        catch (MtlsException)
        {
            return found; // The index says what matters.
        }
    }

    private IReadOnlyList<Found> ReadFile(TreeEntry entry)
    {
        try
        {
            if (!entry.IsExpected && !FileKinds.IsManifest(entry.Path) && !LooksPromising(entry.Path))
                return [];
            var content = InputFile.Read(entry.Path);
            if (FileKinds.IsManifest(entry.Path))
                return content.Length <= LargestManifest && content.AsSpan().IndexOf("Secret"u8) >= 0 ? ReadManifest(entry.Path) : [];
            return PemBlock.LooksLikePem(content) ? PemCollector.Read(content, entry) : ReadBinary(content, entry);
        }
        catch (MtlsException failure)
        {
            return entry.IsExpected ? [Failed(entry.Path, failure)] : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return entry.IsExpected ? [Found.Failed(InventorySource.File, entry.Path, $"'{entry.Path}' can not be read: {failure.Message} Check its permissions.", entry.Path)] : [];
        }
    }

    internal static Found Failed(string path, MtlsException failure) => Found.Failed(InventorySource.File, path, failure.Message, path);

    /// <summary>Whether the beginning of a file is that of PEM text or of a DER structure as long as the file.</summary>
    private static bool LooksPromising(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> beginning = stackalloc byte[Sample];
        beginning = beginning[..file.ReadAtLeast(beginning, Sample, throwOnEndOfStream: false)];
        return beginning switch
        {
            [0x30, 0x82, var high, var low, ..] => file.Length == 4 + (high << 8) + low,
            [0x30, 0x83, var high, var middle, var low, ..] => file.Length == 5 + (high << 16) + (middle << 8) + low,
            [0xFE, 0xED, 0xFE, 0xED, ..] => true,
            _ => beginning.IndexOf("-----BEGIN "u8) >= 0,
        };
    }

    private IReadOnlyList<Found> ReadBinary(byte[] content, TreeEntry entry)
    {
        if (content is [0xFE, 0xED, 0xFE, 0xED, ..])
            return [Found.Failed(InventorySource.Pfx, entry.Path, $"'{entry.Path}' is a keystore in Java's old form (JKS), which only Java reads. Convert it: keytool -importkeystore -srckeystore … -destkeystore … -deststoretype pkcs12.", entry.Path)];
        switch (DerContent.Detect(content))
        {
            case DerKind.Crl:
                return [.. CertificateRevocationList.Read(content, entry.Path).Select(list => new Found(InventorySource.File, entry.Path) { List = list, Path = entry.Path })];
            case DerKind.Certificate or DerKind.Pkcs7:
                return ToFound(CertificateReader.Read(content, null, entry.Path), entry.Path, InventorySource.File);
            case DerKind.Pfx:
                return opened[entry.Path] = ReadPfx(content, entry.Path);
            case DerKind.Unknown when entry.IsExpected:
                throw new InputException(ErrorCode.ContentNotRecognized, $"'{entry.Path}' is neither PEM, nor a certificate, revocation list, PFX or PKCS#7 file, whatever its name says.", entry.Path);
            default:
                return []; // Keys and requests.
        }
    }

    private IReadOnlyList<Found> ReadPfx(byte[] content, string path)
    {
        foreach (var password in options.Passwords.Append(null))
        {
            try
            {
                return ToFound(CertificateReader.Read(content, password, path), path, InventorySource.Pfx);
            }
            catch (PasswordException)
            {
                // The next one.
            }
            catch (MtlsException failure)
            {
                return [Found.Failed(InventorySource.Pfx, path, failure.Message, path)];
            }
        }

        return [Found.Failed(InventorySource.Pfx, path, $"'{path}' is a PFX file with a password, and {(options.Passwords.Count == 0 ? "none was given" : "none of those given opens it")}. Give its password with -Password.", path)];
    }

    /// <summary>The first is what a file is about; CAs behind it come along. Keys do not travel with items.</summary>
    internal static IReadOnlyList<Found> ToFound(IReadOnlyList<MtlsCertificate> certificates, string path, InventorySource source) => [.. certificates.Select((certificate, i) => new Found(source, path)
    {
        Certificate = certificate.HasPrivateKey ? MtlsCertificate.Decode(certificate.RawData, null, certificate.Chain, path) : certificate,
        Path = path,
        HasPrivateKey = certificate.HasPrivateKey,
        ComesAlong = i > 0 && certificate.IsCa && !certificates[0].IsCa,
    })];

    /// <summary>The Secrets of a manifest of Kubernetes.</summary>
    private static List<Found> ReadManifest(string path)
    {
        var facts = new ConfigFacts(DateTimeOffset.UnixEpoch);
        ConfigExaminer.Readers[ConfigFormat.Kubernetes](facts, ConfigPaths.Of(root: null), path);
        var found = new List<Found>();
        foreach (var material in facts.Materials.Where(one => one.Setting.Path is null))
        {
            var place = $"{path}:{material.Setting.Line} ({material.Setting.Value})";
            found.AddRange(material.Certificates.Select((certificate, i) => new Found(InventorySource.Kubernetes, place)
            {
                Certificate = certificate.HasPrivateKey ? MtlsCertificate.Decode(certificate.RawData) : certificate,
                Path = path,
                HasPrivateKey = i == 0 && material.Setting.Name == "tls.crt",
                ComesAlong = i > 0 && certificate.IsCa,
            }));
            found.AddRange(material.RevocationLists.Select(list => new Found(InventorySource.Kubernetes, place) { List = list, Path = path }));
            found.AddRange(material.Faults.Select(fault => Found.Failed(InventorySource.Kubernetes, place, fault.Cause, path)));
        }

        return found;
    }
}
