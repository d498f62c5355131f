/**
 * Engine.IO 4 by hand, over a WebSocket and over HTTP long-polling: a connection that sends whatever it is given, well formed or not.
 * https://socket.io/docs/v4/engine-io-protocol/
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** One Engine.IO packet: text with its type in front, or bytes, which are always a message. */
export type Packet = string | Buffer;

/** Between the packets of one long-polling body. */
const SEPARATOR = '\x1e';

export interface RawLink {
  readonly isOpen: boolean;
  /** Resolves when the connection is over, from whichever side. */
  readonly closed: Promise<void>;
  send(packet: Packet): void;
  /** Ends it without a word, as a lost network does. */
  cut(): void;
}

export type OpenLink = (url: string, receive: (packet: Packet) => void) => Promise<RawLink>;

/**
 * @param url of the server
 * @param receive called with each packet that comes, the handshake (`0{…}`) first
 * @throws where the server does not accept the connection
 */
export const overWebSocket: OpenLink = async (url, receive) => {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // It closes after each of them.
  socket.on('error', () => undefined);
  socket.on('message', (bytes, isBinary) => receive(isBinary ? (bytes as Buffer) : String(bytes as Buffer)));
  await Promise.race([once(socket, 'open'), closed]);

  if (socket.readyState !== WebSocket.OPEN) {
    throw new Error('the server refused the WebSocket');
  }

  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    closed,
    send: (packet) => socket.send(packet, () => undefined),
    cut: () => socket.terminate(),
  };
};

/** The same over long-polling: what is sent while one body is on its way goes together in the next one. */
export const overPolling: OpenLink = async (url, receive) => {
  const address = `${url}/socket.io/?EIO=4&transport=polling`;
  const ending = new AbortController();
  const waiting: Packet[] = [];
  let isOpen = true;
  let isPosting = false;
  let noteClosed = () => undefined as void;
  const closed = new Promise<void>((resolve) => (noteClosed = resolve));
  const close = () => {
    isOpen = false;
    ending.abort();
    noteClosed();
  };
  const call = async (to: string, body?: string): Promise<string> => {
    const response = await fetch(to, {
      signal: ending.signal,
      ...(body !== undefined && { method: 'POST', headers: { 'content-type': 'text/plain;charset=UTF-8' }, body }),
    });

    if (!response.ok) {
      throw new Error(`the server refused: ${response.status} ${await response.text()}`);
    }

    return response.text();
  };
  const receiveAll = (body: string) =>
    body
      .split(SEPARATOR)
      .forEach((packet) => receive(packet.startsWith('b') ? Buffer.from(packet.slice(1), 'base64') : packet));

  const handshake = await call(address);
  const { sid } = JSON.parse(handshake.split(SEPARATOR)[0]!.slice(1)) as { sid: string };
  const own = `${address}&sid=${sid}`;
  receiveAll(handshake);

  const poll = async () => {
    while (isOpen) {
      receiveAll(await call(own));
    }
  };
  const post = async () => {
    isPosting = true;
    while (waiting.length > 0) {
      const body = waiting
        .splice(0)
        .map((packet) => (typeof packet === 'string' ? packet : `b${packet.toString('base64')}`));
      await call(own, body.join(SEPARATOR));
    }
    isPosting = false;
  };
  poll().catch(close);

  return {
    get isOpen() {
      return isOpen;
    },
    closed,
    send(packet) {
      waiting.push(packet);
      if (isOpen && !isPosting) {
        post().catch(close);
      }
    },
    cut: close,
  };
};
