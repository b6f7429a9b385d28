using MtlsTools.Certificates;

namespace MtlsTools.Renewal;

/// <summary>Where a certificate with its key lies, and how another takes its place.</summary>
internal interface IRenewalPlace
{
    /// <summary>What is there now, with its key and the issuers that lie with it. Changes nothing.</summary>
    /// <exception cref="MtlsException">It can not be read, or key and certificate do not belong together.</exception>
    MtlsCertificate Read();

    /// <summary>What <see cref="IRenewalWork.Replace"/> does, for -WhatIf.</summary>
    string Describe();

    /// <summary>Whether a process died while it put new files in place.</summary>
    bool IsUnfinished { get; }

    /// <summary>Whether something was renewed here, and the program that uses it has not been told since.</summary>
    bool IsReloadPending { get; }

    /// <summary>Notes that the program has been told.</summary>
    void MarkReloaded();

    /// <summary>Takes the place: waits for others, finishes what they began, and refuses what can not be written, before anything is issued.</summary>
    /// <exception cref="MtlsException">It can not be written, or another process has it.</exception>
    IRenewalWork Begin(CancellationToken cancellation);
}

/// <summary>A place that is held for one renewal. Dispose gives it free, and leaves what was there unless it was replaced.</summary>
internal interface IRenewalWork : IDisposable
{
    /// <summary>Puts a certificate with its key and chain in the place of the one that is there: all of it or nothing.</summary>
    /// <param name="former">The one that is there.</param>
    /// <param name="issued">The one that takes its place.</param>
    /// <returns>The certificate where it lies now.</returns>
    /// <exception cref="MtlsException">It can not be done; the old one is still there.</exception>
    MtlsCertificate Replace(MtlsCertificate former, MtlsCertificate issued);
}
