using MtlsTools.Connections;

namespace MtlsTools.Tests.Support;

/// <summary>A real server of a protocol that begins in the clear and asks for client certificates.</summary>
public sealed class StartTlsPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new();
    private readonly PeerProcess process;

    private StartTlsPeer(StartTlsProtocol protocol, LivePki pki)
    {
        Port = Loopback.FreePorts(1)[0];
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var (certificate, key) = pki.SavePair("server", pki.Server);
        process = Launch(protocol, certificate, key, pki.ClientRoot.CertificatePath);
    }

    public int Port { get; }

    /// <summary>Starts it, or skips the test where it is not installed.</summary>
    public static StartTlsPeer Start(StartTlsProtocol protocol, LivePki pki)
    {
        for (var attempt = 1; ; attempt++)
        {
            var peer = new StartTlsPeer(protocol, pki);
            if (SpinWait.SpinUntil(() => peer.process.HasExited || Loopback.Accepts(peer.Port), Patience) && !peer.process.HasExited)
                return peer;

            // A port that was free may have been taken meanwhile.
            peer.Dispose();
            Assert.True(attempt < 3, $"The {protocol} server did not start:\n{peer.process.All}");
        }
    }

    public void Dispose()
    {
        process.Dispose();
        folder.Dispose();
    }

    private PeerProcess Launch(StartTlsProtocol protocol, string certificate, string key, string ca) => protocol switch
    {
        StartTlsProtocol.Smtp => Python().Start(Peer.Asset("smtpd.py"), $"{Port}", certificate, key, ca),
        StartTlsProtocol.Imap or StartTlsProtocol.Pop3 => AsRoot("dovecot").Start("-F", "-c", folder.Write("dovecot.conf", Dovecot(protocol == StartTlsProtocol.Imap ? "imap" : "pop3", certificate, key, ca))),
        StartTlsProtocol.Ldap => Peer.Require("slapd").Start("-d", "0", "-h", $"ldap://127.0.0.1:{Port}", "-f", folder.Write("slapd.conf", $"pidfile \"{folder.At("pid")}\"\nTLSCACertificateFile \"{ca}\"\nTLSCertificateFile \"{certificate}\"\nTLSCertificateKeyFile \"{key}\"\nTLSVerifyClient demand\n")),
        StartTlsProtocol.Ftp => AsRoot("vsftpd").Start(folder.Write("vsftpd.conf", Vsftpd(certificate, key, ca))),
        StartTlsProtocol.Xmpp => Peer.Require("prosody").Start("-F", "--config", folder.Write("prosody.cfg.lua", Prosody(certificate, key, ca))),
        StartTlsProtocol.MySql => Peer.Require("mariadbd").Start(
            "--no-defaults", "--user=root", $"--datadir={Directory.CreateDirectory(folder.At("data")).FullName}", $"--socket={folder.At("s")}", $"--port={Port}", "--bind-address=127.0.0.1", $"--pid-file={folder.At("pid")}",
            "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--skip-grant-tables", "--skip-networking=0", $"--ssl-ca={ca}", $"--ssl-cert={certificate}", $"--ssl-key={key}"),
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    private static Peer AsRoot(string program)
    {
        var peer = Peer.Require(program);
        Skip.IfNot(Environment.IsPrivilegedProcess, $"'{program}' starts as root alone.");
        return peer;
    }

    private static Peer Python()
    {
        // Debian's own: the module is one of its packages.
        Skip.IfNot(File.Exists("/usr/bin/python3"), "'/usr/bin/python3' is not there; on Debian: apt install python3-aiosmtpd");
        var python = Peer.Of("/usr/bin/python3");
        Skip.If(python.Try("-c", "import aiosmtpd").ExitCode != 0, "Python's aiosmtpd is not installed; on Debian: apt install python3-aiosmtpd");
        return python;
    }

    private string Dovecot(string service, string certificate, string key, string ca) => $$"""
        base_dir = {{folder.At("run")}}
        state_dir = {{folder.At("state")}}
        log_path = /dev/stderr
        protocols = {{service}}
        listen = 127.0.0.1
        ssl = required
        ssl_cert = <{{certificate}}
        ssl_key = <{{key}}
        ssl_ca = <{{ca}}
        ssl_verify_client_cert = yes
        ssl_require_crl = no
        service {{service}}-login {
          chroot =
          inet_listener {{service}} {
            port = {{Port}}
          }
          inet_listener {{service}}s {
            port = 0
          }
        }
        passdb {
          driver = static
          args = nopassword=y
        }
        userdb {
          driver = static
          args = uid=root gid=root home=/tmp
        }

        """;

    private string Vsftpd(string certificate, string key, string ca)
    {
        var empty = Directory.CreateDirectory(folder.At("empty")).FullName;
        return $"""
            listen=YES
            background=NO
            listen_address=127.0.0.1
            listen_port={Port}
            run_as_launching_user=YES
            anonymous_enable=YES
            anon_root={empty}
            secure_chroot_dir={empty}
            seccomp_sandbox=NO
            ssl_enable=YES
            allow_anon_ssl=YES
            rsa_cert_file={certificate}
            rsa_private_key_file={key}
            ca_certs_file={ca}
            require_cert=YES
            validate_cert=YES
            ssl_tlsv1=YES
            ssl_ciphers=HIGH

            """;
    }

    private string Prosody(string certificate, string key, string ca) => $$"""
        pidfile = "{{folder.At("pid")}}"
        data_path = "{{folder.Path}}"
        run_as_root = true
        interfaces = { "127.0.0.1" }
        c2s_ports = { {{Port}} }
        modules_enabled = { "tls", "saslauth", "roster" }
        modules_disabled = { "s2s", "http" }
        c2s_require_encryption = true
        log = { info = "*console" }
        ssl = { key = "{{key}}", certificate = "{{certificate}}", cafile = "{{ca}}", verify = { "peer", "fail_if_no_peer_cert" }, verifyext = { } }
        VirtualHost "localhost"

        """;
}
