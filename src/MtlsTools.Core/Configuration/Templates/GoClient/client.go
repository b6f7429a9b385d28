// Asks a server over mutual TLS: go run . [-url URL] [-cert FILE -key FILE] [-ca FILE] [-system]
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	url := flag.String("url", {{url}}, "what to ask for")
{{#identity}}
	cert := flag.String("cert", {{certificate}}, "the certificate with its intermediates, PEM")
	key := flag.String("key", {{key}}, "its private key, PEM")
{{/identity}}
{{^identity}}
	cert := flag.String("cert", "", "the certificate with its intermediates, PEM")
	key := flag.String("key", "", "its private key, PEM")
{{/identity}}
{{#hasTrust}}
	ca := flag.String("ca", {{trust}}, "the CAs to believe, PEM")
{{/hasTrust}}
{{^hasTrust}}
	ca := flag.String("ca", "", "the CAs to believe, PEM")
{{/hasTrust}}
	system := flag.Bool("system", false, "believe the system's CAs as well")
	flag.Parse()

	if err := ask(*url, *cert, *key, *ca, *system); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(url, cert, key, ca string, system bool) error {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	roots, err := rootCAs(ca, system)
	if err != nil {
		return err
	}
	config.RootCAs = roots
	if cert != "" {
		config.GetClientCertificate = clientCertificate(cert, key)
	}

	client := &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			TLSClientConfig:     config,
			TLSHandshakeTimeout: 10 * time.Second,
			ForceAttemptHTTP2:   true,
		},
	}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	fmt.Fprintln(os.Stderr, "Response status:", response.Status)
	if _, err := io.Copy(os.Stdout, response.Body); err != nil {
		return err
	}
	if response.StatusCode >= 400 {
		return errors.New("the server refused: " + response.Status)
	}
	return nil
}

// rootCAs are the CAs of a file, and with system those of the system too. Nil means the system's alone.
func rootCAs(file string, system bool) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if system {
		var err error
		if pool, err = x509.SystemCertPool(); err != nil {
			return nil, err
		}
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}
