using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Rotation;

/// <summary>Makes a plan, or refuses what can not work while it can still be changed.</summary>
internal sealed class RotationPlanner(string path, RotationOptions options, TimeProvider clock, Action<string>? warn)
{
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan CrlMargin = TimeSpan.FromDays(7);

    private readonly DateTimeOffset now = clock.GetUtcNow();

    private bool IsCa => options.Kind == RotationKind.Ca;

    internal RotationState Plan()
    {
        var items = options.Certificates.Select(ItemOf).OfType<RotationItem>().ToList();
        CheckWhatIsNamed(items);
        var schedule = ScheduleOf(items);
        CheckLifetimes(schedule, items);
        var crlLifetime = CrlLifetimeOf(schedule);
        options.TrustFiles.ToList().ForEach(file => CheckTrustFile(file, items));
        foreach (var log in options.AccessLogs.Where(log => !File.Exists(log)))
            throw new InputException(ErrorCode.FileNotFound, $"The log '{log}' does not exist. Check the path.", log);
        var onPaper = options.Ca is null && items.Count == 0;
        return new RotationState
        {
            Schema = RotationState.ThisSchema,
            Version = RotationState.ThisVersion,
            Name = options.Name ?? Path.GetFileNameWithoutExtension(path),
            Kind = options.Kind,
            Created = now,
            LifetimeDays = schedule.Lifetime.TotalDays,
            Ca = options.Ca?.Path,
            NewCa = NewCaPath,
            NewCaSubject = NewCaPath is null ? null : NewCaSubject().ToString(),
            OldCaCertificate = options.Ca?.Certificate.RawData.ToArray(),
            Items = items,
            TrustFiles = options.TrustFiles,
            CrlFiles = options.CrlFiles,
            CrlDays = crlLifetime.TotalDays,
            Endpoints = options.Endpoints.Select(endpoint => endpoint.Uri.ToString()).ToList(),
            AccessLogs = options.AccessLogs,
            Steps = Enum.GetValues<RotationAction>().Select(step => new StepRecord { Step = step, Date = schedule.DateOf(step), Done = step == RotationAction.IssueOld && !onPaper ? now : null }).ToList(),
            Events = [new RotationEvent { Time = now, Step = RotationAction.IssueOld, What = "planned: " + schedule }],
        };
    }

    private string? NewCaPath => !IsCa || options.Ca is null ? null : options.NewCa ?? options.Ca.Path.TrimEnd(Path.DirectorySeparatorChar) + "-next";

    private RotationItem? ItemOf(MtlsCertificate certificate)
    {
        if (certificate.Path is not { } file || !File.Exists(file))
            throw Unsuitable($"The certificate '{certificate.Name}' lies in no file, so there is nothing to replace. Name the file that the server or client reads.", certificate.Path);
        if (!PemBlock.LooksLikePem(InputFile.Read(file)))
            throw Unsuitable($"'{file}' is not PEM. Rotations replace PEM files; renew a PFX with Update-MtlsCertificate, or convert it with Export-MtlsCertificate.", file);
        if (certificate.IsCa)
            throw Unsuitable($"'{file}' is the certificate of the CA '{certificate.Name}'. Rotate it with -Kind Ca -Ca, and name the certificates of servers and clients here.", file);
        var beside = Path.ChangeExtension(file, ".key");
        var key = certificate.KeyPath ?? (CertificateReader.ReadFile(file)[0].HasPrivateKey ? file : File.Exists(beside) ? beside : null);
        if (options.Ca is { } ca && !Signature.IsValid(certificate.RawData, ca.Certificate.PublicKey))
            throw Unsuitable($"'{certificate.Name}' was not issued by the CA '{ca.Name}', but by '{certificate.Issuer}'. Name the certificates of that CA, or the other CA with -Ca.", file);
        if (key is null)
        {
            warn?.Invoke($"There is no key beside '{file}', so '{certificate.Name}' counts as lying on another machine: it is replaced there.");
            return IsCa ? null : new RotationItem { Old = certificate.RawData.ToArray() };
        }

        if (!AuthorityKey.IsEncrypted(key))
        {
            using var opened = key == file ? CertificateReader.ReadIdentity(file).PrivateKey! : PrivateKey.Open(key);
            _ = certificate.WithKey(opened);
        }

        return new RotationItem { Old = certificate.RawData.ToArray(), Certificate = Path.GetFullPath(file), Key = Path.GetFullPath(key) };
    }

    private void CheckWhatIsNamed(List<RotationItem> items)
    {
        if (options.Ca is null && (items.Count > 0 || options.TrustFiles.Count > 0 || options.CrlFiles.Count > 0))
            throw Unsuitable("The files of a rotation are replaced by what a CA issues, and no CA is named. Give -Ca, or leave the files out for a plan on paper.", null);
        if (!IsCa && options.Ca is not null && items.Count == 0)
            throw Unsuitable("No certificate is named. Give those that are to be replaced with -Certificate, or rotate the whole CA with -Kind Ca.", options.Ca.Path);
        if (!IsCa && (options.NewCa is not null || options.NewCaSubject is not null))
            throw Unsuitable("-NewCa and -NewCaName belong to the rotation of a CA: with -Kind Certificate the CA stays. Leave them out, or use -Kind Ca.", options.NewCa);
        if (IsCa && options.Ca is { } ca)
            CheckCa(ca);
        if (items.GroupBy(item => item.Certificate).FirstOrDefault(group => group.Key is not null && group.Count() > 1) is { } twice)
            throw Unsuitable($"'{twice.Key}' is named twice. Name each file once.", twice.Key);
    }

    private void CheckCa(CertificateAuthority ca)
    {
        if (!ca.Certificate.IsSelfSigned)
            throw Unsuitable($"'{ca.Name}' is an intermediate below '{ca.Certificate.Issuer}': those who trust its root accept its successor at once, so nobody's trust has to change. Make a new one with New-MtlsCa -Issuer, and replace the certificates with -Kind Certificate.", ca.Path);
        if (Directory.Exists(NewCaPath!))
        {
            var next = CertificateAuthority.Open(NewCaPath!, clock: clock);
            if (next.Path == ca.Path || next.Certificate.PublicKey.Equals(ca.Certificate.PublicKey))
                throw Unsuitable($"'{NewCaPath}' is the old CA itself. Name another folder with -NewCa; it is made if it does not exist.", NewCaPath);
            if (!next.Certificate.IsSelfSigned)
                throw Unsuitable($"The new CA '{next.Name}' is an intermediate, and the old one a root. Name a root with -NewCa.", NewCaPath);
        }
        else if (SuccessorCa.WhatIsNotCopied(ca.Certificate) is { } missing)
        {
            throw Unsuitable($"The CA '{ca.Name}' has {missing}, which a new CA should have too, and perhaps not the same ones. Make the new CA with New-MtlsCa as it is to be, and name its folder with -NewCa.", ca.Path);
        }
    }

    private DistinguishedName NewCaSubject() => options.NewCaSubject
        ?? (Directory.Exists(NewCaPath!) ? CertificateAuthority.Open(NewCaPath!, clock: clock).Certificate.Subject : SuccessorCa.NextGeneration(options.Ca!.Certificate.Subject));

    private RotationSchedule ScheduleOf(List<RotationItem> items)
    {
        var first = items.Select(item => item.OldCertificate).MinBy(one => one.NotAfter);
        if (IsCa || first is null)
        {
            var longest = items.Count == 0 ? UsualLifetime : TimeSpan.FromDays(Math.Round(items.Max(item => (item.OldCertificate.NotAfter - item.OldCertificate.NotBefore).TotalDays)));
            return RotationSchedule.Create(options.Start ?? now, options.Lifetime ?? longest, options.IssueAfter, options.Overlap, options.RollOutAfter, now);
        }

        var start = options.Start ?? first.NotBefore;
        var schedule = RotationSchedule.Create(start, options.Lifetime ?? first.NotAfter - start, options.IssueAfter, options.Overlap, options.RollOutAfter, now, isStartFixed: options.Start is not null);
        return schedule;
    }

    /// <summary>Everything has to live as long as it is needed.</summary>
    private void CheckLifetimes(RotationSchedule schedule, List<RotationItem> items)
    {
        foreach (var old in items.Select(item => item.OldCertificate).Where(old => old.NotAfter < schedule.RemoveOld))
        {
            throw RotationSchedule.NotFeasible(
                $"'{old.Name}' ends on {RotationSchedule.Date(old.NotAfter)} (day {RotationSchedule.Number(old.NotAfter - schedule.Start)}), but the old is in use until day {RotationSchedule.Number(schedule.RemoveOld - schedule.Start)}, when its trust is removed. "
                + $"Renew it first (Update-MtlsCertificate), or begin earlier: with -IssueAfter 0 and an -Overlap of at most {RotationSchedule.Days(TimeSpan.FromDays(Math.Floor((old.NotAfter - schedule.Start).TotalDays)))}.");
        }

        if (options.Ca is not { } ca)
            return;
        var newEnds = schedule.IssueNew + schedule.Lifetime;
        if (!IsCa && ca.NotAfter < newEnds)
            throw RotationSchedule.NotFeasible($"The new certificates would end on {RotationSchedule.Date(newEnds)} ({RotationSchedule.Date(schedule.IssueNew)} and {RotationSchedule.Days(schedule.Lifetime)}), after their CA '{ca.Name}', which ends on {RotationSchedule.Date(ca.NotAfter)}. Renew the CA with Update-MtlsCa, or rotate it with -Kind Ca.");
        if (!IsCa)
            return;
        if (ca.NotAfter < schedule.RemoveOld)
            throw RotationSchedule.NotFeasible($"The CA '{ca.Name}' ends on {RotationSchedule.Date(ca.NotAfter)} (day {RotationSchedule.Number(ca.NotAfter - schedule.Start)}), but what it issued is in use until day {RotationSchedule.Number(schedule.RemoveOld - schedule.Start)}. Give the CA a new certificate with Update-MtlsCa first, or an earlier -IssueAfter and a shorter -Overlap.");
        var next = Directory.Exists(NewCaPath!) ? CertificateAuthority.Open(NewCaPath!, clock: clock).NotAfter : schedule.IssueNew + (ca.NotAfter - ca.Certificate.NotBefore);
        if (next < newEnds)
            throw RotationSchedule.NotFeasible($"The new CA would end on {RotationSchedule.Date(next)}, before the certificates that it issues on {RotationSchedule.Date(schedule.IssueNew)} for {RotationSchedule.Days(schedule.Lifetime)}. Make a CA that lives longer with New-MtlsCa, and name it with -NewCa.");
        if (schedule.Start > ca.Certificate.RenewAfter)
            warn?.Invoke($"The CA '{ca.Name}' ends on {RotationSchedule.Date(ca.NotAfter)}. Its rotation should have begun by {RotationSchedule.Date(ca.Certificate.RenewAfter)}, six months ahead, because everybody who trusts it has to follow.");
    }

    private TimeSpan CrlLifetimeOf(RotationSchedule schedule)
    {
        if (options.CrlFiles.Count == 0)
            return TimeSpan.Zero;
        if (options.CrlLifetime is { } given && given < schedule.LongestPause)
            throw RotationSchedule.NotFeasible($"A revocation list of {RotationSchedule.Days(given)} is stale before it is published anew: the longest pause between two steps is {RotationSchedule.Days(schedule.LongestPause)}, and servers refuse everybody by a stale list. Give a -CrlLifetime of at least {RotationSchedule.Days(schedule.LongestPause)}, or leave it out.");
        return options.CrlLifetime ?? schedule.LongestPause + CrlMargin;
    }

    private void CheckTrustFile(string file, List<RotationItem> items)
    {
        var listed = TrustBundle.Read(file);
        if (IsCa && !listed.Any(one => TrustBundle.IsSame(one, options.Ca!.Certificate)))
            throw Unsuitable($"The trust file '{file}' does not list the CA '{options.Ca!.Name}', but {string.Join(", ", listed.Select(one => $"'{one.Name}'"))}. Name the files that do.", file);
        if (!IsCa && !listed.Any(one => items.Exists(item => TrustBundle.IsSame(one, item.OldCertificate))))
            throw Unsuitable($"The trust file '{file}' pins none of the certificates: it lists {string.Join(", ", listed.Select(one => $"'{one.Name}'"))}. When it lists their CA, the new certificates are trusted like the old ones, and nothing has to change in it: leave it out. To replace the CA itself, use -Kind Ca.", file);
    }

    private static RotationException Unsuitable(string message, string? path) => new(ErrorCode.RotationInputNotSuitable, message, path);
}
