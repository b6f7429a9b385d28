using System.Globalization;
using System.Net.Sockets;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>Explains errors of any program without a connection: from numbers first, then from the wordings that are known. What is not known is said to be that.</summary>
public static class ErrorResolver
{
    /// <summary>No error message is longer; a whole log would be many errors.</summary>
    private const int LongestText = 64 * 1024;

    private const int MostExceptions = 64;

    /// <summary>Explains a message, or a number in a text.</summary>
    public static ErrorExplanation Resolve(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Number(text.Trim()) is { } number ? Resolve(number) : new ErrorExplanation(text, CluesIn(text));
    }

    /// <summary>Explains a number: a TLS alert (0 to 255), an HRESULT, an OpenSSL error, an Apple OSStatus.</summary>
    public static ErrorExplanation Resolve(long number)
    {
        var code = number is > int.MaxValue and <= uint.MaxValue ? unchecked((int)(uint)number) : number is >= int.MinValue and <= int.MaxValue ? (int)number : (int?)null;
        var clue = code switch
        {
            null => null,
            >= 0 and <= 255 => AlertClues.Find(code.Value, FindingSide.Unknown),
            495 => new Clue("nginx' HTTP status 495", FindingCatalog.Of([FindingId.ClientCertificateRejected])),
            496 => new Clue("nginx' HTTP status 496", FindingCatalog.Of([FindingId.NoClientCertificateSent])),
            _ => NumberClues.OfCode(code.Value, FindingSide.Server),
        };
        return new ErrorExplanation(number.ToString(CultureInfo.InvariantCulture), clue is null ? [] : [clue]);
    }

    /// <summary>Explains an exception by what it carries, all that it holds inside, and last by its words.</summary>
    /// <param name="failure">The exception.</param>
    /// <param name="details">What was said beside it.</param>
    public static ErrorExplanation Resolve(Exception failure, string? details = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var all = Flatten(failure).Take(MostExceptions).ToList();
        var reports = all.OfType<MtlsRequestException>().Select(request => request.Report).OfType<ConnectionReport>().ToList();
        if (reports.Count > 0)
            return new ErrorExplanation(failure.Message, [new Clue($"the report of {reports[0].Target}", reports[0].Findings)]);
        var said = all.Select(one => one.Message).Append(details).OfType<string>().Distinct().ToList();
        return new ErrorExplanation(string.Join(" ", said), all.Select(Carried).OfType<Clue>().Concat(said.SelectMany(CluesIn)));
    }

    private static IEnumerable<Clue> CluesIn(string text)
    {
        var start = text.Length <= LongestText ? text : text[..LongestText];
        var inServerLog = ServerLogWordings.IsServerLog(start);
        return NumberClues.In(start, inServerLog).Concat(Wordings.In(start, inServerLog));
    }

    /// <summary>What an exception says without words.</summary>
    private static Clue? Carried(Exception failure) => failure switch
    {
        SocketException socket => OfSocket(socket.SocketErrorCode),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new Clue(nameof(HttpRequestError.ResponseEnded), FindingCatalog.Of([FindingId.ClosedWithoutAnswer]), IsGeneral: true),
        MtlsException { Code: ErrorCode.KeyMismatch } => new Clue(nameof(ErrorCode.KeyMismatch), FindingCatalog.Of([FindingId.KeyMismatch])),
        MtlsException { Code: ErrorCode.PasswordWrong or ErrorCode.PasswordRequired } mtls => new Clue(mtls.Code.ToString(), FindingCatalog.Of([FindingId.KeyNotOpened])),
        System.ComponentModel.Win32Exception windows => NumberClues.OfCode(windows.NativeErrorCode, FindingSide.Server),
        _ => NumberClues.OfCode(failure.HResult, FindingSide.Server),
    };

    private static Clue? OfSocket(SocketError error)
    {
        FindingId? id = error switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => FindingId.NameNotResolved,
            SocketError.ConnectionRefused => FindingId.ConnectionRefused,
            SocketError.TimedOut => FindingId.TimedOut,
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NetworkUnreachable or SocketError.HostUnreachable => FindingId.NetworkFailed,
            _ => null,
        };
        return id is { } known ? new Clue($"socket error {error}", FindingCatalog.Of([known]), known == FindingId.NetworkFailed) : null;
    }

    private static IEnumerable<Exception> Flatten(Exception failure)
    {
        var open = new Queue<Exception>([failure]);
        while (open.TryDequeue(out var one))
        {
            yield return one;
            if (one is AggregateException several)
                several.InnerExceptions.ToList().ForEach(open.Enqueue);
            else if (one.InnerException is { } inner)
                open.Enqueue(inner);
        }
    }

    private static long? Number(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
