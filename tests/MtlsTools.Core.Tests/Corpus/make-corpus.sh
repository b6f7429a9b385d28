#!/bin/sh
# Makes the files of the corpus anew: OpenSSL, GnuTLS, Java, OpenSSH and GnuPG make what people really have,
# make-odd.py what they should not have. The files are committed, so the tests need none of these programs.
# No secret is in them: every key was made for this folder, every password is the word "test".
set -eu
cd "$(dirname "$0")"
rm -rf files
mkdir files
cd files
o() { openssl "$@" 2>log || { cat log; exit 1; }; }
dates="-days 3650"

# keys
o ecparam -name prime256v1 -genkey -noout -out ec.sec1.pem
o pkcs8 -topk8 -nocrypt -in ec.sec1.pem -out ec.pem
o ecparam -name prime256v1 -genkey -out ec-with-parameters.pem
o ec -in ec.pem -outform DER -out ec.sec1.der
o pkcs8 -topk8 -nocrypt -in ec.pem -outform DER -out ec.pkcs8.der
o ecparam -name prime256v1 -genkey -param_enc explicit -noout -out ec-explicit-parameters.pem
o ecparam -name secp256k1 -genkey -noout -out ec-secp256k1.pem
o ecparam -name brainpoolP256r1 -genkey -noout -out ec-brainpool.pem
o ecparam -name secp521r1 -genkey -noout -out ec-p521.pem
o genpkey -algorithm ED25519 -out ed25519.pem
o genpkey -algorithm ED448 -outform DER -out ed448.der
o dsaparam -genkey -noout -out dsa.pem 1024
o genrsa -traditional -out rsa.pkcs1.pem 2048
o rsa -in rsa.pkcs1.pem -traditional -outform DER -out rsa.pkcs1.der
o pkcs8 -topk8 -nocrypt -in rsa.pkcs1.pem -outform DER -out rsa.pkcs8.der
o genrsa -out rsa-512.pem 512
o genrsa -out rsa-1024.pem 1024
o genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out rsa-exponent-3.pem
o rsa -aes128 -traditional -passout pass:test -in rsa.pkcs1.pem -out dek-aes128.pem
o ec -des3 -passout pass:test -in ec.pem -out dek-3des.pem
for cipher in aes-128-cbc aes-192-cbc aes-256-cbc des3; do o pkcs8 -topk8 -v2 $cipher -iter 1000 -passout pass:test -in ec.pem -out pbes2-$cipher.pem; done
o pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 1000 -outform DER -passout pass:test -in ec.pem -out pbes2-sha512.der
o pkcs8 -topk8 -v1 PBE-SHA1-3DES -iter 1000 -passout pass:test -in ec.pem -out pbes1-3des.pem
o pkcs8 -topk8 -scrypt -scrypt_N 16 -passout pass:test -in ec.pem -out scrypt.pem
o pkey -in ec.pem -pubout -out public.pem
o pkey -in ec.pem -pubout -outform DER -out public.der
o rsa -in rsa.pkcs1.pem -RSAPublicKey_out -out public-rsa.pem
ssh-keygen -q -t ed25519 -N '' -C corpus -f ssh
mv ssh ssh-private.pem
mv ssh.pub ssh-public.pem
GNUPGHOME=$(mktemp -d); export GNUPGHOME
gpg --batch --quiet --passphrase '' --quick-gen-key corpus@example.com ed25519 sign never
gpg --batch --quiet --armor --export > pgp-public.pem
rm -rf "$GNUPGHOME"

# certificates and requests
o req -x509 -key ec.pem -subj '/C=FR/O=Acme/CN=leaf.example.com' -addext subjectAltName=DNS:leaf.example.com,IP:10.0.0.1 -set_serial 0x1234 $dates -out leaf.crt
o x509 -in leaf.crt -outform DER -out leaf.der
o req -x509 -key rsa.pkcs1.pem -subj '/CN=rsa' -set_serial 0x77 $dates -out rsa.crt
o req -x509 -key rsa.pkcs1.pem -md5 -subj '/CN=md5' -set_serial 0x78 $dates -out md5.crt
o req -x509 -key rsa.pkcs1.pem -sha1 -subj '/CN=sha1' -set_serial 0x79 $dates -out sha1.crt
o req -x509 -key ec-secp256k1.pem -subj '/CN=k1' -set_serial 0x7A $dates -out secp256k1.crt
o req -x509 -key ed25519.pem -subj '/CN=ed' -set_serial 0x7B $dates -out ed25519.crt
o req -x509 -key ec-explicit-parameters.pem -subj '/CN=explicit' -set_serial 0x7C $dates -out explicit-curve.crt
o req -x509 -key ec.pem -subj '/CN=multi+UID=u1/O=Acme+OU=x' -multivalue-rdn -set_serial 0x7D $dates -out multivalued.crt
o x509 -in leaf.crt -trustout -addtrust serverAuth -out trusted.crt
o x509 -in leaf.crt -text -out with-text.crt
cat leaf.crt rsa.crt sha1.crt > bundle.crt
o req -new -key ec.pem -subj /CN=request -addext subjectAltName=DNS:a.example.com -out request.csr
o req -new -key ec.pem -subj /CN=request -outform DER -out request.der
o req -new -key rsa.pkcs1.pem -md5 -subj /CN=md5 -out md5.csr
o req -new -key ed25519.pem -subj /CN=ed -out ed25519.csr
{ echo '-----BEGIN NEW CERTIFICATE REQUEST-----'; sed 1d request.csr | sed '$d'; echo '-----END NEW CERTIFICATE REQUEST-----'; } > new-label.csr
printf 'organization = Acme\ncn = gnutls\ndns_name = g.example.com\nchallenge_password = x\n' > template
certtool --generate-request --load-privkey ec.pem --template template --outfile gnutls.csr
rm template

# PKCS#12, PKCS#7, Java
p12() { out=$1; shift; o pkcs12 -export -inkey ec.pem -in leaf.crt -iter 1000 -out "$out" "$@"; }
p12 modern.pfx -passout pass:test
p12 legacy-3des.pfx -passout pass:test -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
p12 legacy-rc2.pfx -passout pass:test -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40 -macalg sha1
p12 no-mac.pfx -passout pass:test -nomac
p12 empty-password.pfx -passout pass:
p12 plain.pfx -passout pass:test -keypbe NONE -certpbe NONE
o pkcs12 -export -nokeys -in leaf.crt -iter 1000 -passout pass:test -out no-key.pfx
o pkcs12 -export -nocerts -inkey ec.pem -iter 1000 -passout pass:test -out no-certificate.pfx
o pkcs12 -in modern.pfx -passin pass:test -nodes -out bag-attributes.pem
keytool -importcert -noprompt -alias leaf -file leaf.crt -keystore truststore.jks -storetype JKS -storepass testtest
keytool -genkeypair -alias one -keyalg EC -groupname secp256r1 -dname CN=one -startdate 2026/01/01 -validity 3650 -keystore two-keys.pfx -storetype PKCS12 -storepass testtest
keytool -genkeypair -alias two -keyalg EC -groupname secp256r1 -dname CN=two -startdate 2026/01/01 -validity 3650 -keystore two-keys.pfx -storetype PKCS12 -storepass testtest
o crl2pkcs7 -nocrl -certfile bundle.crt -out bundle.p7b
o crl2pkcs7 -nocrl -certfile bundle.crt -outform DER -out bundle.der.p7b
o crl2pkcs7 -nocrl -out empty.p7b
printf text > content
o cms -sign -in content -signer leaf.crt -inkey ec.pem -outform DER -binary -out detached.p7s
rm content
touch index.txt; printf '01\n' > crlnumber
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=3650\n' > ca.cnf
o ca -config ca.cnf -gencrl -cert leaf.crt -keyfile ec.pem -out list.crl
rm -f ca.cnf index.txt* crlnumber*
rm -f log
python3 ../make-odd.py
