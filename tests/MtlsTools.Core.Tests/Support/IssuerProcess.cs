using System.Reflection;

namespace MtlsTools.Tests.Support;

/// <summary>The small program beside the tests that works in a CA folder as a process of its own.</summary>
public static class IssuerProcess
{
    /// <summary>Where it lies.</summary>
    public static string Program { get; } = FindProgram();

    /// <summary>Starts it; see its source for what it does.</summary>
    public static PeerProcess Start(params string[] arguments) => Peer.Require("dotnet").Start([Program, .. arguments]);

    /// <summary>The serial numbers among what it has said; half a line is none.</summary>
    public static IEnumerable<string> Serials(string said) =>
        said[..(said.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.All(char.IsAsciiHexDigit));

    private static string FindProgram()
    {
        var here = AppContext.BaseDirectory;
        var name = Assembly.GetExecutingAssembly().GetName().Name!;
        return Path.Combine(here.Replace(Path.DirectorySeparatorChar + name + Path.DirectorySeparatorChar, Path.DirectorySeparatorChar + "MtlsTools.IssuerProcess" + Path.DirectorySeparatorChar, StringComparison.Ordinal), "MtlsTools.IssuerProcess.dll");
    }
}
