/** A way to a server that can be broken: what goes over it ends without a farewell, as when a cable is pulled. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class BreakableWay {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** Where the server is found over this way. */
    readonly url: string,
  ) {}

  /** @param url of a server without TLS */
  static async open(url: string): Promise<BreakableWay> {
    const { hostname, port } = new URL(url);
    // An address says neither its usual port nor, without brackets, one of IPv6.
    const [host, at] = [hostname.replace(/^\[|\]$/g, ''), Number(port || 80)];
    const server = createServer({ allowHalfOpen: false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const way = new BreakableWay(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (near) => way.carry(near, connect(at, host)));

    return way;
  }

  /** Everything on it breaks; what comes later finds its way. */
  break(): void {
    for (const socket of this.sockets) {
      socket.resetAndDestroy();
    }
  }

  close(): void {
    this.break();
    this.server.close();
  }

  private carry(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
