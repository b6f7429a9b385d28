using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsCertificate: reads certificates from files, folders, texts, stores and live servers.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsCertificate", DefaultParameterSetName = PathSet)]
[OutputType(typeof(MtlsCertificate), typeof(string))]
public sealed class GetMtlsCertificateCommand : PathCmdlet
{
    private const string InputObjectSet = "InputObject";
    private const string X509Set = "X509";
    private const string ContentSet = "Content";
    private const string UriSet = "Uri";
    private readonly PemCollector pem = new();

    /// <summary>A certificate of this module, to show it with -AsText or give it its key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet)]
    [ValidateNotNull]
    public MtlsCertificate? InputObject { get; set; }

    /// <summary>A certificate of .NET, from a store for instance.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = X509Set)]
    [ValidateNotNull]
    public X509Certificate2? X509 { get; set; }

    /// <summary>The content of a file.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ContentSet)]
    [ValidateNotNullOrEmpty]
    public byte[] Content { get; set; } = [];

    /// <summary>Live servers, whose certificate is wanted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    public TargetArgument[] Uri { get; set; } = [];

    /// <summary>The name that the server is asked for.</summary>
    [Parameter(ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>How long each stage of a connection may take.</summary>
    [Parameter(ParameterSetName = UriSet)]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <summary>The private key of the (first) certificate.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Looks into the folders of a folder as well.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Gives the text that openssl x509 -text would.</summary>
    [Parameter]
    public SwitchParameter AsText { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ForEachPath(path =>
        {
            if (Directory.Exists(path))
                ReadFolder(path);
            else
                Write(CertificateReader.ReadFile(path, Password));
        });
        if (InputObject is not null)
            this.Attempt(InputObject, () => Write([InputObject]));
        if (X509 is not null)
            this.Attempt(X509, () => Write([MtlsCertificate.FromX509(X509)]));
        if (Content.Length > 0)
            this.Attempt("(bytes)", () => Write(CertificateReader.Read(Content, Password)));
        foreach (var uri in Uri)
            this.Attempt(uri, () => Write([Await(token => ServerCertificates.ReadAsync(uri.Resolve(), ServerName, TimeSpan.FromSeconds(TimeoutSec), token))]));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (pem.IsIncomplete)
            WriteError(Errors.PemTextTruncated(pem.Lines));
        else if (pem.Lines.Length > 0)
            ReadText(pem.Lines);
    }

    /// <inheritdoc/>
    protected override bool TakeContent(string text)
    {
        if (!PemCollector.IsWhole(text))
            return pem.Take(text);
        ReadText(text);
        return true;
    }

    /// <inheritdoc/>
    protected override bool TakeOther(string path, bool literal)
    {
        var found = CertificateDrive.Find(this, path, literal, Recurse);
        foreach (var certificate in found ?? [])
            this.Attempt(path, () => Write([MtlsCertificate.FromX509(certificate)]));
        return found is not null;
    }

    private void ReadText(string text) => this.Attempt("(text)", () => Write(CertificateReader.Read(System.Text.Encoding.UTF8.GetBytes(text), Password)));

    private void Write(IReadOnlyList<MtlsCertificate> certificates)
    {
        if (Key is not null)
            certificates = [certificates[0].WithKey(Key.Resolve(this, Password))];
        foreach (var certificate in certificates)
            WriteObject(AsText ? certificate.ToText() : certificate);
    }

    private void ReadFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = Recurse, IgnoreInaccessible = true })
            .Where(file => CertificateReader.Extensions.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (Stopping)
                return;
            this.Attempt(file, () =>
            {
                try
                {
                    Write(CertificateReader.ReadFile(file, Password));
                }
                catch (InputException other) when (other.Code == ErrorCode.WrongContent)
                {
                    // In a folder, keys and requests are good neighbours of certificates.
                    WriteVerbose(other.Message);
                }
            });
        }
    }
}
