/** Bounds what waits in memory for sockets whose clients do not read, or not fast enough: for each of them, and for all together. */
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

export interface BacklogBounds {
  /** Bytes that may wait for one connection. */
  ofOne: number;
  /** Bytes that may wait for all. */
  ofAll: number;
}

/** Called before a connection is ended, with what waits for it, and which bound that was too much for. */
type Ended = (bytes: number, bound: keyof BacklogBounds) => void;

/** About what the objects around a packet occupy. */
const PACKET_OVERHEAD = 200;
/**
 * Share of the bound of all that may wait once something had to be ended. What is left until the bound is what may come before all have
 * to be added up again, so that however full it is, that is done for many packets at a time.
 */
const RELIEF = 0.9;

/**
 * Ends a connection before too much waits: packets that Engine.IO holds back until it can write, and what the WebSocket has not got rid
 * of. One packet alone may be larger than what may wait for one. Where it is too much for all, those for which the most waits are ended. Nothing can be told to
 * who does not read, so a connection ends like a lost one, of which clients know how to come back.
 */
export class SocketBacklogs {
  private readonly backlogs = new Set<Backlog>();
  /** What waits for all is no more than this: what it was when it was added up, and all that came since, written or not. */
  private atMost = 0;

  constructor(private readonly bounds: BacklogBounds) {}

  bound(connection: Connection, ended: Ended): void {
    const backlog = new Backlog(connection, ended);
    this.backlogs.add(backlog);

    connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      if (this.backlogs.has(backlog)) {
        this.add(backlog, PACKET_OVERHEAD + (data?.length ?? 0));
      }
    });
    // Whether it is to be written is decided right after.
    connection.on('flush', () => (backlog.held = 0));
    connection.on('close', () => this.backlogs.delete(backlog));
  }

  private add(backlog: Backlog, size: number): void {
    const { waiting } = backlog;
    this.atMost += size;

    if (waiting > 0 && waiting + size > this.bounds.ofOne) {
      this.end(backlog, waiting, 'ofOne');
    } else if (this.atMost > this.bounds.ofAll) {
      this.relieve(size);
    }

    backlog.held += size;
  }

  /** @param size of a packet that is not counted for anybody yet */
  private relieve(size: number): void {
    const waiting = [...this.backlogs].map((backlog) => ({ backlog, bytes: backlog.waiting }));
    this.atMost = waiting.reduce((sum, { bytes }) => sum + bytes, size);
    const enough = this.bounds.ofAll * RELIEF;

    if (this.atMost <= enough) {
      return;
    }

    for (const { backlog, bytes } of waiting.sort((one, other) => other.bytes - one.bytes)) {
      if (this.atMost <= enough || bytes === 0) {
        return;
      }

      this.atMost -= bytes;
      this.end(backlog, bytes, 'ofAll');
    }
  }

  private end(backlog: Backlog, bytes: number, bound: keyof BacklogBounds): void {
    this.backlogs.delete(backlog);
    backlog.end(bytes, bound);
  }
}

/** What waits for one connection. */
class Backlog {
  /** Of packets that Engine.IO has not written yet. */
  held = 0;

  constructor(
    private readonly connection: Connection,
    private readonly ended: Ended,
  ) {}

  get waiting(): number {
    return this.held + (this.webSocket?.bufferedAmount ?? 0);
  }

  /** Without a farewell, which would wait behind all the rest. */
  end(bytes: number, bound: keyof BacklogBounds): void {
    this.ended(bytes, bound);

    if (this.webSocket) {
      this.webSocket.terminate();
    } else {
      this.connection.close(true);
    }
  }

  /** It may be another one than at first, as long polling gives way to it. */
  private get webSocket(): WebSocketTransport['socket'] {
    return (this.connection.transport as WebSocketTransport).socket;
  }
}
