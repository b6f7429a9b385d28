// Node.js as a client: node dial.js PORT HOST CA [CERTIFICATE KEY]. Says what went wrong, as its users see it.
'use strict'
const fs = require('fs')
const https = require('https')

const [port, host, ca, cert, key] = process.argv.slice(2)
const read = (path) => path && fs.readFileSync(path)
const request = https.get({ port, host, ca: read(ca), cert: read(cert), key: read(key) }, (answer) => {
  console.log(answer.statusCode)
  answer.resume()
})
request.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})
