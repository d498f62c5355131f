#!/usr/bin/env node
/**
 * Starts the Firefox that MINIMEET_FIREFOX names, for Playwright, which speaks WebDriver BiDi with it. Firefox ESR does not know every
 * command that Playwright sends: those are answered here, between the two.
 */
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

/** What pages look like when nothing is asked for; newer versions of Firefox take it. */
const unknownCommands = new Set(['emulation.setMediaFeaturesOverride']);

const firefox = spawn(process.env.MINIMEET_FIREFOX ?? 'firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => firefox.kill(signal));
process.on('exit', () => firefox.kill('SIGKILL'));
firefox.on('exit', (code) => process.exit(code ?? 1));

readline.createInterface({ input: firefox.stderr }).on('line', (line) => {
  const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line) ?? [];
  if (address) stand(address);
  else process.stderr.write(`${line}\n`);
});

/** @param {string} address of Firefox */
function stand(address) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (client, { url = '' }) => connect(client, new WebSocket(address + url)));
  server.on('listening', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    process.stderr.write(`WebDriver BiDi listening on ws://127.0.0.1:${port}\n`);
  });
}

/** @param {WebSocket} client @param {WebSocket} browser */
function connect(client, browser) {
  const opened = new Promise((resolve) => browser.once('open', resolve));
  client.on('message', async (message) => {
    const text = String(message);
    const { id, method } = JSON.parse(text);
    if (unknownCommands.has(method)) return client.send(JSON.stringify({ type: 'success', id, result: {} }));
    await opened;
    browser.send(text);
  });
  browser.on('message', (message) => client.send(String(message)));
  browser.on('close', () => client.close());
  browser.on('error', () => client.close());
  client.on('close', () => browser.close());
}
