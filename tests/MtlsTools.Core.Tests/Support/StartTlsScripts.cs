using MtlsTools.Connections;

namespace MtlsTools.Tests.Support;

/// <summary>The server's part of each way into TLS, as the RFCs and manuals have it; openssl's own client is led by the same scripts.</summary>
public static class StartTlsScripts
{
    private const string XmppStream = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='localhost' version='1.0'>";

    /// <summary>Talks until the client goes over to TLS.</summary>
    public static Func<Stream, CancellationToken, Task> Of(StartTlsProtocol protocol) => protocol switch
    {
        StartTlsProtocol.Smtp => (stream, token) => TalkAsync(stream, "220-mail.example.com\r\n220 ESMTP ready\r\n", token, ("EHLO", "250-mail.example.com\r\n250-SIZE 1000000\r\n250-STARTTLS\r\n250 8BITMIME\r\n"), ("STARTTLS\r\n", "220 Go ahead\r\n")),
        StartTlsProtocol.Ftp => (stream, token) => TalkAsync(stream, "220-Welcome\r\n 220 not the end\r\n220 to this server\r\n", token, ("FEAT", "211-Features:\r\n AUTH TLS\r\n211 End\r\n"), ("AUTH TLS\r\n", "234 Go ahead\r\n")),
        StartTlsProtocol.Imap => (stream, token) => TalkAsync(stream, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", token, ("CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"), ("STARTTLS\r\n", "* 1 EXISTS\r\n{tag} OK Go ahead\r\n")),
        StartTlsProtocol.Pop3 => (stream, token) => TalkAsync(stream, "+OK ready\r\n", token, ("CAPA", "+OK\r\nSTLS\r\n.\r\n"), ("STLS\r\n", "+OK Go ahead\r\n")),
        StartTlsProtocol.Ldap => (stream, token) => TalkAsync(stream, "", token, ("1.3.6.1.4.1.1466.20037", "0\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")),
        StartTlsProtocol.PostgreSql => (stream, token) => TalkAsync(stream, "", token, ("\x00\x00\x00\x08\x04\xd2\x16\x2f", "S")),
        StartTlsProtocol.MySql => async (stream, token) =>
        {
            await ScriptedServer.SayAsync(stream, MySqlGreeting(0x8A00), token);
            var request = new byte[4 + 32];
            await stream.ReadExactlyAsync(request, token); // TLS follows at once, without an answer.
            Assert.Equal(new byte[] { 32, 0, 0, 1 }, request[..4]);
        },
        StartTlsProtocol.Xmpp => (stream, token) => TalkAsync(stream, "", token, ("<stream:stream", XmppStream + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"), ("<starttls", "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")),
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    /// <summary>What the server answers inside TLS.</summary>
    public static string Answer(StartTlsProtocol protocol) => protocol switch
    {
        StartTlsProtocol.Smtp => "250-mail.example.com\r\n250 8BITMIME\r\n",
        StartTlsProtocol.Ftp => "211 no features\r\n",
        StartTlsProtocol.Imap => "* CAPABILITY IMAP4rev1\r\na2 OK done\r\n",
        StartTlsProtocol.Pop3 => "+OK\r\n.\r\n",
        StartTlsProtocol.Ldap => "0\x0c\x02\x01\x02\x61\x07\x0a\x01\x00\x04\x00\x04\x00",
        StartTlsProtocol.PostgreSql => "R\x00\x00\x00\x08\x00\x00\x00\x00",
        StartTlsProtocol.MySql => "\x07\x00\x00\x03\x00\x00\x00\x02\x00\x00\x00",
        _ => XmppStream + "<stream:features/>",
    };

    /// <summary>The greeting of a MySQL server with these capabilities.</summary>
    public static string MySqlGreeting(int capabilities)
    {
        var body = $"\x0a" + "8.0.36\0" + "\x01\x00\x00\x00" + "12345678\0" + (char)(capabilities & 0xFF) + (char)(capabilities >> 8) + "\x2d\x02\x00\x08\x00\x15" + new string('\0', 10) + "123456789012\0" + "mysql_native_password\0";
        return (char)body.Length + "\0\0\0" + body;
    }

    private static async Task TalkAsync(Stream stream, string greeting, CancellationToken token, params (string Command, string Answer)[] dialogue)
    {
        await ScriptedServer.SayAsync(stream, greeting, token);
        for (var done = false; !done;)
        {
            var heard = await ScriptedServer.HearAsync(stream, token);
            if (heard.Length == 0)
                return;
            var (command, answer) = dialogue.FirstOrDefault(step => heard.Contains(step.Command, StringComparison.OrdinalIgnoreCase));
            await ScriptedServer.SayAsync(stream, answer?.Replace("{tag}", heard.Split(' ')[0], StringComparison.Ordinal) ?? "500 unknown command\r\n", token);
            done = command == dialogue[^1].Command;
        }
    }
}
