using MtlsTools.Encoding;
using MtlsTools.Keys.Access.Unix;
using MtlsTools.Processes;

namespace MtlsTools.Configuration.Programs;

/// <summary>What a check or a start works with: the configuration's files in a folder of their own, and the program.</summary>
internal sealed class ProgramRun
{
    private readonly PrivateFolder folder;
    private readonly SystemProcesses processes;

    internal ProgramRun(MtlsConfig config, int port, string tool, PrivateFolder folder, SystemProcesses processes)
    {
        Config = config;
        Port = port;
        Tool = tool;
        this.folder = folder;
        this.processes = processes;
    }

    /// <summary>The configuration as it is tried: with a port of its own on the loopback address.</summary>
    internal MtlsConfig Config { get; }

    /// <summary>The program's full path.</summary>
    internal string Tool { get; }

    /// <summary>The folder: what the program writes goes there as well.</summary>
    internal string Folder => folder.Path;

    internal int Port { get; }

    /// <summary>The main file of the configuration.</summary>
    internal string Main => At(Config.Files[0].Name);

    /// <summary>The path of a name in the folder; the configuration's own files are there by their names.</summary>
    internal string At(string name) => folder.At(name);

    /// <summary>Writes a file that the program needs beside the configuration.</summary>
    internal string Write(string name, string text)
    {
        folder.Write(name, System.Text.Encoding.UTF8.GetBytes(text));
        return At(name);
    }

    /// <summary>The program with arguments.</summary>
    internal ProcessCommand Run(params string[] arguments) => new(Tool, arguments);

    /// <summary>Runs a command that has to end well before the program starts.</summary>
    /// <exception cref="StoreException">It does not.</exception>
    internal void Execute(ProcessCommand command) => processes.Require(command);

    /// <summary>Gives the folder and all that is in it to the account that the program runs as.</summary>
    internal void Give(uint user, uint group)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Prepend(Folder))
            Libc.ChangeOwner(path, user, group);
    }

    /// <summary>The full path of another program.</summary>
    /// <exception cref="StoreException">It is not installed.</exception>
    internal string Require(string tool) => processes.Find(tool) ?? throw ToolPackages.Missing(tool, TargetRunner.Purpose);
}
