using System.Globalization;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>Which keys a CA has certified: <c>spki.txt</c>, a line for each certificate with the SHA-256 of its key and its serial number.</summary>
/// <remarks>The index is the truth and this file an aid beside it: what is missing in it, because another program issued, is added from the certificates. The caller holds the lock.</remarks>
internal sealed class CertifiedKeys(AuthorityLayout layout, AuthorityIndex index, TimeProvider clock)
{
    private const int DigestLength = 64;

    /// <summary>The first half of each digest, and where its last line begins: a million keys are some 40 MB.</summary>
    private readonly Dictionary<UInt128, long> lines = [];
    private long read;
    private bool reconciled;

    /// <summary>Judges a key by its profile's rule; what is allowed but unwise is returned in words.</summary>
    /// <exception cref="IssuanceException">The rule forbids it.</exception>
    internal string? Judge(CertificatePlan plan, string? request)
    {
        var rule = plan.Profile.Keys.Reuse;
        if (rule == KeyReuse.Allow || FindLast(plan.PublicKey) is not { } earlier || (rule != KeyReuse.Never && earlier.NotAfter < clock.GetUtcNow()))
            return null;
        var same = earlier.Subject.Equals(plan.Subject);
        if (rule == KeyReuse.Never || (rule == KeyReuse.SameSubject && !same))
            throw new IssuanceException(ErrorCode.KeyReused, $"The key was certified before, for '{earlier.Subject}' under the serial number {earlier.SerialNumber}, and the profile '{plan.Profile}' {(rule == KeyReuse.Never ? "wants a new key for each certificate" : "wants each subject to have a key of its own")}. Ask for a request with a new key, or use another profile.", request);
        return same ? null : $"The key of '{plan.Subject}' is certified for '{earlier.Subject}' as well (serial number {earlier.SerialNumber}): whoever steals it from one has both. Give each a key of its own.";
    }

    /// <summary>Adds a certificate that has been recorded. A line that is lost is found missing and added again: so nothing is flushed, and no failure keeps the certificate from whom it is for.</summary>
    internal void Append(PublicKeyInfo key, string serialNumber)
    {
        try
        {
            Write([(key.Sha256, serialNumber)]);
        }
        catch (OutputException)
        {
            reconciled = false;
        }
    }

    /// <summary>The serial numbers of every certificate of a key, oldest first.</summary>
    internal IReadOnlyList<string> FindAll(PublicKeyInfo key)
    {
        if (!reconciled)
            Reconcile();
        return !File.Exists(layout.CertifiedKeys) ? [] : File.ReadLines(layout.CertifiedKeys)
            .Where(line => line.Length > DigestLength && line.StartsWith(key.Sha256, StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(DigestLength + 1)..])
            .ToList();
    }

    private MtlsCertificate? FindLast(PublicKeyInfo key)
    {
        if (!reconciled)
            Reconcile();
        Refresh();
        if (!lines.TryGetValue(Parse(System.Text.Encoding.ASCII.GetBytes(key.Sha256)), out var at))
            return null;
        using var file = OpenToRead();
        file.Position = at;
        using var reader = new StreamReader(file);
        var path = layout.IssuedCertificate(reader.ReadLine()![(DigestLength + 1)..]);
        return File.Exists(path) && CertificateReader.ReadFile(path, clock: clock) is [var certificate, ..] && certificate.PublicKey.Equals(key) ? certificate : null;
    }

    /// <summary>Reads what was appended since, by this process or another.</summary>
    private void Refresh()
    {
        // Mostly it was this process that wrote last, and then it knows.
        if (new FileInfo(layout.CertifiedKeys) is { Exists: true } there && there.Length == read)
            return;
        using var file = OpenToRead();
        if (file.Length < read)
        {
            lines.Clear();
            read = 0;
        }

        file.Position = read;
        var buffer = new byte[1 << 16];
        var kept = 0;
        for (int count; (count = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var chunk = buffer.AsSpan(0, kept + count);
            for (int end; (end = chunk.IndexOf((byte)'\n')) >= 0; chunk = chunk[(end + 1)..])
            {
                if (end > DigestLength && chunk[DigestLength] == '\t' && Parse(chunk) is var digest && digest != 0)
                    lines[digest] = read;
                read += end + 1;
            }

            chunk.CopyTo(buffer);
            kept = chunk.Length;
        }
    }

    /// <summary>Adds what the index has and this file lacks.</summary>
    private void Reconcile()
    {
        reconciled = true;
        if (File.Exists(layout.Index) && CountLines(layout.Index) <= CountLines(layout.CertifiedKeys))
            return;
        var there = File.Exists(layout.CertifiedKeys) ? File.ReadLines(layout.CertifiedKeys).Where(line => line.Length > DigestLength).Select(line => line[(DigestLength + 1)..]).ToHashSet() : [];
        Write(index.Read().Where(entry => !there.Contains(entry.SerialNumber)).Select(entry => (DigestOf(layout.IssuedCertificate(entry.SerialNumber)), entry.SerialNumber)));
    }

    /// <summary>A certificate that is gone or can not be read has a line all the same, so that it is not looked for again.</summary>
    private static string DigestOf(string path)
    {
        try
        {
            return File.Exists(path) ? CertificateReader.ReadFile(path)[0].PublicKey.Sha256 : new string('0', DigestLength);
        }
        catch (MtlsException)
        {
            return new string('0', DigestLength);
        }
    }

    private void Write(IEnumerable<(string Digest, string SerialNumber)> entries)
    {
        try
        {
            using var file = File.OpenHandle(layout.CertifiedKeys, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            var at = RandomAccess.GetLength(file);
            var last = new byte[1];
            if (at > 0 && RandomAccess.Read(file, last, at - 1) == 1 && last[0] != '\n')
                RandomAccess.Write(file, "\n"u8, at++);
            foreach (var (digest, serial) in entries)
            {
                var line = System.Text.Encoding.ASCII.GetBytes($"{digest}\t{serial}\n");
                RandomAccess.Write(file, line, at);
                if (at == read && Parse(line) is var parsed && parsed != 0)
                {
                    lines[parsed] = at;
                    read += line.Length;
                }

                at += line.Length;
            }
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw AtomicFile.NotWritable(layout.CertifiedKeys, denied);
        }
    }

    private FileStream OpenToRead() => new(layout.CertifiedKeys, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);

    private static long CountLines(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[1 << 16];
        long lines = 0;
        for (int count; (count = file.Read(buffer)) > 0;)
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        return lines;
    }

    private static UInt128 Parse(ReadOnlySpan<byte> line) =>
        UInt128.TryParse(line[..(DigestLength / 2)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest) ? digest : 0;
}
