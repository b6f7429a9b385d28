namespace MtlsTools.Encoding;

/// <summary>Text inside a bash script.</summary>
internal static class BashText
{
    /// <summary>How every script begins: it stops at the first command that fails.</summary>
    internal const string Head = "#!/usr/bin/env bash\nset -euo pipefail\n";

    /// <summary>In single quotes nothing has a meaning but the single quote.</summary>
    internal static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>Quoted only where a shell would see more than the text itself.</summary>
    internal static string QuoteIfNeeded(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "_-+=./:,@%".Contains(c, StringComparison.Ordinal)) ? text : Quote(text);

    /// <summary>A name from a certificate could end the comment that it stands in.</summary>
    internal static string OneLine(string text) => new(text.Select(c => char.IsControl(c) ? '?' : c).ToArray());
}
