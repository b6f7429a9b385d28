// Asks the server: node client.mjs [URL]
import { readFileSync } from 'node:fs';
import https from 'node:https';
import process from 'node:process';
import { urlToHttpOptions } from 'node:url';

const { hostname, port, path } = urlToHttpOptions(new URL(process.argv[2] ?? {{url}}));
const options = {
  hostname,
  port,
  path,
  method: 'GET',
{{#identity}}
  // The certificate with its intermediates, and its key.
  cert: readFileSync({{certificate}}),
  key: readFileSync({{key}}),
{{#encryptedKey}}
  passphrase: process.env.MTLS_KEY_PASSWORD,
{{/encryptedKey}}
{{/identity}}
{{#hasTrust}}
  // Whom this client believes: these CAs, and none of those that Node comes with.
  ca: readFileSync({{trust}}),
{{/hasTrust}}
{{#hasCrl}}
  // A list of every CA in the server's chain: a missing or ended one refuses every server. Node wants them one by one.
  crl: readFileSync({{crl}}, 'latin1').match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g),
{{/hasCrl}}
  minVersion: 'TLSv1.2',
  signal: AbortSignal.timeout(30_000),
};

const request = https.request(options, (response) => {
  console.error(`${response.statusCode} ${response.statusMessage}`);
  response.pipe(process.stdout);
  process.exitCode = response.statusCode < 400 ? 0 : 1;
});
request.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
request.end();
