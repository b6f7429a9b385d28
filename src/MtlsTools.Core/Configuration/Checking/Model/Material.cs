using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Revocation;

namespace MtlsTools.Configuration.Checking;

/// <summary>What a configuration names as certificate, key, CA or revocation list: the content, as far as it could be read.</summary>
internal sealed class Material
{
    private readonly List<MtlsCertificate> certificates = [];
    private readonly List<CertificateRevocationList> lists = [];
    private readonly List<(string Rule, string Cause)> faults = [];

    private Material(ConfigSetting setting) => Setting = setting;

    internal ConfigSetting Setting { get; }

    /// <summary>In the order in which they stand there.</summary>
    internal IReadOnlyList<MtlsCertificate> Certificates => certificates;

    internal IReadOnlyList<CertificateRevocationList> RevocationLists => lists;

    /// <summary>The private keys; null when there are none.</summary>
    internal KeyFileFacts? Keys { get; private set; }

    /// <summary>Why it could not be read, by the rule that says so.</summary>
    internal IReadOnlyList<(string Rule, string Cause)> Faults => faults;

    /// <summary>Whether its content is known, so that something missing from it is really missing.</summary>
    internal bool IsKnown { get; private set; }

    /// <summary>How messages name it.</summary>
    internal string Label => Setting.Path ?? Setting.Value;

    /// <summary>One that can not be followed: nothing is known of it.</summary>
    internal static Material Unknown(ConfigSetting setting) => new(setting);

    /// <summary>One that is not there.</summary>
    internal static Material Missing(ConfigSetting setting, string cause)
    {
        var material = new Material(setting);
        material.faults.Add(("FileMissing", cause));
        return material;
    }

    /// <summary>Reads a file, or every file of a folder.</summary>
    internal static Material Read(ConfigSetting setting)
    {
        var material = new Material(setting) { IsKnown = true };
        var path = setting.Path!;
        if (!Directory.Exists(path))
            material.Read(path, isAlone: true);
        else
            foreach (var file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Take(1000))
                material.Read(file, isAlone: false);
        return material;
    }

    /// <summary>Takes a content that stands in the configuration itself.</summary>
    internal static Material Inline(ConfigSetting setting, ReadOnlyMemory<byte> content)
    {
        var material = new Material(setting) { IsKnown = true };
        material.Attempt(() => material.Take(content, null));
        return material;
    }

    private void Read(string path, bool isAlone) => Attempt(() =>
    {
        var content = InputFile.Read(path);
        if (isAlone || PemBlock.LooksLikePem(content))
            Take(content, path);
    });

    /// <summary>Takes certificates and lists in the file's own order: servers go by it.</summary>
    private void Take(ReadOnlyMemory<byte> content, string? path)
    {
        if (PemBlock.LooksLikePem(content.Span))
        {
            foreach (var block in PemBlock.ReadAll(content.Span, path))
            {
                if (block.Label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE")
                    certificates.AddRange(CertificateReader.Read(System.Text.Encoding.ASCII.GetBytes(PemBlock.Write(block.Label, block.Data.Span)), null, path));
                else if (block.Label == "X509 CRL")
                    lists.AddRange(CertificateRevocationList.Read(block.Data, path));
            }
        }
        else if (DerContent.Detect(content) == DerKind.Crl)
        {
            lists.AddRange(CertificateRevocationList.Read(content, path));
        }
        else if (DerContent.Detect(content) == DerKind.Certificate)
        {
            certificates.AddRange(CertificateReader.Read(content, null, path));
        }

        Keys = path is not null ? KeyFileFacts.Read(path, content, null) ?? Keys : Keys ?? KeyOf(content);
    }

    private static KeyFileFacts? KeyOf(ReadOnlyMemory<byte> content)
    {
        if (!PemBlock.ReadAll(content.Span).Any(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)))
            return null;
        using var key = PrivateKey.Parse(content);
        return new KeyFileFacts(key);
    }

    private void Attempt(Action read)
    {
        try
        {
            read();
        }
        catch (PasswordException)
        {
            // A key that needs a password is stated by a rule of its own.
        }
        catch (MtlsException failure)
        {
            var rule = failure.Code switch
            {
                ErrorCode.FileNotFound => "FileMissing",
                ErrorCode.FileNotReadable => "FileNotReadable",
                _ => "FileDamaged",
            };
            IsKnown = false;
            faults.Add((rule, failure.Message));
        }
    }
}
