namespace MtlsTools.Connections.Diagnosis;

/// <summary>The wordings of all programs.</summary>
internal static class Wordings
{
    internal static IReadOnlyList<Wording> All { get; } = [.. ServerLogWordings.All, .. OpenSslWordings.All, .. ClientWordings.All];

    internal static IEnumerable<Clue> In(string text, bool inServerLog) => All.Select(wording => wording.FindIn(text, inServerLog)).OfType<Clue>();
}
