using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Keys.Platform;

/// <summary>A key that is being made in the platform. Dispose deletes it again when it was not kept.</summary>
public sealed class PendingPlatformKey : IDisposable
{
    private const int Exists = unchecked((int)0x8009000F);

    private readonly PlatformKeyPlan plan;
    private Action? forget;
    private bool kept;

    private PendingPlatformKey(PlatformKeyPlan plan, PrivateKey key)
    {
        this.plan = plan;
        Key = key;
    }

    /// <summary>The key; it signs where it is and can not be exported.</summary>
    public PrivateKey Key { get; }

    /// <summary>Makes the key.</summary>
    /// <exception cref="KeyException">This is not Windows, a key of that name exists, or the storage refuses.</exception>
    public static PendingPlatformKey Create(PlatformKeyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return OperatingSystem.IsWindows() ? new PendingPlatformKey(plan, Make(plan)) : throw PlatformKeys.NotWindows();
    }

    /// <summary>Notes that the key waits for its certificate, so that it is found from that alone.</summary>
    public void Await(X500DistinguishedName subject)
    {
        if (!OperatingSystem.IsWindows())
            return;
        try
        {
            PlatformKeys.Remember(Key, subject, plan.Name, plan.Location);
            forget = () => PlatformKeys.Complete(Key.PublicKey);
        }
        catch (CryptographicException refused)
        {
            throw Refused(plan, refused);
        }
    }

    /// <summary>Lets the key stay.</summary>
    public void Keep() => kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (kept || !OperatingSystem.IsWindows())
            return;
        forget?.Invoke();
        Key.Cng?.Delete();
    }

    [SupportedOSPlatform("windows")]
    private static PrivateKey Make(PlatformKeyPlan plan)
    {
        var isMachine = plan.Location == StoreLocation.LocalMachine;
        var parameters = new CngKeyCreationParameters
        {
            Provider = new CngProvider(plan.Provider),
            ExportPolicy = CngExportPolicies.None,
            KeyUsage = CngKeyUsages.Signing,

            // Without OverwriteExistingKey, a name that is taken is refused.
            KeyCreationOptions = isMachine ? CngKeyCreationOptions.MachineKey : CngKeyCreationOptions.None,
        };
        if (plan.Length is { } bits)
            parameters.Parameters.Add(new CngProperty("Length", BitConverter.GetBytes(bits), CngPropertyOptions.None));
        try
        {
            using var key = CngKey.Create(new CngAlgorithm(plan.Algorithm), plan.Name, parameters);
            return PrivateKey.FromAlgorithm(plan.Length is null ? new ECDsaCng(key) : new RSACng(key));
        }
        catch (CryptographicException taken) when (taken.HResult == Exists)
        {
            throw new KeyException(ErrorCode.KeyExists, $"A key with the name '{plan.Name}' exists already in {plan.Provider} and is left as it is. Choose another -KeyName, or leave it out.", null, taken);
        }
        catch (Exception refused) when (refused is CryptographicException or PlatformNotSupportedException)
        {
            throw Refused(plan, refused);
        }
    }

    private static KeyException Refused(PlatformKeyPlan plan, Exception cause) => new(
        ErrorCode.KeyStorageRefused,
        $"{plan.Provider} does not make the key: {cause.Message} {(plan.Provider.Contains("Platform", StringComparison.Ordinal) ? "Check that the computer has a TPM that is ready (Get-Tpm) and makes keys of this kind; EcdsaP256 and Rsa2048 are the safest." : "A key of the machine (-Location LocalMachine) takes an administrator.")}",
        null,
        cause);
}
