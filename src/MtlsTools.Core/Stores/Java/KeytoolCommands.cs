using MtlsTools.Processes;

namespace MtlsTools.Stores.Java;

/// <summary>The commands of keytool with which a keystore is kept.</summary>
/// <param name="Keytool">The program.</param>
/// <param name="Store">The keystore's file.</param>
/// <param name="Type">PKCS12, JKS or JCEKS.</param>
/// <param name="At">Where the files lie that a command reads.</param>
/// <param name="Options">For Java itself; a plan leaves them out.</param>
internal sealed record KeytoolCommands(string Keytool, string Store, string Type, Func<string, string> At, IReadOnlyList<string> Options)
{
    /// <summary>English, so that it can be read; and a compiler that is quick to start: keytool ends before a better one pays.</summary>
    internal static readonly IReadOnlyList<string> Quick = ["-J-Duser.language=en", "-J-XX:TieredStopAtLevel=1"];

    internal const string CertificateFile = "certificates.pem";
    internal const string PfxFile = "key.p12";
    internal const string PfxPassword = "pfx-password.txt";
    internal const string StorePassword = "store-password.txt";
    internal const string FormerStore = "former";

    /// <summary>The alias of the key in the PFX file that carries it.</summary>
    internal const string PfxAlias = "key";

    internal ProcessCommand List() => Command("-list", "-rfc");

    /// <summary>Makes a trusted entry, or gives a key that is there its certificate and chain.</summary>
    internal ProcessCommand ImportCertificates(string alias) => Command("-importcert", "-noprompt", "-alias", alias, "-file", At(CertificateFile));

    internal ProcessCommand ImportKey(string alias) => Import(PfxFile, "PKCS12", PfxPassword, PfxAlias, alias);

    /// <summary>Brings an entry back from the former keystore.</summary>
    internal ProcessCommand Restore(string alias) => Import(FormerStore, Type, StorePassword, alias, alias);

    internal ProcessCommand Delete(string alias) => Command("-delete", "-alias", alias);

    private ProcessCommand Command(string verb, params string[] arguments) => new(Keytool, [.. Options, verb, .. arguments, "-keystore", Store, "-storetype", Type, "-storepass:file", At(StorePassword)]);

    private ProcessCommand Import(string file, string type, string password, string alias, string newAlias) => new(
        Keytool,
        [
            .. Options, "-importkeystore", "-noprompt", "-srckeystore", At(file), "-srcstoretype", type, "-srcstorepass:file", At(password), "-srcalias", alias,
            "-destkeystore", Store, "-deststoretype", Type, "-deststorepass:file", At(StorePassword), "-destalias", newAlias,
            .. Type == "PKCS12" ? [] : new[] { "-destkeypass:file", At(StorePassword) },
        ]);
}
