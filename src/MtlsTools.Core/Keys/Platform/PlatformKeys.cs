using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Keys.Platform;

/// <summary>Keys that wait in the platform for their certificate. Windows keeps the list itself, as the store REQUEST: a certificate for each request, with the name of its key. So the certificate that comes back is enough to find the key, in another session and by other tools (certreq -accept) as well.</summary>
public static class PlatformKeys
{
    private const string Requests = "REQUEST";

    /// <summary>Refuses a system that has no such storage.</summary>
    /// <returns>True.</returns>
    /// <exception cref="KeyException">It is not Windows.</exception>
    public static bool Require() => OperatingSystem.IsWindows() ? true : throw NotWindows();

    /// <summary>The key of a request that was made here and waits for its certificate, or null.</summary>
    public static PrivateKey? Find(PublicKeyInfo publicKey) => !OperatingSystem.IsWindows() ? null
        : Locations.SelectMany(location => Waiting(location, publicKey, OpenFlags.ReadOnly, (_, found) => found)).Select(PrivateKey.Of).FirstOrDefault(key => key is not null);

    /// <summary>Takes a request off the list, now that its certificate has the key; undone by the action.</summary>
    internal static Action Complete(PublicKeyInfo publicKey)
    {
        if (!OperatingSystem.IsWindows())
            return () => { };
        var taken = Locations.SelectMany(location => Waiting(location, publicKey, OpenFlags.ReadWrite, (store, found) =>
        {
            store.Remove(found);
            return (Location: location, Certificate: found);
        })).ToList();
        return () => taken.ForEach(one => Add(one.Location, one.Certificate));
    }

    /// <summary>Refuses to put a certificate where its key is another's: a service that finds the one could not use the other.</summary>
    /// <exception cref="KeyException">The key is the user's and the store the machine's, or the other way round.</exception>
    internal static void RequireOwner(PrivateKey key, StoreLocation location)
    {
        if (!OperatingSystem.IsWindows() || key.Cng is not { IsEphemeral: false } cng || cng.IsMachineKey == (location == StoreLocation.LocalMachine))
            return;
        var its = cng.IsMachineKey ? StoreLocation.LocalMachine : StoreLocation.CurrentUser;
        throw new KeyException(ErrorCode.StoreOptionNotUsed, $"The key '{cng.KeyName}' belongs to {its}, and a certificate in the stores of {location} would lead to a key that is not there. Import with -Location {its}, or make the request with -Location {location}.");
    }

    /// <summary>Puts a request on the list.</summary>
    [SupportedOSPlatform("windows")]
    internal static void Remember(PrivateKey key, X500DistinguishedName subject, string name, StoreLocation location)
    {
        var now = DateTimeOffset.UtcNow;
        using var bare = new CertificateRequest(subject, key.PublicKey.ToPublicKey(), key.SignatureHash)
            .Create(subject, key.CreateSignatureGenerator(), now.AddMinutes(-5), now.AddYears(1), Serial());
        using var withKey = key.Attach(bare);
        withKey.FriendlyName = name;
        Add(location, withKey);
    }

    internal static KeyException NotWindows() => new(
        ErrorCode.PlatformNotSupported,
        $"Keys in CNG or a TPM are made on Windows only, and this is {System.Runtime.InteropServices.RuntimeInformation.OSDescription}. Leave -KeyStorage out for a key file; a key on a device (PKCS#11) is taken as an object of .NET with -Key.");

    private static StoreLocation[] Locations => [StoreLocation.CurrentUser, StoreLocation.LocalMachine];

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    private static void Add(StoreLocation location, X509Certificate2 certificate)
    {
        using var store = new X509Store(Requests, location, OpenFlags.ReadWrite);
        store.Add(certificate);
    }

    private static List<T> Waiting<T>(StoreLocation location, PublicKeyInfo publicKey, OpenFlags flags, Func<X509Store, X509Certificate2, T> work)
    {
        try
        {
            using var store = new X509Store(Requests, location, flags | OpenFlags.OpenExistingOnly);
            return store.Certificates.Where(one => one.HasPrivateKey && PublicKeyInfo.Decode(one.PublicKey.ExportSubjectPublicKeyInfo()).Equals(publicKey)).Select(one => work(store, one)).ToList();
        }
        catch (CryptographicException)
        {
            // There is no such list yet, or it is the machine's and this account may not change it.
            return [];
        }
    }
}
