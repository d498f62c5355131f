/** Who asks what in the measurement of costs: a host in a meeting of ten, and what each request needs beforehand. */
import { limits, meetingSwitchesSchema, type Notification, type RequestName } from '@minimeet/protocol';
import { sending, type Belongings } from '../../../server/test/access-rules.js';
import { createRoom } from '../../../server/test/harness.js';
import type { ExaminedServer } from '../../src/examined-server.js';
import { dearest } from './dearest.js';
import { join, joinPayload, joinSending, tokenOf, type Joined } from './people.js';
import { RawClient } from './raw-client.js';

/** Besides the host: each sends two sources. */
const OTHERS = 9;

export interface Asking {
  client: RawClient;
  own: Belongings;
  slug: string;
}

/** What is there for one call alone, where the call uses it up. */
const usedUp: { [Name in RequestName]?: (scene: CostScene) => Promise<Asking> } = {
  join_room: (scene) => scene.outside(),
  set_rtp_capabilities: async (scene) => {
    const asking = await scene.outside();
    await asking.client.askWell('join_room', { roomId: asking.slug });

    return asking;
  },
  resume_session: async (scene) => {
    const { client, own, slug, token } = await scene.guest();
    client.cut();

    return { client: await RawClient.enter(scene.url, token), own, slug };
  },
  rebuild_media: (scene) => scene.guest(),
  produce: (scene) => scene.guest(),
  close_producer: (scene) => scene.guest(),
  connect_transport: (scene) => scene.guest(),
  leave_room: (scene) => scene.guest(),
  send_message: (scene) => scene.guest(),
  end_meeting: (scene) => scene.smallMeeting(),
  remove_participant: (scene) => scene.smallMeeting(),
  delete_message: async (scene) => {
    const { client, own, slug } = await scene.host();
    const { payload } = dearest('send_message', own, slug).find(({ what }) => what === 'within its schema, 1')!;
    const { message } = await client.askWell('send_message', payload);

    return { client, own: { ...own, sequence: message.sequence }, slug };
  },
};

const switchedOff = Object.fromEntries(Object.keys(meetingSwitchesSchema.shape).map((name) => [name, false]));

export class CostScene {
  private hosting: Asking | null = null;
  /** Who sends what is refused, and so is there for the next call too. */
  private spare: { name: RequestName; asking: Asking } | null = null;
  private readonly clients: RawClient[] = [];

  private constructor(
    private readonly server: ExaminedServer,
    private readonly hostToken: string,
    private readonly victim: Joined,
    readonly slug: string,
  ) {}

  static async open(server: ExaminedServer): Promise<CostScene> {
    const { url } = server;
    const hostToken = await tokenOf(url, 'Grace');
    const { slug } = await createRoom(url, hostToken, { maxParticipants: limits.maxParticipants });
    const { client, joined } = await join(url, await tokenOf(url, 'Victor'), slug);
    const scene = new CostScene(server, hostToken, joined, slug);
    scene.clients.push(client);
    for (let other = 1; other < OTHERS; other += 1) {
      scene.clients.push(await joinSending(url, `Other ${other}`, slug));
    }
    // What a page of the history holds at most.
    const { client: host, own } = await scene.host();
    for (let message = 0; message < limits.historyPage; message += 1) {
      const { payload } = dearest('send_message', own, slug).find(({ what }) => what === 'within its schema, 1')!;
      await host.askWell('send_message', payload);
    }

    return scene;
  }

  get url(): string {
    return this.server.url;
  }

  /** Who asks this, with what it is about. */
  async asking(name: RequestName, { isRefused }: { isRefused: boolean }): Promise<Asking> {
    if (isRefused && this.spare?.name === name && this.spare.asking.client.isOpen) {
      return this.spare.asking;
    }
    const asking = await (usedUp[name]?.(this) ?? this.host());

    if (isRefused) {
      this.spare = { name, asking };
    }

    return asking;
  }

  /** In the meeting of ten, with somebody to keep order over. */
  async host(): Promise<Asking> {
    if (!this.hosting?.client.isOpen) {
      const { client, own } = await this.seated(this.hostToken, this.slug);
      this.hosting = { client, own: { ...own, participantId: this.victim.participant.id }, slug: this.slug };
    }

    return this.hosting;
  }

  /** In the meeting of ten, without rights. */
  async guest(): Promise<Asking & { token: string }> {
    const token = await tokenOf(this.url, 'Mallory');

    return { ...(await this.seated(token, this.slug)), slug: this.slug, token };
  }

  /** Admitted, and in no meeting yet. */
  async outside(): Promise<Asking> {
    const { own } = await this.host();
    const client = await RawClient.enter(this.url, await tokenOf(this.url, 'Mallory'));
    this.clients.push(client);

    return { client, own, slug: this.slug };
  }

  /** The host of a meeting of two that may end. */
  async smallMeeting(): Promise<Asking> {
    const { slug } = await createRoom(this.url, this.hostToken);
    const { client: victim, joined } = await join(this.url, await tokenOf(this.url, 'Victor'), slug);
    this.clients.push(victim);
    const { client, own } = await this.seated(this.hostToken, slug);

    return { client, own: { ...own, participantId: joined.participant.id }, slug };
  }

  /** Ends all connections that were opened for single calls, and undoes what calls did to the meeting. */
  async restore(): Promise<void> {
    const { client: host } = await this.host();
    await host.askWell('lock_meeting', { locked: false });
    await host.askWell('set_meeting_switches', switchedOff);
    const staying = [this.hosting?.client, this.spare?.asking.client];
    const guests = this.clients.splice(OTHERS).filter((client) => !staying.includes(client));
    await Promise.all(guests.map((client) => client.leave()));
  }

  close(): void {
    [...this.clients, this.hosting?.client, this.spare?.asking.client].forEach((client) => client?.cut());
  }

  /** Joined, with a producer, a consumer and a message of one's own. */
  private async seated(token: string, slug: string): Promise<{ client: RawClient; own: Belongings }> {
    const client = await RawClient.enter(this.url, token);
    this.clients.push(client);
    let consumerId = '';
    client.on('told', ({ event, payload }) => {
      if (event === 'new_consumer') {
        consumerId = (payload as Notification<'new_consumer'>).id;
      }
    });
    const joined = await client.askWell('join_room', joinPayload(slug));
    const { producerId } = await client.askWell('produce', sending(joined.sendTransport.id, 'camera'));
    const { message } = await client.askWell('send_message', { text: 'Hello', clientMessageId: crypto.randomUUID() });

    return {
      client,
      own: {
        participantId: joined.participant.id,
        resumeToken: joined.resumeToken,
        sendTransportId: joined.sendTransport.id,
        recvTransportId: joined.recvTransport.id,
        producerId,
        consumerId: consumerId || 'none',
        sequence: message.sequence,
      },
    };
  }
}
