using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Nss;

/// <summary>Runs NSS' tools on one database, and says what their errors mean.</summary>
/// <param name="processes">Runs programs.</param>
/// <param name="folder">The database.</param>
/// <param name="password">Opens its keys, or null.</param>
internal sealed class NssTools(IProcessRunner processes, string folder, SecureString? password)
{
    /// <summary>The folder's name, for errors.</summary>
    internal string Folder => folder;

    internal bool HasPassword => password is { Length: > 0 };

    /// <summary>The two programs. Windows has a certutil of its own that is another thing, so the one beside pk12util is taken.</summary>
    /// <exception cref="StoreException">They are not installed; the message names the package.</exception>
    internal static (string Certutil, string Pk12util) Find(IProcessRunner processes)
    {
        processes.RequireTool("pk12util");
        if (OperatingSystem.IsWindows())
        {
            var pk12util = processes.Find("pk12util")!;
            return (Path.Combine(Path.GetDirectoryName(pk12util)!, "certutil.exe"), pk12util);
        }

        processes.RequireTool("certutil");
        return ("certutil", "pk12util");
    }

    /// <summary>The commands with the names that a plan shows for their files.</summary>
    internal NssCommands Shown() => new(folder, name => name, Find(processes));

    /// <summary>Lends the commands and a folder for their files, in which the database's password lies; without one an empty line keeps the tools from asking at the terminal.</summary>
    internal T Use<T>(Func<NssCommands, PrivateFolder, T> work)
    {
        using var files = PrivateFolder.Create();
        using var none = new SecureString();
        files.WriteLine(NssCommands.StorePassword, password ?? none);
        return work(new NssCommands(folder, files.At, Find(processes)), files);
    }

    internal ProcessResult Run(ProcessCommand command) => processes.Run(command);

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="MtlsException">It failed, and why.</exception>
    internal string Require(ProcessCommand command)
    {
        var result = Run(command);
        return result.ExitCode == 0 ? result.Output : throw Failure(command, result);
    }

    internal MtlsException Failure(ProcessCommand command, ProcessResult result)
    {
        var said = result.Error;
        if (Says("SEC_ERROR_BAD_PASSWORD"))
        {
            return HasPassword
                ? new PasswordException(ErrorCode.PasswordWrong, $"The password does not open the NSS database '{folder}'. Give the one it was made with, Firefox' primary password, with -StorePassword.", folder)
                : new PasswordException(ErrorCode.PasswordRequired, $"The NSS database '{folder}' has a password. Give it with -StorePassword; of Firefox it is the primary password.", folder);
        }

        if (Says("SEC_ERROR_READ_ONLY"))
            return new StoreException(ErrorCode.StoreAccessDenied, $"The NSS database '{folder}' may not be changed by this account. Check the permissions of its folder and of cert9.db and key4.db in it.");
        return Says("SEC_ERROR_BAD_DATABASE") || Says("CKR_GENERAL_ERROR")
            ? new StoreException(ErrorCode.StoreAccessDenied, $"The NSS database '{folder}' can not be opened: another program holds it locked, this account may not read it, or it is damaged. Close the browser and try again.")
            : ProcessRunning.Failed(command, result);

        bool Says(string code) => said.Contains(code, StringComparison.Ordinal);
    }
}
