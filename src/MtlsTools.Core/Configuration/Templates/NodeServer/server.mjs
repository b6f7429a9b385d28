// An HTTPS server for Node.js (18 or newer).
import { readFileSync, watchFile } from 'node:fs'
import { createServer } from 'node:https'

// The certificate with its intermediates, without the root.
const certificate = {{certificate}}
const key = {{key}}
{{#verify}}
// Clients: only certificates that these CAs issued.
const trusted = {{trust}}
{{/verify}}
{{#hasCrl}}
// A list of every CA in the chain: everybody is refused when one is missing or has ended.
const lists = {{crl}}
{{/hasCrl}}

function readFiles() {
  return {
    cert: readFileSync(certificate),
    key: readFileSync(key),
{{#encryptedKey}}
    passphrase: process.env.TLS_KEY_PASSWORD,
{{/encryptedKey}}
{{#verify}}
    ca: readFileSync(trusted),
{{/verify}}
{{#hasCrl}}
    // Node.js reads the first list of each text only.
    crl: readFileSync(lists, 'ascii').match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g),
{{/hasCrl}}
    minVersion: 'TLSv1.2',
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL'
  }
}

const options = {
  ...readFiles(),
{{#mtls}}
  requestCert: true,
  // The handshake fails without a certificate that the CAs issued.
  rejectUnauthorized: true
{{/mtls}}
{{#optional}}
  requestCert: true,
  // The handshake goes on without one, or with any: see below.
  rejectUnauthorized: false
{{/optional}}
{{#tls}}
  requestCert: false
{{/tls}}
}

const server = createServer(options, (request, response) => {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
{{#tls}}
  response.end('Hello, TLS!\n')
{{/tls}}
{{#mtls}}
  response.end(`Hello, ${clientOf(request.socket)}\n`)
{{/mtls}}
{{#optional}}
  response.end(`Hello, ${clientOf(request.socket) ?? 'whoever you are'}\n`)
{{/optional}}
})
{{#verify}}

// Undefined without a certificate, and when the client has gone already.
function clientOf(socket) {
  const certificate = socket.getPeerCertificate()
  return certificate?.raw && `CN=${certificate.subject?.CN} (${certificate.fingerprint256})`
}
{{/verify}}
{{#optional}}

// A client may come without a certificate; one that is sent has to be valid.
server.on('secureConnection', (socket) => {
  if (clientOf(socket) && !socket.authorized) {
    console.error(`${socket.remoteAddress} was refused: ${socket.authorizationError}`)
    socket.destroy()
  }
})
{{/optional}}

// Node.js logs nothing of its own about a handshake that fails.
server.on('tlsClientError', (error) => {
  console.error(`A handshake failed: ${error.message.trim()}`)
})

// Renewed files are taken into use without a restart; while they do not fit each other, the former ones stay.
function reload() {
  try {
    server.setSecureContext(readFiles())
    console.error('The certificates were read again.')
  } catch (error) {
    console.error(`The certificates were not read again: ${error.message}`)
  }
}

const watched = [
  certificate,
{{#verify}}
  trusted,
{{/verify}}
{{#hasCrl}}
  lists,
{{/hasCrl}}
  key
]
for (const file of watched) {
  watchFile(file, { interval: 2000 }, reload)
}

{{#address}}
server.listen({{port}}, {{address}})
{{/address}}
{{^address}}
server.listen({{port}})
{{/address}}
