using System.Security;
using Microsoft.Win32;
using MtlsTools.Processes;

namespace MtlsTools.Host;

/// <summary>Sets a value of SChannel.</summary>
internal sealed class SetSchannelValue(string name, int? found, int wanted) : HostRepairAction
{
    internal override string Text => $@"Set {SchannelSettings.Key}\{name} from {(found is null ? "nothing" : found)} to {wanted} (DWORD)";

    internal override bool IsStillSo() => SchannelCollector.Number(SchannelSettings.SubKey, name) == found;

    internal override string? Carry()
    {
        if (!OperatingSystem.IsWindows())
            return null;
        try
        {
            using var key = Registry.LocalMachine.CreateSubKey(SchannelSettings.SubKey);
            key.SetValue(name, wanted, RegistryValueKind.DWord);
        }
        catch (Exception denied) when (denied is SecurityException or UnauthorizedAccessException or IOException)
        {
            throw new StoreException(ErrorCode.StoreAccessDenied, $@"{SchannelSettings.Key}\{name} can not be set: {denied.Message} Run PowerShell as an administrator.", denied);
        }

        return found is null ? $"reg delete {SchannelSettings.Key} /v {name} /f" : $"reg add {SchannelSettings.Key} /v {name} /t REG_DWORD /d {found} /f";
    }
}

/// <summary>Has a binding of HTTP.SYS ask for the client's certificate in the handshake.</summary>
internal sealed class NegotiateClientCertificate(HttpBinding binding) : HostRepairAction
{
    internal override string Text => $"Run {Command}";

    private ProcessCommand Command => new("netsh", binding.UpdateArguments());

    internal override bool IsStillSo() => HttpSysCollector.Find(binding) is { } now && now.Flags == binding.Flags && now.CheckMode == binding.CheckMode && now.Thumbprint == binding.Thumbprint;

    internal override string? Carry()
    {
        // netsh may end with 0 and have done nothing: what counts is what is read back afterwards.
        new SystemProcesses().Require(Command);
        return new ProcessCommand("netsh", binding.UpdateArguments().Select(argument => argument == "clientcertnegotiation=enable" ? "clientcertnegotiation=disable" : argument).ToArray()).ToString();
    }
}
