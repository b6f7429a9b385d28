namespace MtlsTools.Connections;

/// <summary>What is said inside TLS to make the server answer.</summary>
public enum ApplicationProtocol
{
    /// <summary>An HTTP/1.1 request.</summary>
    Http,

    /// <summary>Nothing: the server may speak first, and one that stays silent is watched for a second.</summary>
    Raw,

    /// <summary>MQTT 3.1.1: CONNECT and CONNACK.</summary>
    Mqtt,

    /// <summary>PostgreSQL's start-up message.</summary>
    PostgreSql,
}
