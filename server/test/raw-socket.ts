/** A client that speaks Engine.IO and Socket.IO by hand over a WebSocket, so that a test chooses every byte that it sends. */
import { until } from './support.js';

export class RawSocket {
  /** Socket.IO packets that came, without Engine.IO's own, such as `42["welcome",{…}]`. */
  readonly packets: string[] = [];
  isClosed = false;
  private readonly socket: WebSocket;

  private constructor(url: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    this.socket.addEventListener('close', () => (this.isClosed = true));
    this.socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (data === '2') {
        this.socket.send('3');
      } else if (data.startsWith('4')) {
        this.packets.push(data);
      }
    });
  }

  /** Opens the connection, and nothing more. */
  static async open(url: string): Promise<RawSocket> {
    const raw = new RawSocket(url);
    await until(() => raw.socket.readyState !== WebSocket.CONNECTING);

    return raw;
  }

  /** Connects as somebody, and has been welcomed. */
  static async connect(url: string, token: string): Promise<RawSocket> {
    const raw = await RawSocket.open(url);
    raw.send(`40${JSON.stringify({ token })}`);
    await until(() => raw.told('welcome').length > 0);

    return raw;
  }

  /** Sends a packet as it is: `42["ping",{}]`. */
  send(packet: string | Uint8Array<ArrayBuffer>): void {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(packet);
    }
  }

  /** Sends a request, and resolves with the answer. */
  async ask<Answer>(event: string, payload: unknown): Promise<Answer> {
    const id = (RawSocket.lastId += 1);
    this.send(`42${id}${JSON.stringify([event, payload])}`);
    const begin = `43${id}[`;
    await until(() => this.packets.some((packet) => packet.startsWith(begin)));
    const packet = this.packets.find((packet) => packet.startsWith(begin))!;

    return (JSON.parse(packet.slice(begin.length - 1)) as [Answer])[0];
  }

  private static lastId = 0;

  /** What was told with a notification's name, and the id under which it wants to be acknowledged, where it does. */
  told<Payload>(event: string): { id: string; payload: Payload }[] {
    return this.packets.flatMap((packet) => {
      const [, id = '', json = '[]'] = /^42(\d*)(\[.*)$/s.exec(packet) ?? [];
      const [name, payload] = JSON.parse(json) as [string, Payload];

      return name === event ? [{ id, payload }] : [];
    });
  }

  /** The code of the server's last word, as it ended the connection. */
  get endedWith(): string | undefined {
    return this.told<{ error: { code: string } }>('disconnected').at(0)?.payload.error.code;
  }

  /** Bytes that have not been sent yet. */
  get unsent(): number {
    return this.socket.bufferedAmount;
  }

  close(): void {
    this.socket.close();
  }
}
