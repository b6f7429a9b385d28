using System.Management.Automation.Runspaces;

namespace MtlsTools.Commands;

/// <summary>What is to be done when a session ends.</summary>
internal static class SessionEnd
{
    internal static void Do(Action work)
    {
        if (Runspace.DefaultRunspace is not { } session)
            return;
        session.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
                work();
        };
    }
}
