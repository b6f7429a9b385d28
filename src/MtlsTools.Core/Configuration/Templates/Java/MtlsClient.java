import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
{{#hasCrl}}
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
{{/hasCrl}}
import java.time.Duration;
{{#hasCrl}}
import java.util.EnumSet;
import javax.net.ssl.CertPathTrustManagerParameters;
{{/hasCrl}}
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Asks the server: java MtlsClient.java [URL]. The password of the stores comes from MTLS_STORE_PASSWORD. */
public final class MtlsClient {
    public static void main(String[] args) throws Exception {
        URI url = URI.create(args.length > 0 ? args[0] : {{url}});
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys(), trust(), null);
        HttpClient client = HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(10)).build();
        HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build();

        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        System.err.println(response.statusCode());
        System.out.print(response.body());
        System.exit(response.statusCode() < 400 ? 0 : 1);
    }

    /** The certificate with its intermediates, and its key. */
    private static KeyManager[] keys() throws Exception {
{{#identity}}
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(load({{pfx}}), password());
        return factory.getKeyManagers();
{{/identity}}
{{^identity}}
        return null;
{{/identity}}
    }

    /** Whom this client believes: these CAs, and none of those that Java comes with. */
    private static TrustManager[] trust() throws Exception {
{{#hasTrust}}
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
{{#hasCrl}}
        // A list of every CA in the server's chain: a missing or ended one refuses every server.
        PKIXRevocationChecker revocation = (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        revocation.setOptions(EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(load({{truststore}}), new X509CertSelector());
        try (InputStream lists = Files.newInputStream(Path.of({{crl}}))) {
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(CertificateFactory.getInstance("X.509").generateCRLs(lists))));
        }
        parameters.addCertPathChecker(revocation);
        factory.init(new CertPathTrustManagerParameters(parameters));
{{/hasCrl}}
{{^hasCrl}}
        factory.init(load({{truststore}}));
{{/hasCrl}}
        return factory.getTrustManagers();
{{/hasTrust}}
{{^hasTrust}}
        return null;
{{/hasTrust}}
    }

    private static KeyStore load(String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(Path.of(file))) {
            store.load(input, password());
        }
        return store;
    }

    private static char[] password() {
        String password = System.getenv("MTLS_STORE_PASSWORD");
        if (password == null) {
            throw new IllegalStateException("Set MTLS_STORE_PASSWORD to the password of the PKCS#12 files.");
        }
        return password.toCharArray();
    }
}
