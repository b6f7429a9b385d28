using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using System.Net.Security;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Connections.Trace;

internal delegate Task<Stream> ConnectTls(Stream transport, string host, X509Certificate2? certificate, X509Certificate2Collection intermediates, SslProtocols versions, Func<X509Certificate?, X509Chain?, bool> judge, CancellationToken cancellation);

/// <summary>
/// A second copy of the platform's TLS that tells the secrets of its sessions. From .NET 9 on Linux, SslStream writes them to the file that SSLKEYLOGFILE names when an AppContext switch
/// is set; both are looked at once. So the switch is set for a moment only, while a copy of the assembly in a load context of its own looks, and every other connection of the process keeps its secrets.
/// The "file" is a pipe of this process: nothing reaches the disk.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "There is one, and it lives as long as the process.")]
internal sealed class KeyLogContext : AssemblyLoadContext
{
    private const string Switch = "System.Net.EnableSslKeyLogging";
    private const string Variable = "SSLKEYLOGFILE";
    private const string Logger = "SslKeyLogger";
    private const int MaximumSessions = 256;

    private static readonly Lazy<KeyLogContext?> Shared = new(TryCreate);

    private readonly ConcurrentDictionary<string, List<string>> sessions = new();
    private readonly AnonymousPipeServerStream secrets = new(PipeDirection.In);

    private KeyLogContext()
        : base("MtlsTools key log")
    {
    }

    /// <summary>Why there is none on this system.</summary>
    internal const string NotSupported = "This runtime does not give out the secrets of TLS sessions; .NET 9 and later do on Linux (PowerShell 7.5).";

    /// <summary>The one of this process, or null where the runtime has no such thing.</summary>
    internal static KeyLogContext? Instance => Shared.Value;

    /// <summary><see cref="TraceTls.ConnectAsync"/> in this context.</summary>
    internal ConnectTls Connect { get; private set; } = TraceTls.ConnectAsync;

    /// <summary>The lines of one session, in the format of NSS (RFC 9850); they are forgotten here.</summary>
    /// <param name="clientRandom">The random value of its ClientHello, as hex.</param>
    internal IReadOnlyList<string> Take(string clientRandom)
    {
        if (!sessions.TryRemove(clientRandom, out var lines))
            return [];
        lock (lines)
            return lines.ToArray();
    }

    /// <summary>Waits, briefly, until the pipe has given what was written before: the lines of a handshake that is over are all there afterwards.</summary>
    /// <param name="clientRandom">The session.</param>
    /// <param name="isEncrypted">Whether the handshake came far enough to have secrets.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async Task WaitAsync(string clientRandom, bool isEncrypted, CancellationToken cancellation)
    {
        for (var i = 0; isEncrypted && i < 50 && !IsWhole(clientRandom); i++)
            await Task.Delay(10, cancellation).ConfigureAwait(false);
    }

    /// <summary>The client's own traffic secret is the last of TLS 1.3; TLS 1.2 has one line.</summary>
    private bool IsWhole(string clientRandom)
    {
        if (!sessions.TryGetValue(clientRandom, out var lines))
            return false;
        lock (lines)
            return lines.Exists(line => line.StartsWith("CLIENT_TRAFFIC_SECRET_0 ", StringComparison.Ordinal) || line.StartsWith("CLIENT_RANDOM ", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var original = new[] { typeof(KeyLogContext).Assembly, typeof(SslStream).Assembly }.FirstOrDefault(one => one.GetName().Name == assemblyName.Name);
        return original is null ? null : LoadFromAssemblyPath(original.Location);
    }

    private static KeyLogContext? TryCreate()
    {
        var original = typeof(SslStream).Assembly;
        if (!OperatingSystem.IsLinux() || original.GetType(Logger) is not { } logger || original.Location.Length == 0 || typeof(KeyLogContext).Assembly.Location.Length == 0)
            return null;
        RuntimeHelpers.RunClassConstructor(logger.TypeHandle); // the process's own TLS has looked before the switch is set
        var context = new KeyLogContext();
        try
        {
            return context.Open() ? context : null;
        }
        catch (Exception failed) when (failed is BadImageFormatException or FileLoadException or TypeInitializationException or MissingMemberException)
        {
            return null; // A runtime that loads no second copy.
        }
    }

    private bool Open()
    {
        var copy = LoadFromAssemblyName(typeof(SslStream).Assembly.GetName());
        var logger = copy.GetType(Logger, throwOnError: true)!;
        var before = Environment.GetEnvironmentVariable(Variable);
        try
        {
            Environment.SetEnvironmentVariable(Variable, $"/proc/self/fd/{secrets.ClientSafePipeHandle.DangerousGetHandle()}");
            AppContext.SetSwitch(Switch, true);
            RuntimeHelpers.RunClassConstructor(logger.TypeHandle);
        }
        finally
        {
            AppContext.SetSwitch(Switch, false);
            Environment.SetEnvironmentVariable(Variable, before);
        }

        if (logger.GetProperty("IsEnabled", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null) is not true)
            return false;
        secrets.DisposeLocalCopyOfClientHandle();
        var engine = LoadFromAssemblyName(typeof(KeyLogContext).Assembly.GetName());
        Connect = engine.GetType(typeof(TraceTls).FullName!, throwOnError: true)!.GetMethod(nameof(TraceTls.ConnectAsync), BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<ConnectTls>();
        new Thread(Read) { IsBackground = true, Name = "MtlsTools key log" }.Start();
        return true;
    }

    private void Read()
    {
        using var reader = new StreamReader(secrets, System.Text.Encoding.ASCII);
        while (reader.ReadLine() is { } line)
        {
            // LABEL <client random> <secret>
            if (line.Split(' ') is not [_, var clientRandom, _])
                continue;
            if (sessions.Count >= MaximumSessions)
                sessions.Clear(); // Sessions that nobody asked about.
            var lines = sessions.GetOrAdd(clientRandom.ToUpperInvariant(), _ => []);
            lock (lines)
                lines.Add(line);
        }
    }
}
