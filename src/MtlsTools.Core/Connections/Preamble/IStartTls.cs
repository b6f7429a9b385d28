namespace MtlsTools.Connections.Preamble;

/// <summary>How one protocol goes over to TLS on a connection that began in the clear.</summary>
internal interface IStartTls
{
    /// <summary>The port on which servers of this protocol begin in the clear.</summary>
    int Port { get; }

    /// <summary>Talks until the next byte is TLS.</summary>
    /// <param name="stream">The bare connection.</param>
    /// <param name="host">The server's name.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PreambleException">The server does not go along.</exception>
    Task BeginAsync(Stream stream, string host, CancellationToken cancellation);
}

/// <summary>The protocols by name.</summary>
internal static class StartTlsProtocols
{
    internal static IStartTls Of(StartTlsProtocol protocol) => protocol switch
    {
        StartTlsProtocol.Smtp => new SmtpStartTls(),
        StartTlsProtocol.Imap => new ImapStartTls(),
        StartTlsProtocol.Pop3 => new Pop3StartTls(),
        StartTlsProtocol.Ldap => new LdapStartTls(),
        StartTlsProtocol.PostgreSql => new PostgreSqlStartTls(),
        StartTlsProtocol.MySql => new MySqlStartTls(),
        StartTlsProtocol.Xmpp => new XmppStartTls(),
        StartTlsProtocol.Ftp => new FtpStartTls(),
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Not a protocol with STARTTLS."),
    };
}
