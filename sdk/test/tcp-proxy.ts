/** A network between client and server that tests can cut, and that can be one in which WebSockets do not work. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Network {
  /** The server's origin through this network. */
  url: string;
  /** Breaks every connection; new ones get through. */
  cut(): void;
  /** Whether new connections are refused. */
  down: boolean;
  /** Whether requests for a WebSocket are cut off, as some company proxies do. */
  withoutWebSockets: boolean;
  stop(): Promise<void>;
}

export async function networkTo(url: string): Promise<Network> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (network.down) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.on('data', (bytes) => {
      if (network.withoutWebSockets && /^upgrade: websocket/im.test(bytes.toString('latin1'))) near.destroy();
      else far.write(bytes);
    });
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const network: Network = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    down: false,
    withoutWebSockets: false,
    stop() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return network;
}
