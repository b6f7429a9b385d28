namespace MtlsTools.Connections;

/// <summary>What an HTTP server is asked.</summary>
public sealed record HttpProbe
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <summary>The method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path with its query; null takes the target's.</summary>
    public string? Path { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The statuses that are success; empty when any answer is, since any answer proves the connection.</summary>
    public IReadOnlyList<int> ExpectedStatus { get; init; } = [];

    /// <exception cref="InputException">A part of it can not be sent.</exception>
    internal void Check()
    {
        if (Headers.Select(header => header.Key).FirstOrDefault(name => !IsToken(name)) is { } wrong)
            throw new InputException(ErrorCode.HeaderInvalid, $"'{wrong}' is not the name of a header. Use letters, digits and hyphens.");
        if (Headers.FirstOrDefault(header => header.Value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || !header.Value.All(c => c <= 0xFF)) is { Key: { } name })
            throw new InputException(ErrorCode.HeaderInvalid, $"The value of the header '{name}' can not be sent: it has a line break, or a character outside of Latin-1. Correct it.");
        if (Path is { } path && !(path.StartsWith('/') && path.All(c => c is > ' ' and < '\x7F')))
            throw new InputException(ErrorCode.TargetInvalid, $"'{path}' is not a request path. Begin it with /, and write spaces and other characters as %20 and so on.");
    }

    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c, StringComparison.Ordinal));
}
