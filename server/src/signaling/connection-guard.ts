/** What a client's connection may do to the server: how much it may send, and what becomes of it where that is too much or none of this protocol. */
import { Inject, Injectable } from '@nestjs/common';
import type { ErrorAnswer } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import type { Socket } from 'socket.io';
import { DomainError } from '../common/domain-error.js';
import { toErrorAnswer } from '../common/error-answer.js';
import { FaultScope } from '../common/fault-scope.js';
import { RefusalLog } from '../common/refusal-log.js';
import { Refusals } from '../common/refusals.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { SignalingEvents } from './signaling-events.js';

type Connection = Socket['conn'];

/** Milliseconds for which a client that is disconnected may still read why. */
const FAREWELL_TIMEOUT_MS = 1000;

/** After so many times the refusals that are answered, the connection ends. */
const REFUSALS_UNTIL_END = 5;
/** Packets in ten seconds that are no requests: acknowledgements of what was offered, heartbeats. */
const OTHER_PACKETS = 5000;
const WINDOW_MS = 10_000;

/** Packets and refusals of one connection in ten seconds. */
export interface ConnectionBounds {
  packets: number;
  answeredRefusals: number;
}

/** What a connection ended with, where the server ended it because of what came over it. */
export type ConnectionEnd = 'fault' | 'malformed packet' | 'too many packets';

interface GuardOptions {
  connection: Connection;
  bounds: ConnectionBounds;
  /** Called once, before the connection ends. */
  ending(end: ConnectionEnd, fault: unknown): void;
}

/** Under long polling and WebSocket alike: what an Engine.IO connection carries, and how it ends. */
export class ConnectionGuard {
  readonly faults: FaultScope;
  /** Says over the socket why it ends, once there is one. */
  farewell: ((answer: ErrorAnswer) => void) | null = null;
  /** `null` where the connection did not end because of what came over it. */
  end: ConnectionEnd | null = null;
  private packets = 0;
  private refusals = 0;
  private windowEndsAt = 0;

  constructor(private readonly options: GuardOptions) {
    const { connection } = options;
    this.faults = new FaultScope((fault) => this.endWith('fault', new DomainError('internal_error'), fault));
    this.enterScope();
    // Before the packet is decoded; what comes after the end is not.
    connection.on('packet', () => this.countPacket());
    connection.once('close', () => this.faults.close());
  }

  /**
   * A request was refused as there are too many. Whether that is answered: at first it is, then the client has had its answer, and in
   * the end its connection.
   */
  noteRefusal(): boolean {
    const { answeredRefusals } = this.options.bounds;
    this.beginWindow();
    this.refusals += 1;

    if (this.refusals > answeredRefusals * REFUSALS_UNTIL_END) {
      this.endWith('too many packets', new DomainError('rate_limited'));
    }

    return this.refusals <= answeredRefusals;
  }

  /** What was sent is no packet of the protocol. */
  refuseMalformed(reason: string): void {
    this.endWith('malformed packet', new DomainError('invalid_payload', `The packet cannot be read: ${reason}`));
  }

  private countPacket(): void {
    this.beginWindow();
    this.packets += 1;

    if (this.packets > this.options.bounds.packets) {
      this.endWith('too many packets', new DomainError('rate_limited'));
    }
  }

  private beginWindow(): void {
    const now = performance.now();

    if (now >= this.windowEndsAt) {
      this.windowEndsAt = now + WINDOW_MS;
      this.packets = this.refusals = 0;
    }
  }

  /** Says why, and ends the connection. The seat of whoever sits here is kept, as when a connection is lost. */
  private endWith(end: ConnectionEnd, reason: DomainError, fault: unknown = null): void {
    const { connection, ending } = this.options;

    if (this.end !== null) {
      return;
    }

    this.end = end;
    ending(end, fault);
    this.farewell?.(toErrorAnswer(reason));
    this.stopReading();
    // What was written before is sent; from now on, nothing that arrives is looked at.
    connection.close();
    setTimeout(() => this.discard(), FAREWELL_TIMEOUT_MS).unref();
  }

  /**
   * All that a connection brings, Engine.IO tells by its events: packets, which Socket.IO decodes and hands to acknowledgements and
   * listeners in a later tick, and its end.
   */
  private enterScope(): void {
    const { faults } = this;
    const { connection } = this.options;
    const emit = connection.emit.bind(connection) as (...event: unknown[]) => boolean;
    connection.emit = (...event: unknown[]) => {
      let isHeard = false;
      faults.run(() => void (isHeard = emit(...event)));

      return isHeard;
    };
  }

  /** A client that floods goes on for a while; the operating system holds it up. */
  private stopReading(): void {
    this.webSocket?.pause();
  }

  /** For who does not read. */
  private discard(): void {
    const { webSocket } = this;
    this.options.connection.close(true);
    webSocket?.terminate();
  }

  /** Under long polling there is none. */
  private get webSocket(): { pause(): void; terminate(): void } | undefined {
    return (this.options.connection.transport as { socket?: { pause(): void; terminate(): void } }).socket;
  }
}

@Injectable()
export class ConnectionGuards {
  private readonly guards = new WeakMap<Connection, ConnectionGuard>();
  private readonly bounds: ConnectionBounds;
  /** Of sockets: what they ask and is refused, and whom they let in. */
  readonly refusalLog: RefusalLog;

  constructor(
    private readonly events: SignalingEvents,
    private readonly refusals: Refusals,
    @Inject(SETTINGS) { limits }: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(ConnectionGuards.name);
    const { socketRequestsPerSecond, socketRequestBurst, socketRefusalsPer10Seconds } = limits;
    const answeredRefusals = socketRefusalsPer10Seconds;
    const requests = socketRequestsPerSecond * 10 + socketRequestBurst + answeredRefusals * REFUSALS_UNTIL_END;
    this.bounds = { packets: requests + OTHER_PACKETS, answeredRefusals };
    this.refusalLog = new RefusalLog((summary) => logger.info(summary, 'more was refused than is logged'));
  }

  /** Before anything that the connection sends is looked at. */
  attach(connection: Connection): void {
    const ending = (end: ConnectionEnd, fault: unknown) => this.report(connection, end, fault);
    this.guards.set(connection, new ConnectionGuard({ connection, bounds: this.bounds, ending }));
  }

  of(connection: Connection): ConnectionGuard {
    const guard = this.guards.get(connection);

    if (!guard) {
      throw new Error('the connection is not guarded');
    }

    return guard;
  }

  private report({ remoteAddress }: Connection, end: ConnectionEnd, fault: unknown): void {
    if (end === 'fault') {
      this.events.emit('socket_faulted');
      this.logger.error({ err: asError(fault), address: remoteAddress }, 'socket disconnected, as handling it failed');

      return;
    }

    this.refusals.note('socket_refusals');

    if (this.refusalLog.take(`address ${remoteAddress}`)) {
      this.logger.info({ address: remoteAddress, end }, 'socket disconnected because of what it sent');
    }
  }
}

function asError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(`${typeof fault} was thrown`);
}
