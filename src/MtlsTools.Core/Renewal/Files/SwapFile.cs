namespace MtlsTools.Renewal.Files;

/// <summary>What a file of an identity is.</summary>
internal enum FileRole
{
    /// <summary>The certificate, perhaps with its chain and its key.</summary>
    Certificate,

    /// <summary>The private key.</summary>
    Key,

    /// <summary>The issuers, where they have a file of their own.</summary>
    Chain,
}

/// <summary>A file that is swapped together with others.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Path">The name by which programs know it.</param>
/// <param name="Rights">Who may read it.</param>
internal sealed record SwapFile(FileRole Role, string Path, FileRights Rights)
{
    internal string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>Its name among the versions.</summary>
    internal string Name => NameOf(Role);

    internal static string NameOf(FileRole role) => role.ToString().ToLowerInvariant();
}
