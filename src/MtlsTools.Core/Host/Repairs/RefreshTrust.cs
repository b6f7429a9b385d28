using MtlsTools.Processes;
using MtlsTools.Stores.Linux;

namespace MtlsTools.Host;

/// <summary>Makes the bundle of a Linux system anew, with the system's own tool.</summary>
internal sealed class RefreshTrust(TrustFolder folder, TrustDifference difference) : HostRepairAction
{
    internal override string Text
    {
        get
        {
            try
            {
                return $"Run {Tool().Command(removing: difference.Left.Count > 0)}";
            }
            catch (StoreException)
            {
                // Why it can not be run is told when it is to be.
                return $"Run {folder.Layout.Tool}";
            }
        }
    }

    internal override bool IsStillSo() => TrustFolderCollector.Read(folder.Root, folder.Layout, _ => { }).Difference() == difference;

    internal override string? Carry()
    {
        var tool = Tool();
        using var held = tool.Lock();
        tool.Run(removing: difference.Left.Count > 0);
        return null;
    }

    private TrustTool Tool() => TrustTool.For(folder.Root, folder.Layout, new SystemProcesses(), Environment.IsPrivilegedProcess);
}
