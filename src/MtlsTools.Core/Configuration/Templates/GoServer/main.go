// An HTTPS server in Go (1.19 or newer), with nothing but the standard library.
package main

import (
{{#hasCrl}}
	"bytes"
{{/hasCrl}}
	"crypto/tls"
{{#verify}}
	"crypto/x509"
{{/verify}}
{{#hasCrl}}
	"encoding/pem"
	"errors"
{{/hasCrl}}
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"
	"time"
)

// The certificate with its intermediates, without the root.
const certificateFile = {{certificate}}
const keyFile = {{key}}
{{#verify}}

// Clients: only certificates that these CAs issued.
const trustFile = {{trust}}
{{/verify}}
{{#hasCrl}}

// A list of every CA in the chain: everybody is refused when one is missing or has ended.
const crlFile = {{crl}}
{{/hasCrl}}

var files = []string{
	certificateFile,
	keyFile,
{{#verify}}
	trustFile,
{{/verify}}
{{#hasCrl}}
	crlFile,
{{/hasCrl}}
}

func main() {
	source := &configSource{}
	if _, err := source.get(nil); err != nil {
		log.Fatal(err)
	}
	listener, err := tls.Listen("tcp", {{listen}}, &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: source.get})
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Handler: http.HandlerFunc(hello),
		// A client that dawdles may not hold a connection for ever; it limits the handshake as well.
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	log.Fatal(server.Serve(listener))
}

func hello(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Content-Type", "text/plain; charset=utf-8")
{{#tls}}
	fmt.Fprintln(response, "Hello, TLS!")
{{/tls}}
{{#mtls}}
	fmt.Fprintf(response, "Hello, %s\n", request.TLS.PeerCertificates[0].Subject)
{{/mtls}}
{{#optional}}
	if len(request.TLS.PeerCertificates) == 0 {
		fmt.Fprintln(response, "Hello, whoever you are")
		return
	}
	fmt.Fprintf(response, "Hello, %s\n", request.TLS.PeerCertificates[0].Subject)
{{/optional}}
}

// configSource reads the files again when one has changed, so that a renewal needs no restart.
type configSource struct {
	mutex   sync.Mutex
	changed time.Time
	config  *tls.Config
}

func (source *configSource) get(*tls.ClientHelloInfo) (*tls.Config, error) {
	source.mutex.Lock()
	defer source.mutex.Unlock()
	changed, err := lastChange()
	if err == nil && changed.Equal(source.changed) {
		return source.config, nil
	}
	var config *tls.Config
	if err == nil {
		config, err = load()
	}
	if err != nil && source.config == nil {
		return nil, err
	}
	if err != nil {
		// Half of a renewal: the former files stay in use until both halves are there.
		log.Printf("the certificates were not read again: %v", err)
		return source.config, nil
	}
	source.changed, source.config = changed, config
	return config, nil
}

func lastChange() (time.Time, error) {
	var last time.Time
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return last, err
		}
		if info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last, nil
}

func load() (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(certificateFile, keyFile)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{pair},
		NextProtos:   []string{"h2", "http/1.1"},
	}
{{#verify}}
	trust, err := os.ReadFile(trustFile)
	if err != nil {
		return nil, err
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(trust) {
		return nil, fmt.Errorf("%s has no certificates", trustFile)
	}
{{#mtls}}
	config.ClientAuth = tls.RequireAndVerifyClientCert
{{/mtls}}
{{#optional}}
	// A client may come without a certificate; one that is sent has to be valid.
	config.ClientAuth = tls.VerifyClientCertIfGiven
{{/optional}}
{{#hasCrl}}
	lists, err := readLists()
	if err != nil {
		return nil, err
	}
	// Go has no setting for revocation lists. Unlike VerifyPeerCertificate, this is called for resumed sessions too.
	config.VerifyConnection = func(state tls.ConnectionState) error {
		return checkRevocation(state, lists)
	}
{{/hasCrl}}
{{/verify}}
	return config, nil
}
{{#hasCrl}}

func readLists() ([]*x509.RevocationList, error) {
	rest, err := os.ReadFile(crlFile)
	if err != nil {
		return nil, err
	}
	var lists []*x509.RevocationList
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		list, err := x509.ParseRevocationList(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", crlFile, err)
		}
		lists = append(lists, list)
	}
	if len(lists) == 0 {
		return nil, fmt.Errorf("%s has no revocation lists", crlFile)
	}
	return lists, nil
}

// checkRevocation is content with one chain to a trusted CA of which nothing is revoked.
func checkRevocation(state tls.ConnectionState, lists []*x509.RevocationList) error {
	var reason error
	for _, chain := range state.VerifiedChains {
		if reason = checkChain(chain, lists); reason == nil {
			return nil
		}
	}
	return reason
}

func checkChain(chain []*x509.Certificate, lists []*x509.RevocationList) error {
	for i, certificate := range chain[:len(chain)-1] {
		list := findList(chain[i+1], lists)
		if list == nil {
			return fmt.Errorf("there is no valid revocation list of %s", certificate.Issuer)
		}
		for _, revoked := range list.RevokedCertificates {
			if revoked.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
				return errors.New(certificate.Subject.String() + " is revoked")
			}
		}
	}
	return nil
}

func findList(issuer *x509.Certificate, lists []*x509.RevocationList) *x509.RevocationList {
	now := time.Now()
	for _, list := range lists {
		isItsOwn := bytes.Equal(list.RawIssuer, issuer.RawSubject) && list.CheckSignatureFrom(issuer) == nil
		if isItsOwn && !now.Before(list.ThisUpdate) && now.Before(list.NextUpdate) {
			return list
		}
	}
	return nil
}
{{/hasCrl}}
