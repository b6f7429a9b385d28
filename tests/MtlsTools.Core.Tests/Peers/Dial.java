import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Java's JSSE as a client: HOST CA (PORT CERTIFICATE KEY)..., "-" for no certificate. Says for each what went wrong, as its users see it. */
public final class Dial {
    public static void main(String[] arguments) throws Exception {
        for (int i = 2; i < arguments.length; i += 3) {
            try {
                dial(arguments[0], arguments[1], Integer.parseInt(arguments[i]), arguments[i + 1], arguments[i + 2]);
                System.out.println("ok");
            } catch (Exception refused) {
                System.out.println(refused.toString().replace('\n', ' '));
            }
        }
    }

    private static void dial(String host, String ca, int port, String certificate, String key) throws Exception {
        var factory = CertificateFactory.getInstance("X.509");
        var trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (var file = new FileInputStream(ca)) {
            trust.setCertificateEntry("ca", factory.generateCertificate(file));
        }
        var trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(trust);
        var own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (!certificate.equals("-")) {
            try (var file = new FileInputStream(certificate)) {
                var pem = Files.readString(Path.of(key)).replaceAll("-----[^-]+-----|\\s", "");
                var secret = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
                own.setKeyEntry("client", secret, new char[0], factory.generateCertificates(file).toArray(new Certificate[0]));
            }
        }
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
            socket.getInputStream().read(new byte[4096]);
        }
    }
}
