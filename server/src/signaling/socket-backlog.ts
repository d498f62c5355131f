/** Bounds what waits in memory for a socket whose client does not read, or not fast enough. */
import type { Socket } from 'socket.io';

/** What Engine.IO has, and its types do not tell: the WebSocket under a connection; long polling has none. */
interface WebSocketTransport {
  socket?: {
    /** Bytes that the operating system has not taken yet. */
    bufferedAmount: number;
    terminate(): void;
  };
}

type Connection = Pick<Socket['conn'], 'on' | 'close' | 'transport'>;

/** About what the objects around a packet occupy. */
const PACKET_OVERHEAD = 200;

/**
 * Ends a connection before more than `mostBytes` wait for it: packets that Engine.IO holds back until it can write, and what the WebSocket
 * has not got rid of. One packet alone may be larger. Nothing can be told to who does not read, so it ends like a lost one, of which
 * clients know how to come back.
 *
 * @param ended called first, with what waits
 */
export function boundBacklog(connection: Connection, mostBytes: number, ended: (bytes: number) => void): void {
  /** Of packets that Engine.IO has not written yet. */
  let held = 0;
  let hasEnded = false;

  connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    const waiting = held + (webSocketOf(connection)?.bufferedAmount ?? 0);
    const size = PACKET_OVERHEAD + (data?.length ?? 0);
    held += size;

    if (waiting > 0 && waiting + size > mostBytes && !hasEnded) {
      hasEnded = true;
      ended(waiting);
      hangUp(connection);
    }
  });
  // Whether it is to be written is decided right after.
  connection.on('flush', () => (held = 0));
}

function webSocketOf({ transport }: Connection): WebSocketTransport['socket'] {
  return (transport as WebSocketTransport).socket;
}

/** Without a farewell, which would wait behind all the rest. */
function hangUp(connection: Connection): void {
  const webSocket = webSocketOf(connection);

  if (webSocket) {
    webSocket.terminate();
  } else {
    connection.close(true);
  }
}
