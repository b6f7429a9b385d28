// Node.js as a server that requires client certificates.
//
//   node server.js CLIENT_CA ROOT_CRL INTERMEDIATE_CRL (PORT CERTIFICATE KEY)...
'use strict'
const fs = require('fs')
const https = require('https')

const [clientCa, rootCrl, intermediateCrl, ...rest] = process.argv.slice(2)
for (let i = 0; i < rest.length; i += 3) {
  const options = {
    cert: fs.readFileSync(rest[i + 1]),
    key: fs.readFileSync(rest[i + 2]),
    ca: fs.readFileSync(clientCa),
    crl: [fs.readFileSync(rootCrl), fs.readFileSync(intermediateCrl)],
    minVersion: 'TLSv1.2',
    requestCert: true,
    rejectUnauthorized: true
  }
  https.createServer(options, (_, answer) => answer.end('ok')).on('tlsClientError', (error) => console.log(error.code)).listen(Number(rest[i]), '127.0.0.1')
}
