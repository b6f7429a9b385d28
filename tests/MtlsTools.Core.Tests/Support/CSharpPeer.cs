using System.Runtime.InteropServices;

namespace MtlsTools.Tests.Support;

/// <summary>The C# compiler of the SDK, without the rest of a build.</summary>
public static class CSharpPeer
{
    /// <summary>Compiles a program of one file against the framework that these tests run on, the way a new console project would, warnings being errors.</summary>
    /// <param name="source">The file.</param>
    /// <param name="program">The assembly to make, for <c>dotnet program.dll</c>.</param>
    public static string Build(string source, string program)
    {
        var framework = RuntimeEnvironment.GetRuntimeDirectory();
        var usings = source + ".usings.cs";
        File.WriteAllText(usings, string.Concat("System System.Collections.Generic System.IO System.Linq System.Net.Http System.Threading System.Threading.Tasks".Split(' ').Select(space => $"global using {space};\n")));
        var arguments = source + ".rsp";
        File.WriteAllLines(arguments, [
            "-nologo", "-noconfig", "-nostdlib", "-nullable:enable", "-warnaserror", $"-out:\"{program}\"",
            .. Directory.GetFiles(framework, "*.dll").Where(IsManaged).Select(assembly => $"-r:\"{assembly}\""),
            $"\"{source}\"", $"\"{usings}\"",
        ]);
        Peer.Require("dotnet").Run([Compiler(), "@" + arguments], input: null, TimeSpan.FromMinutes(2));
        File.Copy(Path.ChangeExtension(typeof(CSharpPeer).Assembly.Location, ".runtimeconfig.json"), Path.ChangeExtension(program, ".runtimeconfig.json"));
        return program;
    }

    private static bool IsManaged(string assembly)
    {
        var name = Path.GetFileName(assembly);
        return name.StartsWith("System.", StringComparison.Ordinal) && !name.Contains(".Native", StringComparison.Ordinal) || name is "Microsoft.Win32.Primitives.dll" or "netstandard.dll" or "mscorlib.dll";
    }

    /// <summary>That of the newest SDK.</summary>
    private static string Compiler()
    {
        var newest = Peer.Require("dotnet").Run("--list-sdks").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        var (version, folder) = (newest[..newest.IndexOf(' ', StringComparison.Ordinal)], newest[(newest.IndexOf('[', StringComparison.Ordinal) + 1)..newest.LastIndexOf(']')]);
        return Path.Combine(folder, version, "Roslyn", "bincore", "csc.dll");
    }
}
