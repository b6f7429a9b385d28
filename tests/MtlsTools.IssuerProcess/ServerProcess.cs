using System.Diagnostics;
using MtlsTools.Certificates;
using MtlsTools.Server;

namespace MtlsTools.Tests;

/// <summary>A server in a process that does nothing else.</summary>
internal static class ServerProcess
{
    /// <summary>Serves until the input ends. Each line of it is answered with what the process uses: accepted, refused, open descriptors, managed heap and working set in KB, threads, milliseconds of processor.</summary>
    internal static void Run(string certificate, string clientCa)
    {
        using var server = MtlsServer.Start(new MtlsServerOptions
        {
            Certificate = CertificateReader.ReadIdentity(certificate, null, null),
            ClientCas = CertificateReader.ReadFile(clientCa),
            Content = ServerContent.FromText("hello"),
            Timeout = TimeSpan.FromSeconds(5),
        });
        Console.Out.WriteLine($"port {server.Port}");
        while (Console.In.ReadLine() is not null)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using var self = Process.GetCurrentProcess();
            var descriptors = Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : self.HandleCount;
            Console.Out.WriteLine($"uses {server.Accepted} {server.Refused} {descriptors} {GC.GetTotalMemory(forceFullCollection: false) / 1024} {self.WorkingSet64 / 1024} {self.Threads.Count} {(long)self.TotalProcessorTime.TotalMilliseconds}");
        }
    }
}
