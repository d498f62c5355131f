/** What a client's connection may do to the server: a fault in handling what it sends ends this connection alone. */
import { Injectable } from '@nestjs/common';
import type { ErrorAnswer } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import type { Socket } from 'socket.io';
import { DomainError } from '../common/domain-error.js';
import { toErrorAnswer } from '../common/error-answer.js';
import { FaultScope } from '../common/fault-scope.js';
import { SignalingEvents } from './signaling-events.js';

type Connection = Socket['conn'];

/** Milliseconds for which a client that is disconnected may still read why. */
const FAREWELL_TIMEOUT_MS = 1000;

/** Under long polling and WebSocket alike: what an Engine.IO connection carries, and how it ends. */
export class ConnectionGuard {
  readonly faults: FaultScope;
  /** Says over the socket why it ends, once there is one. */
  farewell: ((answer: ErrorAnswer) => void) | null = null;
  private isEnded = false;

  /** @param faulted called before the connection ends because of a fault in handling what it sent */
  constructor(
    private readonly connection: Connection,
    faulted: (fault: unknown) => void,
  ) {
    this.faults = new FaultScope((fault) => {
      faulted(fault);
      this.end(new DomainError('internal_error'));
    });
    this.enterScope();
    connection.once('close', () => this.faults.close());
  }

  /** Ends the connection, and says why. The seat of whoever sits here is kept, as when a connection is lost. */
  end(reason: DomainError): void {
    if (this.isEnded) {
      return;
    }

    this.isEnded = true;
    this.farewell?.(toErrorAnswer(reason));
    // Written first is what was said last; from now on, nothing that arrives is looked at.
    this.connection.close();
    setTimeout(() => this.discard(), FAREWELL_TIMEOUT_MS).unref();
  }

  /**
   * All that a connection brings, Engine.IO tells by its events: packets, which Socket.IO decodes and hands to acknowledgements and
   * listeners in a later tick, and its end.
   */
  private enterScope(): void {
    const { connection, faults } = this;
    const emit = connection.emit.bind(connection) as (...event: unknown[]) => boolean;
    connection.emit = (...event: unknown[]) => {
      let isHeard = false;
      faults.run(() => void (isHeard = emit(...event)));

      return isHeard;
    };
  }

  /** For who does not read. */
  private discard(): void {
    const { socket } = this.connection.transport as { socket?: { terminate(): void } };
    this.connection.close(true);
    socket?.terminate();
  }
}

@Injectable()
export class ConnectionGuards {
  private readonly guards = new WeakMap<Connection, ConnectionGuard>();

  constructor(
    private readonly events: SignalingEvents,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(ConnectionGuards.name);
  }

  /** Before anything that the connection sends is looked at. */
  attach(connection: Connection): void {
    const faulted = (fault: unknown) => {
      this.events.emit('socket_faulted');
      this.logger.error(
        { err: asError(fault), address: connection.remoteAddress },
        'socket disconnected, as handling it failed',
      );
    };
    this.guards.set(connection, new ConnectionGuard(connection, faulted));
  }

  of(connection: Connection): ConnectionGuard {
    const guard = this.guards.get(connection);

    if (!guard) {
      throw new Error('the connection is not guarded');
    }

    return guard;
  }
}

function asError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(`${typeof fault} was thrown`);
}
