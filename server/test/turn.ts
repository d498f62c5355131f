/** A real TURN server for tests, and the few TURN requests that show what it grants. */
import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/test-servers/ports.mjs';
import { until } from './support.js';

const config = fileURLToPath(new URL('../../config/turnserver.conf', import.meta.url));

/** Where coturn is installed, if it is. */
export const coturn = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  .map((folder) => join(folder, 'turnserver'))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

export interface TurnServer {
  port: number;
  /** What it has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts coturn with the project's own configuration on loopback; it relays to 127.0.0.1 and nowhere else. */
export async function startTurnServer(secret: string): Promise<TurnServer> {
  const port = await freePort();
  const server = spawn(
    coturn!,
    [
      ...['-c', config, `--listening-port=${port}`, `--static-auth-secret=${secret}`],
      ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--allow-loopback-peers', '--allowed-peer-ip=127.0.0.1'],
      ...[`--pidfile=${join(tmpdir(), `minimeet-turn-${port}.pid`)}`, '--verbose'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(server, 'close');
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const answers = async () => {
    if (server.exitCode !== null) throw new Error(`coturn ended: ${log}`);
    const client = new TurnClient(port);
    return client.ask(method.binding, []).then(
      () => true,
      () => false,
    );
  };

  await until(answers);

  return {
    port,
    log: () => log,
    async stop() {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

// RFC 8489 (STUN) sections 5 and 14, RFC 8656 (TURN) sections 17 and 18.
const cookie = 0x2112a442;
const method = { binding: 0x0001, allocate: 0x0003, createPermission: 0x0008 };
const attribute = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  peerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  requestedTransport: 0x0019,
};
const udp = Buffer.from([17, 0, 0, 0]);

type Attributes = [type: number, value: Buffer][];

/** One client of a TURN server on loopback, over UDP. */
export class TurnClient {
  private readonly socket = createSocket('udp4');
  private signing: { username: string; credential: string; realm: string; nonce: Buffer } | undefined;

  constructor(private readonly port: number) {
    this.socket.unref();
  }

  /** Asks for a relayed address: 0 when it is granted, otherwise the error's code, such as 401. */
  async allocate({ username = '', credential = '' }: { username?: string; credential?: string }): Promise<number> {
    const transport: Attributes = [[attribute.requestedTransport, udp]];
    // The first answer is always a refusal, with what the second request has to sign.
    const refusal = await this.ask(method.allocate, transport);
    const realm = refusal.get(attribute.realm)!.toString();
    this.signing = { username, credential, realm, nonce: refusal.get(attribute.nonce)! };

    return errorOf(await this.ask(method.allocate, transport));
  }

  /** Asks to relay to an IPv4 address: 0 when that is granted, otherwise the error's code, such as 403. */
  async permit(address: string): Promise<number> {
    const peer = Buffer.alloc(8);
    peer.writeUInt16BE(0x0001, 0);
    peer.writeUInt16BE(9 ^ (cookie >>> 16), 2);
    const plain = Buffer.from(address.split('.').map(Number)).readUInt32BE(0);
    peer.writeUInt32BE((plain ^ cookie) >>> 0, 4);

    return errorOf(await this.ask(method.createPermission, [[attribute.peerAddress, peer]]));
  }

  close(): void {
    this.socket.close();
  }

  /** The attributes of the answer. Rejects when none has come after a few tries. */
  async ask(type: number, attributes: Attributes): Promise<Map<number, Buffer>> {
    const transaction = randomBytes(12);
    const request = this.message(type, transaction, attributes);
    const answer = new Promise<Map<number, Buffer>>((resolve) => {
      const listener = (packet: Buffer) => {
        if (!packet.subarray(8, 20).equals(transaction)) return;
        this.socket.off('message', listener);
        resolve(attributesOf(packet));
      };
      this.socket.on('message', listener);
    });

    // UDP, also on loopback while the server starts: asked again as RFC 8489 section 6.2.1 does.
    for (let wait = 100; wait <= 1600; wait *= 2) {
      this.socket.send(request, this.port, '127.0.0.1');
      const answered = await Promise.race([answer, new Promise<null>((resolve) => setTimeout(resolve, wait, null))]);
      if (answered) return answered;
    }

    throw new Error('the TURN server does not answer');
  }

  private message(type: number, transaction: Buffer, attributes: Attributes): Buffer {
    const { signing } = this;
    const body = Buffer.concat(
      [
        ...attributes,
        ...(signing
          ? ([
              [attribute.username, Buffer.from(signing.username)],
              [attribute.realm, Buffer.from(signing.realm)],
              [attribute.nonce, signing.nonce],
            ] satisfies Attributes)
          : []),
      ].map(encoded),
    );
    if (!signing) return Buffer.concat([header(type, body.length, transaction), body]);

    const { username, realm, credential } = signing;
    const key = createHash('md5').update(`${username}:${realm}:${credential}`).digest();
    const signed = Buffer.concat([header(type, body.length + 24, transaction), body]);
    const integrity = createHmac('sha1', key).update(signed).digest();

    return Buffer.concat([signed, encoded([attribute.messageIntegrity, integrity])]);
  }
}

function header(type: number, length: number, transaction: Buffer): Buffer {
  const start = Buffer.alloc(8);
  start.writeUInt16BE(type, 0);
  start.writeUInt16BE(length, 2);
  start.writeUInt32BE(cookie, 4);

  return Buffer.concat([start, transaction]);
}

function encoded([type, value]: Attributes[number]): Buffer {
  const start = Buffer.alloc(4);
  start.writeUInt16BE(type, 0);
  start.writeUInt16BE(value.length, 2);

  return Buffer.concat([start, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function attributesOf(packet: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= packet.length;) {
    const length = packet.readUInt16BE(at + 2);
    attributes.set(packet.readUInt16BE(at), packet.subarray(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }

  return attributes;
}

function errorOf(attributes: Map<number, Buffer>): number {
  const code = attributes.get(attribute.errorCode);

  return code ? code.readUInt8(2) * 100 + code.readUInt8(3) : 0;
}
