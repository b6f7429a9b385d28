// Verifies chains with Go's crypto/x509: JSON of the chains on standard input, one line "number ok" or "number why not" for each on standard output.
package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type chain struct {
	Number        int
	Server        bool
	Leaf          []byte
	Root          []byte
	Intermediates [][]byte
}

func verify(c chain) error {
	leaf, err := x509.ParseCertificate(c.Leaf)
	if err != nil {
		return err
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	root, err := x509.ParseCertificate(c.Root)
	if err != nil {
		return err
	}
	roots.AddCert(root)
	for _, der := range c.Intermediates {
		// What Go can not read it does not use.
		if one, err := x509.ParseCertificate(der); err == nil {
			intermediates.AddCert(one)
		}
	}
	usage := x509.ExtKeyUsageClientAuth
	if c.Server {
		usage = x509.ExtKeyUsageServerAuth
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, KeyUsages: []x509.ExtKeyUsage{usage}})
	return err
}

func main() {
	var chains []chain
	if err := json.NewDecoder(os.Stdin).Decode(&chains); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, c := range chains {
		verdict := "ok"
		if err := verify(c); err != nil {
			verdict = strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(c.Number, verdict)
	}
}
