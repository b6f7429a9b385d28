namespace MtlsTools.Configuration.Checking;

/// <summary>The kinds of configuration that can be read.</summary>
public enum ConfigFormat
{
    /// <summary>Told by the file's name and content.</summary>
    Auto,

    /// <summary>nginx: nginx.conf, or a file of conf.d or sites-enabled.</summary>
    Nginx,

    /// <summary>Apache httpd with mod_ssl.</summary>
    Apache,

    /// <summary>HAProxy.</summary>
    HAProxy,

    /// <summary>A Caddyfile.</summary>
    Caddy,

    /// <summary>Docker Compose: the configurations that its services mount.</summary>
    Compose,

    /// <summary>Manifests of Kubernetes: Secrets, Ingress, Gateway, Istio and cert-manager.</summary>
    Kubernetes,

    /// <summary>PostgreSQL: postgresql.conf or pg_hba.conf.</summary>
    PostgreSql,

    /// <summary>Mosquitto.</summary>
    Mosquitto,
}
