/**
 * Socket.IO 5 by hand: whatever a client can send to a MiniMeet server, at any moment and in any order.
 * https://socket.io/docs/v4/socket-io-protocol/
 */
import { once, EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { errorAnswerSchema, type RequestName, type RequestResult } from '@minimeet/protocol';
import { toldIn } from '../../../server/test/support.js';
import { overWebSocket, type OpenLink, type Packet, type RawLink } from './raw-link.js';

/** Milliseconds, generous: the server answers after ten seconds at the latest, on a machine that may be busy. */
const ANSWER_LIMIT = 60_000;

/** What comes of a request. */
export type Answer = Record<string, unknown>;

/** Something that the server said without being asked. */
export interface Told {
  event: string;
  payload: unknown;
  /** Where an acknowledgement is wanted: its id. */
  ackId: string;
}

interface Events {
  told: [Told];
  /** An answer, or a failure told where no answer was wanted: its code, and `undefined` for no error. */
  outcome: [code: string | undefined];
}

export class RawClient extends EventEmitter<Events> {
  /** Called with each notification that wants an acknowledgement; what it returns is sent. */
  acknowledge: (told: Told) => readonly Packet[] = ({ ackId }) => [`43${ackId}[{}]`];
  private link!: RawLink;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  /** Own requests have ids that noise does not use. */
  private lastId = 1_000_000;
  private entered: ((refusal: Error | null) => void) | null = null;

  /** A connection of Engine.IO over which nobody has asked to be admitted yet. */
  static async open(url: string, openLink: OpenLink = overWebSocket): Promise<RawClient> {
    const client = new RawClient();
    client.link = await openLink(url, (packet) => client.receive(packet));

    return client;
  }

  /** Admitted, as whom the token stands for. @throws where the server refuses the token */
  static async enter(url: string, token: string, openLink?: OpenLink): Promise<RawClient> {
    const client = await RawClient.open(url, openLink);
    await client.enter({ token });

    return client;
  }

  get isOpen(): boolean {
    return this.link.isOpen;
  }

  get closed(): Promise<void> {
    return this.link.closed;
  }

  /** As it is: no packet is completed, none is refused. */
  send(...packets: readonly Packet[]): void {
    for (const packet of packets) {
      this.link.send(packet);
    }
  }

  /** Asks to be admitted. Resolves when the server has said who one is; rejects where it refuses or closes. */
  async enter(auth: unknown): Promise<void> {
    const welcome = once(this, 'told');
    const entered = new Promise<void>((resolve, reject) => {
      this.entered = (refusal) => (refusal ? reject(refusal) : resolve());
    });
    // Where it is refused, nobody waits for it.
    welcome.catch(() => undefined);
    this.send(`40${JSON.stringify(auth)}`);
    await Promise.race([entered, this.over()]);
    await Promise.race([welcome, this.over()]);
  }

  /** Resolves with the answer, `{ error }` among them; rejects where the connection ends before, or none comes. */
  async ask<Name extends RequestName>(name: Name, payload: unknown = {}): Promise<RequestResult<Name> & Answer> {
    const id = ++this.lastId;
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    const impatience = new AbortController();
    const tooLate = delay(ANSWER_LIMIT, undefined, { signal: impatience.signal }).then(
      () => Promise.reject(new Error(`no answer: ${name}`)),
      () => new Promise<never>(() => undefined),
    );
    this.send(`42${id}${JSON.stringify([name, payload])}`);

    try {
      return (await Promise.race([answered, tooLate, this.over()])) as RequestResult<Name> & Answer;
    } finally {
      this.waiting.delete(id);
      impatience.abort();
    }
  }

  /** The same, where nothing but success is expected. @throws with the code of the refusal */
  async askWell<Name extends RequestName>(name: Name, payload: unknown = {}): Promise<RequestResult<Name>> {
    const answer = await this.ask(name, payload);
    const code = codeIn(answer);

    if (code !== undefined) {
      throw new Error(`${name}: ${code}`);
    }

    return answer;
  }

  /**
   * Whether the server still listens, once it has read all that was sent before. It is asked twice: what comes in one piece with a
   * farewell is answered although the socket is gone.
   */
  async isHeard(): Promise<boolean> {
    const twice = this.ask('ping').then(() => this.ask('ping'));

    return twice.then(
      () => true,
      (error: Error) => {
        if (this.isOpen) {
          throw error;
        }

        return false;
      },
    );
  }

  /** Leaves the meeting, if it is in one, and ends the connection. */
  async leave(): Promise<void> {
    await this.ask('leave_room').catch(() => undefined);
    this.cut();
  }

  /** Ends the connection without a word. */
  cut(): void {
    this.link.cut();
  }

  private over(): Promise<never> {
    return this.closed.then(() => Promise.reject(new Error('the connection is closed')));
  }

  private receive(packet: Packet): void {
    if (typeof packet !== 'string') {
      return;
    }

    if (packet.startsWith('2')) {
      this.send(`3${packet.slice(1)}`);
    } else if (packet.startsWith('40{')) {
      this.entered?.(null);
    } else if (packet.startsWith('44{')) {
      this.entered?.(new Error(packet.slice(2)));
    } else if (packet === '1' || packet === '41') {
      // The server has ended the connection, of Engine.IO or of Socket.IO.
      this.cut();
    } else if (packet.startsWith('42')) {
      this.receiveEvent(packet);
    } else if (packet.startsWith('43')) {
      this.receiveAnswer(packet);
    }
  }

  private receiveEvent(packet: string): void {
    const [, ackId, json] = /^42(\d*)(.*)$/s.exec(packet) as unknown as [string, string, string];
    const [event, payload] = JSON.parse(json) as [string, unknown];

    for (const told of toldIn(event, payload)) {
      this.emit('told', { ...told, ackId });

      // A fault that ends a connection instead of the server is told in the last word on it.
      if (told.event === 'request_failed' || told.event === 'disconnected') {
        this.emit('outcome', codeIn(told.payload));
      }
      // As Socket.IO's client does: the server waits a moment for it before it closes.
      if (told.event === 'disconnected') {
        this.cut();
      }
      if (ackId !== '') {
        this.send(...this.acknowledge({ ...told, ackId }));
      }
    }
  }

  private receiveAnswer(packet: string): void {
    const [, id, json] = /^43(\d*)(.*)$/s.exec(packet) as unknown as [string, string, string];
    const [answer] = JSON.parse(json) as [Answer];
    this.emit('outcome', codeIn(answer));
    this.waiting.get(Number(id))?.(answer);
  }
}

/** The code with which a request was refused. */
export function codeIn(answer: unknown): string | undefined {
  return errorAnswerSchema.safeParse(answer).data?.error.code;
}
