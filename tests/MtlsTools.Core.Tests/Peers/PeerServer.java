import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** Java's JSSE as a server that requires client certificates: CLIENT_CA CRLS (PORT CERTIFICATE KEY)... */
public final class PeerServer {
    public static void main(String[] arguments) throws Exception {
        var factory = CertificateFactory.getInstance("X.509");
        var trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (var file = new FileInputStream(arguments[0])) {
            trust.setCertificateEntry("client-ca", factory.generateCertificate(file));
        }
        Collection<? extends CRL> crls;
        try (var file = new FileInputStream(arguments[1])) {
            crls = factory.generateCRLs(file);
        }
        for (int i = 2; i < arguments.length; i += 3) {
            serve(Integer.parseInt(arguments[i]), arguments[i + 1], arguments[i + 2], trust, crls);
        }
    }

    private static void serve(int port, String certificate, String key, KeyStore trust, Collection<? extends CRL> crls) throws Exception {
        var parameters = new PKIXBuilderParameters(trust, new X509CertSelector());
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
        var trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(new CertPathTrustManagerParameters(parameters));

        var own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        try (var file = new FileInputStream(certificate)) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(file).toArray(new Certificate[0]);
            own.setKeyEntry("server", read(key), new char[0], chain);
        }
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, new char[0]);

        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        var listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
        listener.setNeedClientAuth(true);
        new Thread(() -> accept(listener)).start();
    }

    private static void accept(SSLServerSocket listener) {
        while (true) {
            try {
                var connection = listener.accept();
                new Thread(() -> answer(connection)).start();
            } catch (IOException over) {
                return;
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            if (connection.getInputStream().read(new byte[4096]) > 0) {
                connection.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes());
            }
        } catch (IOException refused) {
            System.out.println(refused);
        }
    }

    private static PrivateKey read(String path) throws Exception {
        var pem = Files.readString(Path.of(path)).replaceAll("-----[^-]+-----|\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }
}
