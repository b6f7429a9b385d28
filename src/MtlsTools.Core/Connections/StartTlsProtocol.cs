namespace MtlsTools.Connections;

/// <summary>Protocols that begin in the clear and go over to TLS on the same connection.</summary>
public enum StartTlsProtocol
{
    /// <summary>Mail between servers and from clients: STARTTLS.</summary>
    Smtp,

    /// <summary>Mailboxes: STARTTLS.</summary>
    Imap,

    /// <summary>Mailboxes: STLS.</summary>
    Pop3,

    /// <summary>Directories: the extended operation StartTLS.</summary>
    Ldap,

    /// <summary>PostgreSQL: SSLRequest.</summary>
    PostgreSql,

    /// <summary>MySQL and MariaDB: SSLRequest.</summary>
    MySql,

    /// <summary>Jabber, clients to servers: starttls.</summary>
    Xmpp,

    /// <summary>File transfer: AUTH TLS.</summary>
    Ftp,
}
