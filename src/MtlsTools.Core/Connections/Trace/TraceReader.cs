using System.Globalization;

namespace MtlsTools.Connections.Trace;

/// <summary>Makes messages of records: puts handshake messages together, and opens what the session's secrets open.</summary>
internal sealed class TraceReader
{
    private const int MaximumMessage = 1024 * 1024;

    private readonly SessionSecrets secrets;
    private readonly Direction[] directions = [new(), new()];
    private readonly List<TracedMessage> messages = [];
    private bool isTls13;
    private int suite;

    private TraceReader(SessionSecrets secrets) => this.secrets = secrets;

    private sealed class Direction
    {
        internal List<byte> Pending { get; } = [];

        internal bool IsEncrypted { get; set; }

        internal TrafficKeys? Keys { get; set; }
    }

    internal static List<TracedMessage> Read(IEnumerable<WireRecord> records, SessionSecrets secrets)
    {
        var reader = new TraceReader(secrets);
        foreach (var record in records)
            reader.Read(record);
        return reader.messages;
    }

    /// <summary>The random value of the ClientHello, by which its session is known in a key log.</summary>
    internal static string? ClientRandom(IEnumerable<WireRecord> records) =>
        records.FirstOrDefault(record => record.From == TraceSide.Client) is { Type: WireRecord.Handshake } first && first.Content.Length >= 38
            ? Convert.ToHexString(first.Content[6..38])
            : null;

    private void Read(WireRecord record)
    {
        var direction = directions[(int)record.From];
        if (record.Type == WireRecord.ChangeCipherSpec)
        {
            Add(record, "ChangeCipherSpec", record.Content.Length, isTls13 ? "without meaning in TLS 1.3" : "encrypted from here on");
            direction.IsEncrypted |= !isTls13;
        }
        else if (record.Type == WireRecord.ApplicationData && direction.Keys?.Open(record) is { } opened)
        {
            Read(record, direction, opened.Type, opened.Content, isEncrypted: true);
        }
        else if (record.Type == WireRecord.ApplicationData || direction.IsEncrypted)
        {
            AddClosed(record);
        }
        else
        {
            Read(record, direction, record.Type, record.Content, isEncrypted: false);
        }
    }

    private void Read(WireRecord record, Direction direction, int type, ReadOnlySpan<byte> content, bool isEncrypted)
    {
        if (type == WireRecord.Handshake)
            ReadHandshake(record, direction, content, isEncrypted);
        else if (type == WireRecord.Alert && content.Length == 2)
            AddAlert(record, content, isEncrypted);
        else
            messages.Add(New(record, type == WireRecord.ApplicationData ? "ApplicationData" : string.Create(CultureInfo.InvariantCulture, $"Record {type}"), content.Length, isEncrypted));
    }

    private void ReadHandshake(WireRecord record, Direction direction, ReadOnlySpan<byte> content, bool isEncrypted)
    {
        var pending = direction.Pending;
        pending.AddRange(content);
        while (pending.Count >= 4)
        {
            var length = 4 + ((pending[1] << 16) | (pending[2] << 8) | pending[3]);
            if (length > MaximumMessage)
            {
                messages.Add(New(record, TlsNames.Handshake(pending[0]), length, isEncrypted) with { Summary = "larger than is read here" });
                pending.Clear();
                return;
            }

            if (pending.Count < length)
                return;
            var message = pending.GetRange(0, length).ToArray();
            pending.RemoveRange(0, length);
            var read = HandshakeParser.Parse(New(record, TlsNames.Handshake(message[0]), length, isEncrypted), message[0], message.AsSpan(4), isTls13);
            messages.Add(read);
            ChangeKeys(record.From, direction, message, read);
        }
    }

    /// <summary>What has to be known for the records that follow.</summary>
    private void ChangeKeys(TraceSide from, Direction direction, byte[] message, TracedMessage read)
    {
        switch (message[0])
        {
            case HandshakeParser.ServerHello when read.CipherSuites.Count == 1:
                isTls13 = read.Version == "TLS 1.3";
                if (isTls13 && read.Name == "ServerHello")
                {
                    suite = HelloParser.Suite(message.AsSpan(4));
                    directions[(int)TraceSide.Client].Keys = secrets.Handshake(TraceSide.Client, suite);
                    directions[(int)TraceSide.Server].Keys = secrets.Handshake(TraceSide.Server, suite);
                }

                break;
            case HandshakeParser.Finished when isTls13:
                direction.Keys = secrets.Application(from, suite);
                break;
            case HandshakeParser.KeyUpdate when isTls13:
                direction.Keys = direction.Keys?.Next();
                break;
        }
    }

    private void AddAlert(WireRecord record, ReadOnlySpan<byte> content, bool isEncrypted)
    {
        const int fatal = 2;
        var alert = new TlsAlertInfo(content[1]);
        messages.Add(New(record, "Alert", content.Length, isEncrypted) with { Alert = alert, Summary = $"{alert}{(content[0] == fatal && alert.Number != 0 ? ", fatal" : "")}" });
    }

    /// <summary>A record that stays closed: its type says a little under TLS 1.2, nothing under TLS 1.3.</summary>
    private void AddClosed(WireRecord record)
    {
        var name = record.Type switch
        {
            WireRecord.Handshake => messages.Exists(message => message.From == record.From && message is { Name: "Finished" }) ? "Handshake" : "Finished",
            WireRecord.Alert => "Alert",
            _ => isTls13 ? "Encrypted" : "ApplicationData",
        };
        messages.Add(New(record, name, record.Content.Length, isEncrypted: true) with { Summary = "not opened" });
    }

    private void Add(WireRecord record, string name, int size, string summary) => messages.Add(New(record, name, size, isEncrypted: false) with { Summary = summary });

    private TracedMessage New(WireRecord record, string name, int size, bool isEncrypted) =>
        new() { Number = messages.Count + 1, Time = record.Time, From = record.From, Name = name, Size = size, IsEncrypted = isEncrypted };
}
