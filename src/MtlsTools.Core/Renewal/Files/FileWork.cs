using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Renewal.Files;

/// <summary>The renewal of files, while they are locked against others.</summary>
internal sealed class FileWork : IRenewalWork
{
    private readonly FilePlace place;
    private readonly FileStream held;
    private readonly FileSwap swap;
    private readonly IReadOnlyList<SwapFile> files;
    private readonly VersionFolder versions;
    private readonly FileSettings settings;
    private bool replaced;

    internal FileWork(FilePlace place, FileSettings settings, VersionFolder versions, CancellationToken cancellation)
    {
        this.place = place;
        this.settings = settings;
        this.versions = versions;
        versions.Create();
        held = Lock(place.Certificate, versions, cancellation);
        try
        {
            new SwapJournal(versions).Finish();
            files = place.Files();
            var isLinked = versions.CurrentNumber is not null && FileLinks.TargetOf(place.Certificate) is not null;
            swap = files.Count > 1 && (isLinked || (!settings.NoLink && DurableFile.CanLink(versions.Path))) ? new LinkSwap(files) : new RenameSwap(files);
            swap.Prepare();
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public MtlsCertificate Replace(MtlsCertificate former, MtlsCertificate issued)
    {
        foreach (var file in files)
            Write(file, former, issued);
        var written = ReadStaged(issued);
        if (settings.MarkReload)
            AtomicFile.Write(versions.ReloadMark, [], FileAudience.Everyone, overwrite: true);
        swap.Switch(settings.Keep);
        replaced = true;
        return written.WithKey(issued.PrivateKey!.At(place.Key ?? place.Certificate)).At(settings.Path);
    }

    public void Dispose()
    {
        try
        {
            if (!replaced)
                swap.Discard();
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            // The next run takes it away; whatever kept the files from being replaced is the failure worth telling.
        }
        finally
        {
            held.Dispose();
        }
    }

    private void Write(SwapFile file, MtlsCertificate former, MtlsCertificate issued)
    {
        var content = file.Role switch
        {
            FileRole.Certificate => place.Form.Write(issued.WithChain(ChainFor(file, former, issued)), place.Password),
            FileRole.Key => KeyForm.Of(InputFile.Read(file.Path), file.Path).Write(issued.PrivateKey!, place.Password),
            _ => CertificateExporter.Pem(ChainFor(file, former, issued)),
        };
        swap.Write(file, content);
        CryptographicOperations.ZeroMemory(content);
    }

    /// <summary>The issuers that go into a file: the root only where one lay there before, none where they have a file of their own.</summary>
    private IReadOnlyList<MtlsCertificate> ChainFor(SwapFile file, MtlsCertificate former, MtlsCertificate issued)
    {
        var issuers = place.Chain is null ? former.Chain : CertificateReader.ReadFile(file.Path).Where(one => one.IsCa).ToList();
        if (file.Role == FileRole.Certificate && issuers.Count == 0 && place.Chain is not null)
            return [];
        return issuers.Any(one => one.IsSelfSigned) ? issued.Chain : issued.Intermediates;
    }

    /// <summary>What is on the disk is read back before anybody sees it.</summary>
    private MtlsCertificate ReadStaged(MtlsCertificate issued)
    {
        var key = files.FirstOrDefault(file => file.Role == FileRole.Key);
        var read = CertificateReader.ReadIdentity(swap.Staged(files[0]), key is null ? null : swap.Staged(key), place.Password);
        return read.Equals(issued)
            ? read
            : throw new OutputException(ErrorCode.RenewalNotVerified, $"What was written beside '{place.Certificate}' is not read back as it was written. Nothing was changed. Check the disk.", place.Certificate);
    }

    private static FileStream Lock(string path, VersionFolder versions, CancellationToken cancellation)
    {
        var name = versions.At(".lock");
        var isNew = !File.Exists(name);
        var taken = FileLock.Take(
            name,
            seconds => new OutputException(ErrorCode.RenewalLocked, $"Another process has been renewing '{path}' for more than {seconds:F0} seconds. Wait for it, or end it; then try again.", path),
            denied => AtomicFile.NotWritable(name, denied),
            cancellation);
        if (isNew && !OperatingSystem.IsWindows())
            FileRights.Adopt(name, versions.Path);
        return taken;
    }
}
