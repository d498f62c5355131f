/** Networks between client and server that tests can cut: one for HTTP and sockets, one for media. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { HandlerFactory } from 'mediasoup-client/types';

export interface SignalingNetwork {
  /** The server's origin through this network. */
  url: string;
  /** Breaks every connection; new ones get through. */
  cut(): void;
  /** Lets every connection go on without carrying anything any more; new ones get through. */
  silence(): void;
  /** Whether new connections are refused. */
  down: boolean;
  /** Whether requests for a WebSocket are cut off, as some company proxies do. */
  withoutWebSockets: boolean;
  stop(): Promise<void>;
}

export async function signalingNetworkTo(url: string): Promise<SignalingNetwork> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const silent = new Set<Socket>();
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
      if (silent.has(near)) return;
      if (network.withoutWebSockets && /^upgrade: websocket/im.test(bytes.toString('latin1'))) near.destroy();
      else far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!silent.has(far)) near.write(bytes);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const network: SignalingNetwork = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    silence: () => sockets.forEach((socket) => silent.add(socket)),
    down: false,
    withoutWebSockets: false,
    stop() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return network;
}

export interface MediaNetwork {
  /** Makes a client's peer connections take this way to the server. */
  handlerFactory: HandlerFactory;
  /** How many peer connections have taken it. */
  readonly connections: number;
  /** How many ICE restarts they have made. */
  readonly restarts: number;
  /** Whether packets are lost, all of them. */
  down: boolean;
  stop(): void;
}

/** Relays UDP packets between the peer connections of a client and the server's media port. */
export async function mediaNetwork(handlerFactory: HandlerFactory): Promise<MediaNetwork> {
  const near = createSocket('udp4');
  const far = new Map<number, UdpSocket>();
  await once(near.bind(0, '127.0.0.1'), 'listening');
  let server: { address: string; port: number } | undefined;
  let connections = 0;
  let restarts = 0;

  near.on('message', (packet, client) => {
    if (network.down || !server) return;
    let socket = far.get(client.port);
    if (!socket) {
      socket = createSocket('udp4');
      socket.on('message', (answer) => {
        if (!network.down) near.send(answer, client.port, client.address);
      });
      far.set(client.port, socket);
    }
    socket.send(packet, server.port, server.address);
  });

  const factory: HandlerFactory['factory'] = (options) => {
    const candidate = options.iceCandidates.find(({ protocol }) => protocol === 'udp')!;
    server = { address: candidate.address, port: candidate.port };
    connections += 1;
    const iceCandidates = [{ ...candidate, port: near.address().port }];
    const handler = handlerFactory.factory({ ...options, iceCandidates });
    const restartIce = handler.restartIce.bind(handler);
    handler.restartIce = (iceParameters) => {
      restarts += 1;
      return restartIce(iceParameters);
    };
    return handler;
  };
  const network: MediaNetwork = {
    handlerFactory: { ...handlerFactory, factory },
    get connections() {
      return connections;
    },
    get restarts() {
      return restarts;
    },
    down: false,
    stop() {
      near.close();
      for (const socket of far.values()) socket.close();
    },
  };
  return network;
}
