using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Tests;

/// <summary>Imports files into a store, as one of several processes at once or as another user.</summary>
internal static class StoreProcess
{
    internal static int Run(StoreTarget target, string path, string password, IReadOnlyList<string> files, Action<string> say)
    {
        try
        {
            var secret = new SecureString();
            foreach (var c in password)
                secret.AppendChar(c);
            var store = CertificateStore.Open(target, new StoreOptions { StorePath = path, StorePassword = password == "-" ? null : secret });
            foreach (var file in files)
                StoreTransaction.Run(store.Plan(CertificateReader.ReadIdentity(file)));
            return 0;
        }
        catch (MtlsException refused)
        {
            say($"refused: {refused.Code} {refused.Message}");
            return 1;
        }
    }
}
