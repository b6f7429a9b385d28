using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Revocation;
using MtlsTools.Revocation.Ocsp;

namespace MtlsTools.Benchmarks;

/// <summary>OCSP answers about the certificates of a CA: signed for each request and prepared, inside the process and over HTTP, beside the platform's bare signing and <c>openssl ocsp</c> over the same socket by the same client.</summary>
internal static class ResponderBenchmark
{
    private const int Rounds = 3;
    private const int Certificates = 20_000;
    private const int Clients = 8;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    internal static bool Run()
    {
        Console.WriteLine("OCSP answers, P-256, an index of 20 000 certificates");
        if (!Shell.Exists("openssl"))
        {
            Console.WriteLine("  skipped: openssl is missing (Debian package openssl)\n");
            return true;
        }

        using var folder = new TemporaryFolder();
        var authority = Make(folder);
        using var responder = MtlsResponder.Start(new ResponderOptions { Authorities = [authority] });
        var requests = Requests(authority);
        var port = FreePort();
        using var peer = StartOpenSsl(authority, port);
        var bare = new Rate("platform, bare P-256 signatures");
        var cold = new Rate("MtlsTools, every answer signed");
        var prepared = new Rate("MtlsTools, prepared answers");
        var coldHttp = new Rate("MtlsTools over HTTP, every answer signed");
        var preparedHttp = new Rate("MtlsTools over HTTP, prepared answers");
        var openssl = new Rate("openssl ocsp over HTTP");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(InProcess(i => key.SignData(requests[i % requests.Count].Plain, HashAlgorithmName.SHA256)));
            cold.Add(InProcess(i => responder.Engine.Answer(requests[i % requests.Count].WithNonce)));
            foreach (var request in requests.Take(1000))
                responder.Engine.Answer(request.Plain);
            prepared.Add(InProcess(i => responder.Engine.Answer(requests[i % 1000].Plain)));
            coldHttp.Add(OverHttp(responder.Port, requests.ConvertAll(one => one.WithNonce), keepAlive: true));
            preparedHttp.Add(OverHttp(responder.Port, requests.Take(1000).Select(one => one.Plain).ToList(), keepAlive: true));
            openssl.Add(OverHttp(port, requests.ConvertAll(one => one.Plain), keepAlive: false));
        }

        peer.Kill(entireProcessTree: true);
        Console.WriteLine($"  {bare}\n  {cold}\n  {prepared}\n  {coldHttp}\n  {preparedHttp}\n  {openssl}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Signing each answer reaches {cold.Median / bare.Median:P0} of the platform's rate (goal: 50 %); prepared answers come {prepared.Median / cold.Median:F0} times as fast (goal: 20)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Over HTTP: {coldHttp.Median / openssl.Median:F1} times openssl ocsp signed, {preparedHttp.Median / openssl.Median:F1} times prepared\n"));
        return cold.Median >= bare.Median / 2 && prepared.Median >= 20 * cold.Median;
    }

    /// <summary>One thread, counted by processor time: signing is nothing else, and whatever else the machine does leaves it alone.</summary>
    private static double InProcess(Action<int> work)
    {
        for (var i = 0; i < 2000; i++)
            work(i);
        using var process = Process.GetCurrentProcess();
        var (begin, used, count) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime, 0);
        for (; Stopwatch.GetElapsedTime(begin) < Span; count += 100)
        {
            for (var i = 0; i < 100; i++)
                work(count + i);
        }

        process.Refresh();
        return count / (process.TotalProcessorTime - used).TotalSeconds;
    }

    /// <summary>Clients of their own threads, each on a connection that it keeps, or on a new one for each request where the server closes it.</summary>
    private static double OverHttp(int port, List<byte[]> requests, bool keepAlive)
    {
        var messages = requests.ConvertAll(request => (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"POST /ocsp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ocsp-request\r\nContent-Length: {request.Length}\r\n\r\n"), .. request]);
        var count = 0;
        var begin = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Clients).Select(client => new Thread(() =>
        {
            Socket? socket = null;
            for (var i = client * 1000; Stopwatch.GetElapsedTime(begin) < Span; i++)
            {
                socket ??= Connect(port);
                Ask(socket, messages[i % messages.Count]);
                Interlocked.Increment(ref count);
                if (!keepAlive)
                {
                    socket.Dispose();
                    socket = null;
                }
            }

            socket?.Dispose();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 2000 };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static void Ask(Socket socket, byte[] message)
    {
        socket.Send(message);
        var buffer = new byte[8192];
        for (var filled = 0; ;)
        {
            var count = socket.Receive(buffer.AsSpan(filled));
            if (count == 0)
                return; // openssl ends its answer so
            filled += count;
            var head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;
            var text = System.Text.Encoding.ASCII.GetString(buffer, 0, head);
            if (!text.Contains(" 200 ", StringComparison.Ordinal))
                throw new InvalidOperationException(text);
            var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) + 16;
            var line = text[at..].Split('\r')[0];
            if (filled >= head + 4 + int.Parse(line, CultureInfo.InvariantCulture))
                return;
        }
    }

    private static CertificateAuthority Make(TemporaryFolder folder)
    {
        var authority = CertificateAuthority.Create(folder.At("ca"), new AuthorityOptions { Subject = DistinguishedName.FromCommonName("Bench CA"), KeyAlgorithm = KeyAlgorithm.EcdsaP256 });
        using var index = new StreamWriter(folder.At("ca/index.txt"), append: true) { NewLine = "\n" };
        for (var i = 1; i <= Certificates; i++)
            index.WriteLine(string.Create(CultureInfo.InvariantCulture, $"V\t301231235959Z\t\t{i + 0x10000000:X8}\tunknown\t/CN=client-{i}"));
        return authority;
    }

    private static List<(byte[] Plain, byte[] WithNonce)> Requests(CertificateAuthority authority)
    {
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var one = authority.Issue(CertificateSigningRequest.Create(DistinguishedName.FromCommonName("client"), [], key), new IssuanceOptions { Profile = CertificateProfile.Client });
        var id = OcspCertId.Create(one, authority.Certificate, HashAlgorithmName.SHA1);
        return Enumerable.Range(1, 5000).Select(i =>
        {
            var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(id.HashOid);
                writer.WriteOctetString(id.NameHash.Span);
                writer.WriteOctetString(id.KeyHash.Span);
                writer.WriteInteger(i + 0x10000000);
            }

            var ids = new[] { OcspCertId.Read(new System.Formats.Asn1.AsnReader(writer.Encode(), System.Formats.Asn1.AsnEncodingRules.DER)) };
            return (new OcspRequest(ids, null).Encode(), new OcspRequest(ids, RandomNumberGenerator.GetBytes(32)).Encode());
        }).ToList();
    }

    private static Process StartOpenSsl(CertificateAuthority authority, int port)
    {
        var start = new ProcessStartInfo("openssl", ["ocsp", "-index", Path.Combine(authority.Path, "index.txt"), "-port", port.ToString(CultureInfo.InvariantCulture), "-CA", authority.CertificatePath, "-rsigner", authority.CertificatePath, "-rkey", authority.KeyPath, "-nmin", "60", "-ignore_err"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;

        // A connection without a request would stop it for good, so it is not tried whether it listens.
        using var listens = new ManualResetEventSlim();
        DataReceivedEventHandler watch = (_, line) =>
        {
            if (line.Data?.Contains("waiting for OCSP", StringComparison.Ordinal) == true)
                listens.Set();
        };
        process.ErrorDataReceived += watch;
        process.OutputDataReceived += watch;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return listens.Wait(TimeSpan.FromSeconds(30)) ? process : throw new InvalidOperationException("openssl ocsp did not start.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
