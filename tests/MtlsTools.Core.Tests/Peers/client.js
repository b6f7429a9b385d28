// Node's https as a client: node client.js URL CA [CERTIFICATE KEY]
const fs = require('fs');
const https = require('https');
const [url, ca, cert, key] = process.argv.slice(2);
const read = path => path && fs.readFileSync(path);

https.get(url, { ca: read(ca), cert: read(cert), key: read(key), agent: false }, answer => {
    answer.pipe(process.stdout);
}).on('error', error => {
    console.error(error.message);
    process.exitCode = 1;
});
