/** A server in a process of its own, in which two bots meet with media while others do what they like. */
import { createRoom } from '../../../server/test/harness.js';
import { Bot } from '../../src/bot.js';
import { ExaminedServer, type Examination, type Leftovers } from '../../src/examined-server.js';
import { until } from '../../src/waiting.js';
import { join, joinPayload, joinSending, tokenOf } from './people.js';
import { RawClient } from './raw-client.js';
import type { OpenLink } from './raw-link.js';

/** The moments in the life of a connection at which noise is sent. */
export const stages = [
  'before it asks for admission',
  'before welcome',
  'connected',
  'waiting in the lobby',
  'while it joins',
  'joined',
  'resumed',
  'while it leaves',
] as const;
export type Stage = (typeof stages)[number];

/** Besides the bots: each sends two sources, so that whoever joins is offered many consumers. */
const SENDERS = 5;
const many = '1000000';
/** So that noise comes further than to the limits. */
export const withoutLimits = {
  RATE_LIMIT_SOCKET_REQUESTS: many,
  RATE_LIMIT_SOCKET_BURST: many,
  RATE_LIMIT_USER_REQUESTS: many,
  RATE_LIMIT_MEDIA_REQUESTS: many,
  RATE_LIMIT_CHAT_MESSAGES: many,
  RATE_LIMIT_USER_CHAT_MESSAGES: many,
  RATE_LIMIT_USER_CONNECTIONS: many,
  RATE_LIMIT_USER_JOINS: many,
  RATE_LIMIT_DOOR_ATTEMPTS: many,
  RATE_LIMIT_FAILED_LOGINS: many,
  RATE_LIMIT_FAILED_LOGINS_ANYWHERE: many,
  RATE_LIMIT_ACCOUNT_ROOMS: many,
  RATE_LIMIT_FILE_REQUESTS: many,
  RATE_LIMIT_CHAT_HISTORY: many,
  RATE_LIMIT_USER_MEDIA_POINTS: many,
  RATE_LIMIT_SOCKET_REFUSALS: many,
  MAX_CONNECTIONS_PER_USER: '1000',
  MAX_SEATS_PER_USER: '1000',
  LOBBY_PLACES_PER_ADDRESS: '100',
};
/** As it comes, but for what one test from one address cannot do without: it opens connections as a whole office does. */
export const withUsualLimits = {
  RATE_LIMIT_ADDRESS_REQUESTS: undefined,
  RATE_LIMIT_ADDRESS_CHAT_MESSAGES: undefined,
  MAX_CONNECTIONS_PER_ADDRESS: undefined,
};

/** What there is once only the two bots and the senders are there. */
export interface Figures {
  counts: Omit<Leftovers, 'handles'> & { routers: number; objects: number; connections: number };
  heapBytes: number;
}

export class Arena {
  private readonly bots: Bot[] = [];
  private readonly senders: RawClient[] = [];
  private lobbyGuest = '';
  private lines = 0;

  private constructor(
    readonly server: ExaminedServer,
    /** Of the meeting of the two. */
    readonly slug: string,
    private readonly lobbySlug: string,
  ) {}

  /** @param settings of the server, by their names in the environment */
  static async open(settings: Record<string, string | undefined>): Promise<Arena> {
    const server = await ExaminedServer.start(settings);
    const { url } = server;
    const host = await tokenOf(url, 'Grace');
    const { slug } = await createRoom(url, host, { maxParticipants: 500 });
    const lobby = await createRoom(url, host, { lobby: true });
    const arena = new Arena(server, slug, lobby.slug);
    // Somebody who could let people in, so that they wait.
    arena.senders.push((await join(url, host, lobby.slug)).client);
    arena.lobbyGuest = await tokenOf(url, 'Wanda');
    for (const displayName of ['Ada', 'Bob']) {
      const bot = new Bot({ url, room: slug, displayName, rates: { framesPerSecond: 10, voicePacketsPerSecond: 20 } });
      arena.bots.push(bot);
      await bot.join();
    }
    for (let sender = 0; sender < SENDERS; sender += 1) {
      arena.senders.push(await joinSending(url, `Sender ${sender}`, slug));
    }
    await arena.expectMeetingGoesOn();
    await server.ask('keepOnAfterFaults');

    return arena;
  }

  get url(): string {
    return this.server.url;
  }

  /**
   * A connection at this moment of its life; whatever it was asked last may still be on its way.
   *
   * @param answered called with each client before it asks anything
   */
  async bring(
    stage: Stage,
    token: string,
    openLink: OpenLink,
    answered: (client: RawClient) => void,
  ): Promise<RawClient> {
    const client = await RawClient.open(this.url, openLink);
    answered(client);

    if (stage === 'before it asks for admission') {
      return client;
    }
    if (stage === 'before welcome') {
      client.send(`40${JSON.stringify({ token })}`);

      return client;
    }
    await client.enter({ token: stage === 'waiting in the lobby' ? this.lobbyGuest : token });
    if (stage === 'waiting in the lobby') {
      await client.ask('join_room', { roomId: this.lobbySlug });
    } else if (stage === 'while it joins') {
      client.send(`421${JSON.stringify(['join_room', joinPayload(this.slug)])}`);
    } else if (stage !== 'connected') {
      const { participant, resumeToken } = await client.askWell('join_room', joinPayload(this.slug));

      if (stage === 'while it leaves') {
        client.send('422["leave_room"]');
      } else if (stage === 'resumed') {
        client.cut();
        const next = await RawClient.enter(this.url, token, openLink);
        answered(next);
        await next.askWell('resume_session', { participantId: participant.id, resumeToken });

        return next;
      }
    }

    return client;
  }

  /** Both bots see and hear each other from now on, what one writes reaches the other, and no socket was ended by a fault of the server. */
  async expectMeetingGoesOn(): Promise<void> {
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    const faulted = /^minimeet_\w*faults_total(?:\{.*\})? [1-9].*$/m.exec(metrics)?.[0];

    if (faulted !== undefined) {
      throw new Error(faulted);
    }
    const packets = (bot: Bot) => [...bot.media.incoming.values()].reduce((sum, { packets }) => sum + packets, 0);
    const before = this.bots.map(packets);
    const [writer, reader] = this.bots as [Bot, Bot];
    const text = `line ${(this.lines += 1)}`;
    const arrived = new Promise<void>((resolve) => {
      const unsubscribe = reader.client.subscribe(() => {
        if (reader.client.state.messages.some((message) => message.text === text)) {
          unsubscribe();
          resolve();
        }
      });
    });
    await writer.client.sendMessage(text);
    await arrived;
    await until('media arrives at both', () =>
      this.bots.every((bot, index) => packets(bot) > (before[index] ?? 0) + 20),
    );
  }

  /** What nothing caught since it was asked last, each once. */
  async faults(): Promise<string[]> {
    return [...new Set(await this.server.ask('faults'))];
  }

  async figures(): Promise<Figures> {
    const present = this.bots.length + this.senders.length;
    await until('the others are gone', async () => (await this.server.ask('leftovers')).placesTaken === present);
    const { memory, workers }: Examination = await this.server.ask('examine');
    const sum = (of: 'routers' | 'objects' | 'connections') => workers.reduce((all, worker) => all + worker[of], 0);

    return {
      counts: {
        placesTaken: present,
        routers: sum('routers'),
        objects: sum('objects'),
        connections: sum('connections'),
      },
      heapBytes: memory.heapBytes,
    };
  }

  async close(): Promise<void> {
    this.senders.forEach((client) => client.cut());
    await Promise.all(this.bots.map((bot) => bot.leave()));
    await this.server.stop();
  }
}
