package main

import (
	"crypto"
	"crypto/tls"
	"errors"
	"io"
)

// clientCertificate answers each handshake in which the server asks for a certificate. The files are read then, so
// that a renewed certificate is used from the next connection on, without a restart.
func clientCertificate(cert, key string) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, err
		}
		private, ok := pair.PrivateKey.(crypto.Signer)
		if !ok {
			return nil, errors.New("the key can not sign")
		}
		pair.PrivateKey = signer{private}

		// Better an error here than a server that only says "bad certificate": does it name the issuer, and take such a signature?
		if err := asked.SupportsCertificate(&pair); err != nil {
			return nil, err
		}
		return &pair, nil
	}
}

// signer is all that crypto/tls needs of a private key. A key that can not be read (in a TPM, a smart card, an HSM or
// a keychain) takes part in a handshake by an implementation of these two methods that calls the device.
type signer struct {
	key crypto.Signer
}

func (s signer) Public() crypto.PublicKey {
	return s.key.Public()
}

func (s signer) Sign(random io.Reader, digest []byte, options crypto.SignerOpts) ([]byte, error) {
	return s.key.Sign(random, digest, options)
}
