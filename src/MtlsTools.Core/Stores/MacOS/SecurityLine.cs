using System.Security;
using MtlsTools.Encoding;

namespace MtlsTools.Stores.MacOS;

/// <summary>A command line for the standard input of <c>security -i</c>, where secrets are not among the arguments that every user of the system can list.</summary>
/// <remarks>
/// Written for the parser of Apple's security.c (split_line): arguments in double quotes, where only the quote and the backslash need a backslash.
/// A line of 4096 bytes or more would go on as a second command, and 32 arguments are the most it counts.
/// </remarks>
internal sealed class SecurityLine : IDisposable
{
    private const int MaximumBytes = 4095;
    private const int MaximumArguments = 31;

    private readonly SecureString line = new();
    private int bytes;
    private int arguments;

    internal SecurityLine(params string[] command)
    {
        foreach (var argument in command)
            Add(argument);
    }

    internal SecurityLine Add(string argument) => AddText(argument);

    internal SecurityLine Add(SecureString secret) => SecretText.Use(secret, text => AddText(text));

    /// <summary>The whole line.</summary>
    /// <exception cref="StoreException">security would cut it into two commands.</exception>
    internal SecureString End() => bytes <= MaximumBytes && arguments <= MaximumArguments
        ? line
        : throw new StoreException(ErrorCode.ToolFailed, $"A command of {arguments} arguments and {bytes} bytes is more than security takes on its standard input ({MaximumArguments} and {MaximumBytes}). Name fewer programs with -Application, or a keychain with a shorter path.");

    public void Dispose() => line.Dispose();

    private SecurityLine AddText(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('\n', '\0') >= 0)
            throw new StoreException(ErrorCode.PasswordNotSuitable, "security reads commands line by line, so that neither a password nor a path may contain a line break. Change it (security set-keychain-password), or choose another keychain.");
        if (arguments++ > 0)
            Put(' ');
        Put('"');
        foreach (var character in text)
        {
            if (character is '"' or '\\')
                Put('\\');
            Put(character);
        }

        Put('"');
        return this;
    }

    private void Put(char character)
    {
        line.AppendChar(character);
        bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : 3;
    }
}
