using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;

namespace MtlsTools.Keys.Access.Windows;

/// <summary>Where a security descriptor lies.</summary>
[SupportedOSPlatform("windows")]
internal interface IWindowsDescriptor
{
    /// <summary>What it is a list of, in words.</summary>
    string Kind { get; }

    /// <exception cref="MtlsException">It can not be read.</exception>
    CommonSecurityDescriptor Read();

    /// <exception cref="MtlsException">It can not be changed.</exception>
    void Write(CommonSecurityDescriptor descriptor);
}

/// <summary>The descriptor of a file.</summary>
[SupportedOSPlatform("windows")]
internal sealed class FileDescriptor(string path) : IWindowsDescriptor
{
    public string Kind => "access list of the file";

    public CommonSecurityDescriptor Read()
    {
        try
        {
            return new CommonSecurityDescriptor(isContainer: false, isDS: false, new FileInfo(path).GetAccessControl(AccessControlSections.Access | AccessControlSections.Owner).GetSecurityDescriptorBinaryForm(), 0);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new KeyException(ErrorCode.KeyAccessDenied, $"The permissions of '{path}' can not be read: {denied.Message} Run PowerShell as administrator.", path, denied);
        }
    }

    public void Write(CommonSecurityDescriptor descriptor)
    {
        var bytes = new byte[descriptor.BinaryLength];
        descriptor.GetBinaryForm(bytes, 0);
        var security = new FileSecurity();
        security.SetSecurityDescriptorBinaryForm(bytes, AccessControlSections.Access);
        try
        {
            new FileInfo(path).SetAccessControl(security);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new KeyException(ErrorCode.KeyAccessDenied, $"The permissions of '{path}' can not be changed: {denied.Message} Run PowerShell as administrator.", path, denied);
        }
    }
}

/// <summary>The descriptor of a key that has no file: in a TPM, say. The provider keeps it as a property of the key.</summary>
[SupportedOSPlatform("windows")]
internal sealed class CngDescriptor(CngKey key, string name) : IWindowsDescriptor
{
    // NCRYPT_SECURITY_DESCR_PROPERTY; its options are the parts of the descriptor that are meant (OWNER_ and DACL_SECURITY_INFORMATION).
    private const string Property = "Security Descr";
    private const CngPropertyOptions OwnerAndList = (CngPropertyOptions)0x5;
    private const CngPropertyOptions List = (CngPropertyOptions)0x4;

    public string Kind => "access list of the key";

    public CommonSecurityDescriptor Read()
    {
        try
        {
            return new CommonSecurityDescriptor(isContainer: false, isDS: false, key.GetProperty(Property, OwnerAndList).GetValue()!, 0);
        }
        catch (CryptographicException refused)
        {
            throw Refused("read", refused);
        }
    }

    public void Write(CommonSecurityDescriptor descriptor)
    {
        var bytes = new byte[descriptor.BinaryLength];
        descriptor.GetBinaryForm(bytes, 0);
        try
        {
            key.SetProperty(new CngProperty(Property, bytes, List | CngPropertyOptions.Persist));
        }
        catch (CryptographicException refused)
        {
            throw Refused("changed", refused);
        }
    }

    private KeyException Refused(string what, CryptographicException cause) => new(
        ErrorCode.KeyAccessDenied,
        $"The permissions of the key '{name}' can not be {what}: {cause.Message} Run PowerShell as administrator; if it stays so, the provider keeps no permissions, and the service needs a key of its own.",
        null,
        cause);
}
