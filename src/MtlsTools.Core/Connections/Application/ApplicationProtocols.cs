using MtlsTools.Connections.Preamble;

namespace MtlsTools.Connections.Application;

/// <summary>Which protocol is spoken inside TLS: the one that was named, or the one that went over to TLS.</summary>
internal static class ApplicationProtocols
{
    internal static IApplicationProtocol Of(ConnectionTarget target, ConnectionOptions options)
    {
        var name = options.Certificate?.Subject.CommonName;
        return (options.Protocol, options.StartTls) switch
        {
            (ApplicationProtocol.Raw, _) => new RawProtocol(),
            (ApplicationProtocol.Mqtt, _) => new MqttProtocol(),
            (ApplicationProtocol.PostgreSql, _) or (null, StartTlsProtocol.PostgreSql) => new PostgreSqlProtocol(target, name),
            (null, StartTlsProtocol.Smtp) => LineProtocol.Smtp,
            (null, StartTlsProtocol.Imap) => LineProtocol.Imap,
            (null, StartTlsProtocol.Pop3) => LineProtocol.Pop3,
            (null, StartTlsProtocol.Ftp) => LineProtocol.Ftp,
            (null, StartTlsProtocol.Ldap) => new LdapProtocol(),
            (null, StartTlsProtocol.MySql) => new MySqlProtocol(target, name),
            (null, StartTlsProtocol.Xmpp) => new XmppProtocol(options.ServerName ?? target.Host),
            _ => new HttpProtocol(target, options.ServerName, options.Http),
        };
    }

    /// <summary>The port of servers of the protocol, for targets that name none.</summary>
    internal static int Port(ConnectionOptions options) => options switch
    {
        { Upgrade: { } protocol } => StartTlsProtocols.Of(protocol).Port,
        { Protocol: ApplicationProtocol.Mqtt } => MqttProtocol.Port,
        _ => 443,
    };
}
