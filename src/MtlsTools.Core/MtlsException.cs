namespace MtlsTools;

/// <summary>The base of every error that the caller can act on. The message says what is wrong and ends with what to do.</summary>
public abstract class MtlsException : Exception
{
    private protected MtlsException(ErrorCode code, string message, string? path, Exception? inner)
        : base(message, inner)
    {
        Code = code;
        Path = path;
    }

    /// <summary>Which case it is; stable across versions.</summary>
    public ErrorCode Code { get; }

    /// <summary>The file or folder that the error is about, when there is one.</summary>
    public string? Path { get; }
}

/// <summary>The content of a file or a text can not be read as what was wanted.</summary>
public sealed class InputException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);

/// <summary>A password is missing or wrong.</summary>
public sealed class PasswordException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);

/// <summary>A private key is missing, does not match, or is of a kind that can not be used.</summary>
public sealed class KeyException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);

/// <summary>A name is malformed or in the wrong place.</summary>
public sealed class NameException(ErrorCode code, string message, Exception? inner = null)
    : MtlsException(code, message, null, inner);

/// <summary>A certificate may not be issued as asked; the message names the rule and how to satisfy it.</summary>
public sealed class IssuanceException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);

/// <summary>A folder is not a usable certificate authority.</summary>
public sealed class AuthorityException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);

/// <summary>A file can not be written, or would replace another.</summary>
public sealed class OutputException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);

/// <summary>A server can not be reached, or shows no certificate.</summary>
public sealed class ConnectionException(ErrorCode code, string message, Exception? inner = null)
    : MtlsException(code, message, null, inner);

/// <summary>The local server can not start.</summary>
public sealed class ServerException(ErrorCode code, string message, Exception? inner = null)
    : MtlsException(code, message, null, inner);

/// <summary>A certificate store refused or lacks what was asked for.</summary>
public sealed class StoreException(ErrorCode code, string message, Exception? inner = null)
    : MtlsException(code, message, null, inner);

/// <summary>A rotation can not be planned as asked, or its next step can not be done now.</summary>
public sealed class RotationException(ErrorCode code, string message, string? path = null, Exception? inner = null)
    : MtlsException(code, message, path, inner);
