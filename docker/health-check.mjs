/** The image's health check: asks the server in the same container whether it lives, by HTTPS where it answers by that itself. */
import http from 'node:http';
import https from 'node:https';

const TIMEOUT_MS = 4000;

const { HOST = '', PORT, TLS_CERT_FILE } = process.env;
const isEverywhere = ['', '0.0.0.0', '::'].includes(HOST);
const request = (TLS_CERT_FILE ? https : http).get({
  host: isEverywhere ? '127.0.0.1' : HOST,
  port: PORT || 3000,
  path: '/health/live',
  timeout: TIMEOUT_MS,
  // The certificate is for the name by which others come, and this is the same machine.
  rejectUnauthorized: false,
});

request.once('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
request.once('error', ({ message }) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
