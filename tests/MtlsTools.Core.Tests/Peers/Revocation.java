// Verifies chains with Java's PKIX and its revocation checker, by OCSP alone: root, issuer, responder's URL, then one certificate after another; a line for each.
import java.io.FileInputStream;
import java.net.URI;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

class Revocation {
    private static X509Certificate read(String file) throws Exception {
        try (var in = new FileInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    public static void main(String[] args) throws Exception {
        var anchor = new TrustAnchor(read(args[0]), null);
        for (var i = 3; i < args.length; i++) {
            var validator = CertPathValidator.getInstance("PKIX");
            var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
            checker.setOcspResponder(URI.create(args[2]));
            var parameters = new PKIXParameters(Set.of(anchor));
            parameters.addCertPathChecker(checker);
            try {
                validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(read(args[i]), read(args[1]))), parameters);
                System.out.println("GOOD");
            } catch (CertPathValidatorException refused) {
                System.out.println(refused.getReason() + " " + refused.getMessage());
            }
        }
    }
}
