using System.Security;

namespace MtlsTools.Tests.Support;

public static class Secret
{
    public static SecureString From(string text)
    {
        var secret = new SecureString();
        foreach (var character in text)
            secret.AppendChar(character);
        secret.MakeReadOnly();
        return secret;
    }
}
