using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What an error message, number or exception of any program means for mutual TLS.</summary>
public sealed record ErrorExplanation
{
    private const int LongestInput = 200;

    internal ErrorExplanation(string input, IEnumerable<Clue> clues)
    {
        var line = input.Trim().ReplaceLineEndings(" ");
        Input = line.Length <= LongestInput ? line : line[..LongestInput] + "…";
        var all = clues.ToList();

        // What is said in general counts only where nothing more particular is said.
        var counted = all.Exists(clue => !clue.IsGeneral) ? all.Where(clue => !clue.IsGeneral).ToList() : all;
        Recognized = counted.Select(clue => clue.Recognized).Distinct().ToList();
        Findings = counted.SelectMany(clue => clue.Findings).OrderByDescending(finding => finding.Confidence).DistinctBy(finding => (finding.Id, finding.Side)).ToList();
    }

    /// <summary>What was asked about, on one line.</summary>
    public string Input { get; }

    /// <summary>Whether anything in it is known.</summary>
    public bool IsKnown => Findings.Count > 0;

    /// <summary>What was recognised: the alert, the number, the program's wording.</summary>
    public IReadOnlyList<string> Recognized { get; }

    /// <summary>What it means, the most certain first; several where it means one of them. Empty when nothing is known.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>The findings in a line.</summary>
    public override string ToString() => IsKnown ? string.Join(" ", Findings) : $"Not known: {Input}";
}

/// <summary>Something in an error that means something.</summary>
/// <param name="Recognized">What it is, for people.</param>
/// <param name="Findings">What it means.</param>
/// <param name="IsGeneral">Whether it says no more than that something failed, so that anything else in the error tells more.</param>
internal sealed record Clue(string Recognized, IReadOnlyList<Finding> Findings, bool IsGeneral = false);
