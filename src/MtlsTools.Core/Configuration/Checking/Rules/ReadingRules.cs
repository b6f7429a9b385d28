using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>Whether the configuration can be read at all.</summary>
internal static class ReadingRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        ConfigRule.Noted("SyntaxBroken", Error, "The program's own manual", "The configuration keeps to its language", "Mend the line; what stands behind it was read as far as that was possible."),
        ConfigRule.Noted("DirectiveUnknown", Error, "The program's own manual", "TLS settings are ones that the program has", "Look up the name: a misspelt setting keeps the program from starting, or is passed over and protects nothing."),
        ConfigRule.Noted("ValueUnknown", Error, "The program's own manual", "TLS settings have values that the program knows", "Use one of the values that the program knows."),
        ConfigRule.Noted("IncludeMissing", Error, "The program's own manual", "Included files are there", "Bring the file there, or take the include away. In a copy of another machine's files, give its folder with -RootPath."),
        ConfigRule.Noted("IncludeLoop", Error, "The program's own manual", "No file includes itself", "Take the include away: programs end with an error, or run out of memory."),
        ConfigRule.Noted("PathNotFollowed", Information, "-", "Paths can be followed", "Check the file by hand: a variable has its value only when the program runs."),
    ];
}
