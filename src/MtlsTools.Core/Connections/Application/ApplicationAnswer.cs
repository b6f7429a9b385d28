using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlsTools.Connections.Application;

/// <summary>What came back.</summary>
internal sealed partial record ApplicationAnswer
{
    /// <summary>The protocol in words.</summary>
    internal required string Protocol { get; init; }

    /// <summary>The first characters of the answer, one for each byte.</summary>
    internal string Start { get; init; } = "";

    /// <summary>Whether any application data came back.</summary>
    internal bool ReceivedAnything => Start.Length > 0;

    /// <summary>Whether the server said nothing, and kept the connection.</summary>
    internal bool StayedOpen { get; init; }

    /// <summary>The HTTP status, or null when it is no HTTP.</summary>
    internal int? Status { get; init; }

    /// <summary>Whether it is an answer of this protocol at all.</summary>
    internal bool IsProper { get; init; } = true;

    /// <summary>Whether it broke off before it could be judged.</summary>
    internal bool IsIncomplete { get; init; }

    /// <summary>Whether the application refuses the client over who it is.</summary>
    internal bool IsRefusal { get; init; }

    /// <summary>What the application complains about, in its own words; null when it does not.</summary>
    internal string? Complaint { get; init; }

    /// <summary>The server's clock, out of the Date header; null when there is none, or a cache has kept the answer.</summary>
    internal DateTimeOffset? Date =>
        DateHeader().Match(Start) is { Success: true } header
        && !AgeHeader().IsMatch(Start)
        && DateTimeOffset.TryParseExact(header.Groups[1].Value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : null;

    [GeneratedRegex(@"\A(?:[^\r\n]+\r\n)+?Date:[ \t]*([^\r\n]+?)[ \t]*\r\n", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DateHeader();

    [GeneratedRegex(@"\A(?:[^\r\n]+\r\n)+?Age:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AgeHeader();
}
