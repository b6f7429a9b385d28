// Go's crypto/x509 and crypto/tls as a peer. Standard library alone.
//
//	peer verify ROOTS CHAIN USAGE [HOST]   verifies the first certificate of CHAIN with the others as intermediates
//	peer request CSR                       checks a request's signature and prints its names
//	peer make-request KEY CSR              makes a key (SEC1) and a request with every kind of name
//	peer dial PORT HOST CA [CERT KEY]      asks a server over TLS and says what went wrong
//	peer serve CLIENTCA (PORT CERT KEY)... answers HTTP over TLS and requires client certificates
//	peer crl LISTS CAS                     checks who signed each list and prints its number and its entries
//	peer get URL CA [CERTIFICATE KEY]      prints the body of the answer
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
)

func main() {
	switch os.Args[1] {
	case "verify":
		verify(os.Args[2], os.Args[3], os.Args[4], os.Args[5:])
	case "request":
		request(os.Args[2])
	case "make-request":
		makeRequest(os.Args[2], os.Args[3])
	case "dial":
		dial(os.Args[2], os.Args[3], os.Args[4], os.Args[5:])
	case "serve":
		serve(os.Args[2], os.Args[3:])
	case "crl":
		crl(os.Args[2], os.Args[3])
	case "get":
		get(os.Args[2], os.Args[3], os.Args[4:])
	default:
		panic(os.Args[1])
	}
}

func verify(rootsPath, chainPath, usage string, hosts []string) {
	usages := map[string]x509.ExtKeyUsage{"server": x509.ExtKeyUsageServerAuth, "client": x509.ExtKeyUsageClientAuth}
	options := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), KeyUsages: []x509.ExtKeyUsage{usages[usage]}}
	for _, der := range blocks(rootsPath, "CERTIFICATE") {
		options.Roots.AddCert(parse(der))
	}
	chain := blocks(chainPath, "CERTIFICATE")
	for _, der := range chain[1:] {
		options.Intermediates.AddCert(parse(der))
	}
	for _, host := range append([]string{""}, hosts...) {
		options.DNSName = host
		paths, err := parse(chain[0]).Verify(options)
		check(err)
		fmt.Println(host, "paths:", len(paths), "length:", len(paths[0]))
	}
}

func crl(listsPath, casPath string) {
	for _, der := range blocks(listsPath, "X509 CRL") {
		list, err := x509.ParseRevocationList(der)
		check(err)
		for _, ca := range blocks(casPath, "CERTIFICATE") {
			if issuer := parse(ca); list.CheckSignatureFrom(issuer) == nil {
				fmt.Println("list", list.Number, issuer.Subject.CommonName, len(list.RevokedCertificates))
			}
		}
		for _, entry := range list.RevokedCertificates {
			reason := byte(0)
			for _, extension := range entry.Extensions {
				reason = extension.Value[len(extension.Value)-1] // the only one is an ENUMERATED of one octet
			}
			fmt.Printf("%X %d\n", entry.SerialNumber, reason)
		}
	}
}

func dial(port, host, ca string, pair []string) {
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	for _, der := range blocks(ca, "CERTIFICATE") {
		config.RootCAs.AddCert(parse(der))
	}
	if len(pair) == 2 {
		own, err := tls.LoadX509KeyPair(pair[0], pair[1])
		check(err)
		// Whatever CAs the server names: what it makes of the certificate is the question.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil }
	}
	connection, err := tls.Dial("tcp", net.JoinHostPort(host, port), config)
	check(err)
	fmt.Fprint(connection, "GET / HTTP/1.0\r\n\r\n")
	_, err = connection.Read(make([]byte, 4096))
	check(err)
}

func serve(clientCa string, ports []string) {
	clients := x509.NewCertPool()
	for _, der := range blocks(clientCa, "CERTIFICATE") {
		clients.AddCert(parse(der))
	}
	for i := 0; i < len(ports); i += 3 {
		pair, err := tls.LoadX509KeyPair(ports[i+1], ports[i+2])
		check(err)
		config := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients}
		listener, err := tls.Listen("tcp", "127.0.0.1:"+ports[i], config)
		check(err)
		go accept(listener)
	}
	select {}
}

func accept(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		check(err)
		go answer(connection)
	}
}

// net/http would answer in the same words and takes long to compile.
func answer(connection net.Conn) {
	defer connection.Close()
	if _, err := connection.Read(make([]byte, 4096)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
}

func request(path string) {
	csr, err := x509.ParseCertificateRequest(blocks(path, "CERTIFICATE REQUEST")[0])
	check(err)
	check(csr.CheckSignature())
	fmt.Println("subject:", csr.Subject)
	fmt.Println("names:", csr.DNSNames, csr.IPAddresses, csr.EmailAddresses, csr.URIs)
}

func makeRequest(keyPath, csrPath string) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(err)
	der, err := x509.MarshalECPrivateKey(key)
	check(err)
	write(keyPath, "EC PRIVATE KEY", der)
	spiffe, err := url.Parse("spiffe://example.org/go")
	check(err)
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject:        pkix.Name{CommonName: "go.example.com", Organization: []string{"Zoë & Söhne"}, Country: []string{"DE"}},
		DNSNames:       []string{"go.example.com", "*.go.example.com"},
		IPAddresses:    []net.IP{net.ParseIP("192.0.2.7"), net.ParseIP("2001:db8::7")},
		EmailAddresses: []string{"ops@example.com"},
		URIs:           []*url.URL{spiffe},
	}, key)
	check(err)
	write(csrPath, "CERTIFICATE REQUEST", csr)
}

func get(url, caPath string, pair []string) {
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	for _, der := range blocks(caPath, "CERTIFICATE") {
		config.RootCAs.AddCert(parse(der))
	}
	if len(pair) == 2 {
		certificate, err := tls.LoadX509KeyPair(pair[0], pair[1])
		check(err)
		config.Certificates = []tls.Certificate{certificate}
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	answer, err := client.Get(url)
	check(err)
	defer answer.Body.Close()
	_, err = io.Copy(os.Stdout, answer.Body)
	check(err)
}

func blocks(path, label string) (found [][]byte) {
	rest, err := os.ReadFile(path)
	check(err)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return
		}
		if block.Type == label {
			found = append(found, block.Bytes)
		}
	}
}

func parse(der []byte) *x509.Certificate {
	certificate, err := x509.ParseCertificate(der)
	check(err)
	return certificate
}

func write(path, label string, der []byte) {
	check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), 0600))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
