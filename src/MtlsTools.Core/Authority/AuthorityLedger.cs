using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>What a CA has issued: the index, the certificates as files, and which keys they certify.</summary>
/// <remarks>The order in which a certificate is recorded: 1. it is written to a waiting place; 2. under the lock its line is appended to the index, and an entry to the audit log; 3. all are flushed to disk; 4. it moves into place; 5. it is answered. Whatever dies when, every line has its certificate, and nothing that was answered lacks its line.</remarks>
internal sealed class AuthorityLedger
{
    private readonly AuthorityLayout layout;
    private readonly CertifiedKeys keys;
    private readonly Lazy<bool> uniqueSubject;
    private bool prepared;

    internal AuthorityLedger(AuthorityLayout layout, TimeProvider clock)
    {
        this.layout = layout;
        Index = new AuthorityIndex(layout, clock);
        Audit = new AuditLog(layout, clock);
        keys = new CertifiedKeys(layout, Index, clock);
        uniqueSubject = new Lazy<bool>(() => OpenSslConfiguration.Read(layout.IndexAttributes, "unique_subject") is { } attribute ? !AuthorityLayout.IsNo(attribute) : layout.UniqueSubject);
    }

    internal AuthorityIndex Index { get; }

    internal AuditLog Audit { get; }

    /// <summary>Records a certificate; what is allowed but unwise about its key is returned in words.</summary>
    /// <param name="issued">The certificate.</param>
    /// <param name="plan">What it was made from.</param>
    /// <param name="request">The file of the request, or null.</param>
    /// <param name="held">The lock, when the caller holds it already.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends the wait for the lock.</param>
    internal string? Record(MtlsCertificate issued, CertificatePlan plan, string? request, AuthorityLock? held, Action<string>? warn, CancellationToken cancellation)
    {
        var serial = IssuedEntry.Normalize(issued.SerialNumber);
        using var pending = PendingCertificate.Create(layout, serial, issued.ToPem());
        string? reuse;
        using (held is null ? AuthorityLock.Take(layout, cancellation) : null)
        {
            if (!prepared)
                Prepare(pending, warn);
            reuse = keys.Judge(plan, request);
            if (plan.HasChosenSerial)
                CheckSerialNumber(serial);
            if (uniqueSubject.Value)
                CheckSubject(plan);
            AtomicFile.RefuseExisting(layout.IssuedCertificate(serial));
            Append(issued, IssuedEntry.Format(serial, plan.NotAfter, plan.Subject), pending, warn);
            if (plan.HasChosenSerial)
                SerialFile.SkipPast(layout, serial);
            keys.Append(plan.PublicKey, serial);
        }

        pending.Complete();
        SaveByName(issued, serial);
        return reuse;
    }

    /// <summary>The serial numbers of every certificate of a key, whatever became of them.</summary>
    internal IReadOnlyList<string> FindByKey(PublicKeyInfo key, CancellationToken cancellation)
    {
        using var held = AuthorityLock.Take(layout, cancellation);
        return keys.FindAll(key);
    }

    /// <summary>Tells the audit log of a request that was denied.</summary>
    internal DeniedRequest Deny(DeniedRequest denied)
    {
        using var held = AuthorityLock.Take(layout, default);
        Audit.Write(new AuditEntry { Event = AuditEvent.Denied, Subject = denied.Subject, San = denied.San.Count == 0 ? null : denied.San, Sha256 = denied.Fingerprint, Reason = denied.Reason });
        return denied;
    }

    /// <summary>Both lines, or neither.</summary>
    private void Append(MtlsCertificate issued, string line, PendingCertificate pending, Action<string>? warn)
    {
        var index = Index.Append(line, warn);
        try
        {
            pending.IsRecordedIn(index, Audit.Append([AuditEntry.About(AuditEvent.Issued, issued)], null, warn));
        }
        catch
        {
            AuthorityIndex.TakeBack(index, line);
            index.Dispose();
            throw;
        }
    }

    /// <summary>Before the first certificate the lock is seen to work, and what a crash left is tidied up.</summary>
    private void Prepare(PendingCertificate pending, Action<string>? warn)
    {
        AuthorityLock.CheckHeld(layout, warn);
        Audit.Recover(CrashRecovery.Run(layout, Index, pending.WrittenAt, warn), warn);
        prepared = true;
    }

    /// <summary>Issuer and serial number together name a certificate: revocation lists know no other way.</summary>
    private void CheckSerialNumber(string serialNumber)
    {
        if (Index.Read().Any(entry => entry.SerialNumber == serialNumber) || IssuedEntry.Normalize(CertificateReader.ReadFile(layout.Certificate)[0].SerialNumber) == serialNumber)
            throw new IssuanceException(ErrorCode.SerialNumberUsed, $"The CA has used the serial number {serialNumber} already; two certificates with one number can not be told apart, and revoking one revokes both. Choose another, or leave it out for a random one.", layout.Folder);
    }

    /// <summary>OpenSSL refuses to open an index that breaks its own rule.</summary>
    private void CheckSubject(CertificatePlan plan)
    {
        var subject = OneLineName.Format(plan.Subject);
        if (Index.Read().FirstOrDefault(entry => entry.IsMarkedValid && entry.Subject == subject) is { } twin)
            throw new IssuanceException(ErrorCode.SubjectNotUnique, $"'{subject}' has a certificate already (serial number {twin.SerialNumber}), and '{layout.IndexAttributes}' wants each subject to have one. Revoke it, or write 'unique_subject = no' there: openssl ca does the same.", layout.Folder);
    }

    /// <summary>easy-rsa finds certificates by names; its own are never replaced.</summary>
    private void SaveByName(MtlsCertificate issued, string serial)
    {
        if (layout.NamedFolder is not { } folder)
            return;
        var name = issued.Name.Length is > 0 and <= 64 && issued.Name.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' or '@') && char.IsAsciiLetterOrDigit(issued.Name[0]) ? issued.Name : serial;
        var path = Path.Combine(folder, name + ".crt");
        AtomicFile.Write(Path.Exists(path) ? Path.Combine(folder, serial + ".crt") : path, System.Text.Encoding.ASCII.GetBytes(issued.ToPem()), FileAudience.Everyone, overwrite: false);
    }
}
