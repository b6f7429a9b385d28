using System.Formats.Asn1;
using MtlsTools.Authority;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>What a client is answered.</summary>
/// <param name="Body">The response, DER.</param>
/// <param name="ThisUpdate">From when on it holds; null for one that is nobody else's answer (refused, or with a nonce).</param>
/// <param name="NextUpdate">Until when.</param>
internal sealed record OcspReply(byte[] Body, DateTimeOffset? ThisUpdate = null, DateTimeOffset? NextUpdate = null);

/// <summary>Answers OCSP requests from the indexes of CA folders. Any number of threads may ask. A certificate whose revocation is recorded is never called good: the index is looked at for every request, prepared answers included.</summary>
internal sealed class OcspResponder : IDisposable
{
    /// <summary>A prepared answer that is about to end is made anew, so that what a client keeps is of use for a while.</summary>
    private const int FreshPart = 4;

    private static readonly OcspReply Malformed = new(OcspResponseWriter.Refuse(OcspResponseStatus.MalformedRequest));
    private static readonly OcspReply Unauthorized = new(OcspResponseWriter.Refuse(OcspResponseStatus.Unauthorized));
    private static readonly OcspReply TryLater = new(OcspResponseWriter.Refuse(OcspResponseStatus.TryLater));

    private readonly ResponderOptions options;
    private readonly AnswerCache cache = new();
    private long asked;
    private long signed;

    private OcspResponder(ResponderOptions options, IReadOnlyList<ServedAuthority> authorities)
    {
        this.options = options;
        Authorities = authorities;
    }

    internal IReadOnlyList<ServedAuthority> Authorities { get; }

    /// <summary>How many requests came.</summary>
    internal long Asked => Volatile.Read(ref asked);

    /// <summary>How many answers were signed for them; the others were prepared already, or refused.</summary>
    internal long Signed => Volatile.Read(ref signed);

    /// <exception cref="MtlsException">A CA's key can not be opened, a CA refuses to certify a signer, or an index can not be read.</exception>
    internal static OcspResponder Create(ResponderOptions options)
    {
        var opened = new List<ServedAuthority>();
        try
        {
            foreach (var authority in options.Authorities)
                opened.Add(Open(authority, options));
            return new OcspResponder(options, opened);
        }
        catch
        {
            opened.ForEach(one => one.Dispose());
            throw;
        }
    }

    /// <summary>Answers a request.</summary>
    internal OcspReply Answer(ReadOnlyMemory<byte> request)
    {
        Interlocked.Increment(ref asked);
        try
        {
            var now = options.Clock.GetUtcNow();
            return cache.Find(request) is { } prepared && prepared.Reply.NextUpdate - now > options.ValidFor / FreshPart && prepared.Authority.Table.Refresh() == prepared.Version
                ? prepared.Reply
                : Answer(OcspRequest.Read(request), request, now);
        }
        catch (AsnContentException)
        {
            return Malformed;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // Without the index nothing is known, and nothing is said.
            return TryLater;
        }
    }

    public void Dispose()
    {
        foreach (var authority in Authorities)
            authority.Dispose();
    }

    private OcspReply Answer(OcspRequest request, ReadOnlyMemory<byte> encoded, DateTimeOffset now)
    {
        // One signature speaks for one CA.
        var authority = Authorities.FirstOrDefault(one => request.Ids.All(one.Issued));
        if (authority is null)
            return Unauthorized;
        authority.RenewSigner(now);
        var version = authority.Table.Refresh();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        var answers = request.Ids.Select(id => authority.Answer(id, now)).ToList();
        if (authority.Sign(answers, now, request.Nonce) is not { } response)
            return TryLater;
        Interlocked.Increment(ref signed);
        if (request.Nonce is not null)
            return new OcspReply(response);

        // What is unknown may be issued the next moment; and strangers could fill the cache with it.
        var reply = new OcspReply(response, now, answers[0].NextUpdate);
        if (answers.Count == 1 && answers[0].Status != OcspCertStatus.Unknown)
            cache.Add(encoded, new PreparedAnswer(authority, version, reply));
        return reply;
    }

    private static ServedAuthority Open(CertificateAuthority authority, ResponderOptions options)
    {
        try
        {
            return ServedAuthority.Open(authority, options);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new InputException(ErrorCode.FileNotReadable, $"The index of the CA '{authority.Name}' can not be read: {denied.Message} Check its owner and permissions.", authority.Path, denied);
        }
    }
}
