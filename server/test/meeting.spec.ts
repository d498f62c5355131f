/** A meeting on a real worker. Only the sockets are left out: each channel writes down what it is told. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, RequestPayload, RoomSummary, RtpParameters, Source, ViewedTile } from '@minimeet/protocol';
import { kindOfSource } from '@minimeet/protocol';
import type { Consumer as MediasoupConsumer } from 'mediasoup/types';
import { routerRtpCapabilities } from '../src/media/codecs.js';
import { WorkerPool } from '../src/media/worker-pool.js';
import type { ForwardingPolicy } from '../src/meetings/forwarding/forwarding-plan.js';
import type { Candidate } from '../src/meetings/entry/seating.js';
import { Meeting } from '../src/meetings/meeting.js';
import type { Broadcast } from '../src/meetings/participant-channel.js';
import type { ParticipantChannel } from '../src/meetings/participant-channel.js';
import type { Participant } from '../src/meetings/participant.js';
import { forwardingPolicy, poolOptions, recordingLogger, until } from './support.js';

const room: RoomSummary = {
  id: '6a1c1a6e-93a5-4d39-8d8c-6f9c0b7a8f00',
  slug: 'baku-rimo-tefa',
  name: 'Room',
  maxParticipants: 5,
};

/** Writes down what a participant is told, and answers offers when the test says so. */
class RecordingChannel implements ParticipantChannel {
  readonly offers: Consumer[] = [];
  readonly told: { event: string; payload: unknown }[] = [];
  readonly withdrawn: string[] = [];
  /** mediasoup's own, by id. */
  readonly consumers = new Map<string, MediasoupConsumer>();
  answer: (consumer: Consumer) => Promise<void> = () => Promise.resolve();

  send(event: string, payload: unknown): void {
    this.told.push({ event, payload });
  }

  async offerConsumer(consumer: Consumer): Promise<void> {
    this.offers.push(consumer);
    await this.answer(consumer);
  }

  withdrawOffer(consumerId: string): void {
    this.withdrawn.push(consumerId);
  }

  eventsOf(consumerId: string): string[] {
    return this.told
      .filter(({ payload }) => (payload as { consumerId?: string }).consumerId === consumerId)
      .map(({ event }) => event);
  }
}

let ssrc = 1000;

function rtpParameters(source: Source): RtpParameters {
  ssrc += 10;

  return kindOfSource[source] === 'audio'
    ? {
        codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
        encodings: [{ ssrc }],
        rtcp: { cname: `cname-${ssrc}` },
      }
    : {
        codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
        encodings: [{ ssrc }, { ssrc: ssrc + 1 }, { ssrc: ssrc + 2 }],
        rtcp: { cname: `cname-${ssrc}` },
      };
}

/** As a browser sends it, over whichever connection: its packets carry the `mid`. */
function browserParameters(source: Source, mid: string): RtpParameters {
  const parameters = rtpParameters(source);

  return {
    ...parameters,
    mid,
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
    encodings: parameters.encodings!.slice(0, 1),
  };
}

describe('a meeting', () => {
  let workers: WorkerPool;
  const meetings: Meeting[] = [];

  beforeAll(async () => {
    workers = await WorkerPool.create({ ...poolOptions, workers: 1 }, recordingLogger());
  });

  afterEach(() => meetings.splice(0).forEach((meeting) => meeting.end('room_deleted')));
  afterAll(() => workers.close());

  const begin = async (policy: Partial<ForwardingPolicy> = {}) => {
    const meeting = await Meeting.create(room, workers, { ...forwardingPolicy, ...policy }, recordingLogger());
    meetings.push(meeting);

    return meeting;
  };

  const join = async (
    meeting: Meeting,
    displayName: string,
    changes: Partial<Candidate & { room: RoomSummary }> = {},
  ) => {
    const channel = new RecordingChannel();
    let participant: Participant | undefined;
    let others: Participant[] = [];
    await meeting.join(
      changes.room ?? room,
      {
        identity: { userId: displayName, displayName, isGuest: true, standing: 'visitor' },
        standingAt: performance.now(),
        rtpCapabilities: structuredClone(routerRtpCapabilities),
        channel,
        signal: new AbortController().signal,
        ...changes,
      },
      (seated, present) => {
        [participant, others] = [seated, present];
        seated.media.recvTransport.observer.on('newconsumer', (consumer) =>
          channel.consumers.set(consumer.id, consumer),
        );
      },
    );

    return { channel, participant: participant as Participant, others };
  };

  const produce = (participant: Participant, source: Source, changes: Partial<RequestPayload<'produce'>> = {}) =>
    participant.produce({
      transportId: participant.media.sendTransport.id,
      source,
      kind: kindOfSource[source],
      rtpParameters: rtpParameters(source),
      paused: false,
      ...changes,
    });

  const consumersInWorker = async (participant: Participant) =>
    (await participant.media.recvTransport.dump()).consumerIds.length;

  it('forwards every source of everyone to everyone else, once', async () => {
    const meeting = await begin();
    const [ada, bob, eve] = [await join(meeting, 'Ada'), await join(meeting, 'Bob'), await join(meeting, 'Eve')];
    expect(eve.others.map(({ identity }) => identity.displayName)).toEqual(['Ada', 'Bob']);

    await Promise.all(
      [ada, bob, eve].flatMap(({ participant }) => [
        produce(participant, 'microphone'),
        produce(participant, 'camera'),
      ]),
    );
    await until(() => [ada, bob, eve].every(({ channel }) => channel.offers.length === 4));
    await delay(50);

    for (const { channel, participant } of [ada, bob, eve]) {
      expect(channel.offers).toHaveLength(4);
      expect(channel.offers.map(({ participantId }) => participantId)).not.toContain(participant.id);
      expect(await consumersInWorker(participant)).toBe(4);
    }

    expect(meeting.figures).toEqual({ participants: 3, producers: 6, consumers: 12 });
  });

  it('gives a late comer everything that is there', async () => {
    const meeting = await begin();
    const ada = await join(meeting, 'Ada');
    await Promise.all([produce(ada.participant, 'screen'), produce(ada.participant, 'screen_audio')]);
    const bob = await join(meeting, 'Bob');

    await until(() => bob.channel.offers.length === 2);
    expect(bob.channel.offers.map(({ source }) => source).sort()).toEqual(['screen', 'screen_audio']);
  });

  it('lets packets flow only after the client answered the offer', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    let answer = () => {};
    bob.channel.answer = () => new Promise((resolve) => (answer = resolve));
    await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 1);

    const consumer = bob.channel.consumers.get(bob.channel.offers[0]?.id ?? '');
    await delay(50);
    expect((await consumer?.dump())?.paused).toBe(true);

    answer();
    await until(async () => (await consumer?.dump())?.paused === false);
  });

  it('closes a consumer that the client refuses, and offers another one after a pause', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    bob.channel.answer = () => Promise.reject(new Error('cannot decode now'));
    await produce(ada.participant, 'camera');
    await until(() => bob.channel.told.some(({ event }) => event === 'consumer_closed'));
    await until(async () => (await consumersInWorker(bob.participant)) === 0);
    bob.channel.answer = () => Promise.resolve();
    await until(() => bob.channel.offers.length === 2);

    const [first, second] = bob.channel.offers;
    expect(second).toMatchObject({ source: 'camera', producerId: first?.producerId });
    expect(second?.id).not.toBe(first?.id);
    await until(async () => (await consumersInWorker(bob.participant)) === 1);
  });

  it('offers a few times what is refused each time, and no more', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    bob.channel.answer = () => Promise.reject(new Error('cannot decode'));
    await produce(ada.participant, 'camera');
    // The pauses before them are of 1, 2 and 4 seconds.
    await until(() => bob.channel.offers.length === 4, 60_000);
    await produce(ada.participant, 'microphone');
    await until(() => bob.channel.offers.some(({ source }) => source === 'microphone'));

    expect(bob.channel.offers.filter(({ source }) => source === 'camera')).toHaveLength(4);
    await until(async () => (await consumersInWorker(bob.participant)) === 0);
  });

  it('tells receivers when a sender mutes and unmutes', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    const producer = await produce(ada.participant, 'microphone');
    await until(() => bob.channel.offers.length === 1);
    const consumerId = bob.channel.offers[0]?.id ?? '';

    await ada.participant.pauseProducer(producer.id);
    await until(() => bob.channel.eventsOf(consumerId).length === 1);
    await ada.participant.resumeProducer(producer.id);
    await until(() => bob.channel.eventsOf(consumerId).length === 2);

    expect(bob.channel.eventsOf(consumerId)).toEqual(['consumer_paused', 'consumer_resumed']);
  });

  it('offers what was muted before as paused', async () => {
    const meeting = await begin();
    const ada = await join(meeting, 'Ada');
    await produce(ada.participant, 'microphone', { paused: true });
    const bob = await join(meeting, 'Bob');

    await until(() => bob.channel.offers.length === 1);
    expect(bob.channel.offers[0]?.paused).toBe(true);
    expect(bob.others[0]?.describe().producers).toMatchObject([{ source: 'microphone', paused: true }]);
  });

  it('takes the consumers away when a producer closes or its participant leaves', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    const camera = await produce(ada.participant, 'camera');
    await produce(ada.participant, 'microphone');
    await until(() => bob.channel.offers.length === 2);

    ada.participant.closeProducer(camera.id);
    await until(async () => (await consumersInWorker(bob.participant)) === 1);
    meeting.leave(ada.participant, 'left');
    await until(async () => (await consumersInWorker(bob.participant)) === 0);

    // That the worker has none shows earlier: mediasoup tells what closed a turn of the event loop after its answers, and a plan may rest.
    await until(() => meeting.figures.consumers === 0);
    expect(bob.channel.told.filter(({ event }) => event === 'consumer_closed')).toHaveLength(2);
  });

  it('puts a source that is sent again in the place of what was sent before', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    const first = await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 1);
    const second = await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 2);

    expect(first.closed).toBe(true);
    expect(ada.participant.describe().producers.map(({ id }) => id)).toEqual([second.id]);
    await until(async () => (await consumersInWorker(bob.participant)) === 1);
  });

  it('lets a source be sent again after it was closed, and not twice at once', async () => {
    const meeting = await begin();
    const { participant } = await join(meeting, 'Ada');
    const [first, second] = await Promise.allSettled([produce(participant, 'camera'), produce(participant, 'camera')]);

    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'source_in_use' } });
    participant.closeProducer(participant.describe().producers[0]?.id ?? '');
    await expect(produce(participant, 'camera')).resolves.toBeDefined();
  });

  it('refuses media that does not fit, with a code', async () => {
    const meeting = await begin();
    const { participant } = await join(meeting, 'Ada');
    const refusals: [Promise<unknown>, string][] = [
      [produce(participant, 'camera', { kind: 'audio' }), 'unsupported_media'],
      [produce(participant, 'camera', { transportId: participant.media.recvTransport.id }), 'transport_not_found'],
      [
        produce(participant, 'camera', {
          rtpParameters: {
            ...rtpParameters('camera'),
            codecs: [{ mimeType: 'video/nope', payloadType: 96, clockRate: 90_000 }],
          },
        }),
        'unsupported_media',
      ],
      [participant.restartIce('nowhere'), 'transport_not_found'],
      [participant.pauseProducer('nothing'), 'producer_not_found'],
      [participant.requestKeyFrame('nothing'), 'consumer_not_found'],
    ];

    for (const [refusal, code] of refusals) {
      await expect(refusal).rejects.toMatchObject({ code });
    }

    await expect(produce(participant, 'camera')).resolves.toBeDefined();
  });

  it('has one last seat for two who come at once', async () => {
    const meeting = await begin();
    await Promise.all(['Ada', 'Bob', 'Eve', 'Kim'].map((name) => join(meeting, name)));
    const arrivals = await Promise.allSettled([join(meeting, 'Lin'), join(meeting, 'Max')]);

    expect(arrivals.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(arrivals[1]).toMatchObject({ reason: { code: 'room_full' } });
    expect(meeting.participants.size).toBe(5);
  });

  it('has as many seats as its room has now', async () => {
    const meeting = await begin();
    const small = { ...room, maxParticipants: 2 };
    await join(meeting, 'Ada', { room: small });
    await join(meeting, 'Bob', { room: small });
    await expect(join(meeting, 'Eve', { room: small })).rejects.toMatchObject({ code: 'room_full' });
    await join(meeting, 'Eve', { room: { ...room, maxParticipants: 3 } });

    expect(meeting.participants.size).toBe(3);
  });

  it('seats nobody once it has ended, however far they had come', async () => {
    for (let round = 0; round < 20; round += 1) {
      const meeting = await begin();
      await join(meeting, 'Ada');
      const seatedTooLate: string[] = [];
      meeting.on('participant_joined', ({ id }) => meeting.ended && seatedTooLate.push(id));
      const arrivals = ['Bob', 'Eve', 'Kim'].map((name) => join(meeting, name));
      setTimeout(() => meeting.end('room_deleted'), round / 10);

      for (const arrival of await Promise.allSettled(arrivals)) {
        if (arrival.status === 'rejected') {
          expect(arrival.reason).toMatchObject({ code: 'meeting_ended' });
        }
      }

      await until(() => meeting.ended);
      expect(seatedTooLate).toEqual([]);
      expect(meeting.participants.size).toBe(0);
    }
  });

  it('keeps no seat and no transport for a candidate who has gone', async () => {
    const meeting = await begin();
    await join(meeting, 'Ada');
    await expect(join(meeting, 'Bob', { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');

    expect(meeting.participants.size).toBe(1);
    expect(meeting.totalParticipants).toBe(1);
  });

  it('ends when the last participant leaves, and then admits nobody', async () => {
    const meeting = await begin();
    const { participant } = await join(meeting, 'Ada');
    meeting.leave(participant, 'left');

    expect(meeting.ended).toBe(true);
    await expect(join(meeting, 'Bob')).rejects.toMatchObject({ code: 'meeting_ended' });
  });

  it('lets a client tell later what it can receive', async () => {
    const meeting = await begin();
    const ada = await join(meeting, 'Ada');
    await produce(ada.participant, 'camera');
    const bob = await join(meeting, 'Bob', { rtpCapabilities: undefined });
    await delay(50);
    expect(bob.channel.offers).toEqual([]);

    bob.participant.setRtpCapabilities(structuredClone(routerRtpCapabilities));
    await until(() => bob.channel.offers.length === 1);
  });

  const bobReceivesAda = async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 1);
    const consumerId = bob.channel.offers[0]?.id ?? '';
    const consumer = bob.channel.consumers.get(consumerId);

    return { ada, bob, consumerId, consumer };
  };

  it('sends a receiver no more than the layers that it asked for', async () => {
    const { bob, consumerId, consumer } = await bobReceivesAda();
    expect(consumer?.preferredLayers).toMatchObject({ spatialLayer: 2 });

    bob.participant.setPreferredLayers(consumerId, { spatialLayer: 1, temporalLayer: 0 });
    await until(() => consumer?.preferredLayers?.spatialLayer === 1 && consumer.preferredLayers.temporalLayer === 0);
  });

  /** One tile for the camera of each. */
  const view = (height: number, ...of: { participant: Participant }[]): ViewedTile[] =>
    of.map(({ participant: { id } }) => ({
      participantId: id,
      source: 'camera',
      width: (height * 16) / 9,
      height,
      pinned: false,
    }));

  it('pauses what a receiver does not see, and resumes it as large as its tile', async () => {
    const { ada, bob, consumerId, consumer } = await bobReceivesAda();

    bob.participant.setView([]);
    await until(async () => (await consumer?.dump())?.paused === true);
    bob.participant.setView(view(180, ada));
    await until(async () => (await consumer?.dump())?.paused === false);
    expect(consumer?.preferredLayers).toEqual({ spatialLayer: 0, temporalLayer: 0 });
    expect(consumer?.priority).toBeGreaterThan(1);
    bob.participant.setView(view(180, ada));
    bob.participant.setView(view(360, ada));
    await until(() => consumer?.preferredLayers?.spatialLayer === 1);

    expect(bob.channel.offers).toHaveLength(1);
    expect(bob.channel.eventsOf(consumerId)).toEqual(['consumer_paused', 'consumer_resumed']);
  });

  it('makes no consumer for what is not seen in a larger meeting, and closes it when it was unseen for a while', async () => {
    const meeting = await begin({ hiddenVideoUpTo: 1, unseenSeconds: 0.2 });
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    bob.participant.setView([]);
    await produce(ada.participant, 'camera');
    await produce(ada.participant, 'microphone');
    await until(() => bob.channel.offers.length === 1);
    expect(bob.channel.offers[0]?.source).toBe('microphone');

    bob.participant.setView(view(360, ada));
    await until(() => bob.channel.offers.length === 2);
    const consumerId = bob.channel.offers[1]?.id ?? '';
    bob.participant.setView([]);
    await until(() => bob.channel.eventsOf(consumerId).includes('consumer_closed'));
    expect(await consumersInWorker(bob.participant)).toBe(1);
  });

  it('lets as many voices through to each as there may be, the others wait', async () => {
    const meeting = await begin({ voices: 2 });
    const people = await Promise.all(['Ada', 'Bob', 'Eve', 'Kim', 'Lin'].map((name) => join(meeting, name)));
    await Promise.all(people.map(({ participant }) => produce(participant, 'microphone')));
    await until(() => people.every(({ channel }) => channel.offers.length === 4));

    for (const { channel } of people) {
      const flowing = async () => {
        const dumps = await Promise.all([...channel.consumers.values()].map((consumer) => consumer.dump()));
        return dumps.filter(({ paused }) => !paused).length;
      };
      await until(async () => (await flowing()) === 2);
    }
  });

  it('tells senders which layers anybody wants', async () => {
    const meeting = await begin();
    const ada = await join(meeting, 'Ada');
    const camera = await produce(ada.participant, 'camera');
    const told = () => ada.channel.told.filter(({ event }) => event === 'producer_layers_wanted');
    await until(() => told().length === 1);
    const bob = await join(meeting, 'Bob');
    await until(() => told().length === 2);
    bob.participant.setView(view(180, ada));
    await until(() => told().length === 3);

    expect(told().map(({ payload }) => payload)).toEqual(
      [null, 2, 0].map((spatialLayer) => ({ producerId: camera.id, spatialLayer })),
    );
  });

  it('gives those whose worker died other transports, over which they send and receive again', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 1);
    const broadcasts: { event: string }[] = [];
    meeting.on('broadcast', (broadcast) => broadcasts.push(broadcast));
    process.kill(workers.pids[0] ?? 0, 'SIGKILL');
    const isTold = ({ channel }: typeof ada) => channel.told.some(({ event }) => event === 'media_lost');
    await until(() => isTold(ada) && isTold(bob));
    expect(broadcasts).toEqual([]);
    await expect(produce(ada.participant, 'camera')).rejects.toMatchObject({ code: 'transport_not_found' });

    const asking = [ada, bob, ada].map(({ participant }) => meeting.rebuildMedia(participant));
    await Promise.all(asking);
    expect(broadcasts).toEqual([expect.objectContaining({ event: 'producer_closed' })]);
    expect(ada.participant.describe().producers).toEqual([]);
    const camera = await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 2);

    expect(bob.channel.offers.at(-1)).toMatchObject({ producerId: camera.id, participantId: ada.participant.id });
    expect(await consumersInWorker(bob.participant)).toBe(1);
    expect(meeting.participants.size).toBe(2);
    meeting.leave(ada.participant, 'left');
    await expect(meeting.rebuildMedia(ada.participant)).rejects.toMatchObject({ code: 'not_joined' });
  });

  describe('whose worker died under somebody who sends with a browser', () => {
    const [microphone, camera] = [() => browserParameters('microphone', '0'), () => browserParameters('camera', '1')];

    const dieUnder = async () => {
      const meeting = await begin();
      const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
      const ids = [
        (await produce(ada.participant, 'microphone', { rtpParameters: microphone() })).id,
        // The camera had been off for a while.
        (await produce(ada.participant, 'camera', { rtpParameters: browserParameters('camera', '12') })).id,
      ];
      await until(() => bob.channel.offers.length === 2);
      const broadcasts: Broadcast[] = [];
      meeting.on('broadcast', (broadcast) => broadcasts.push(broadcast));
      bob.channel.offers.length = 0;
      process.kill(workers.pids[0] ?? 0, 'SIGKILL');
      await until(() => bob.channel.told.some(({ event }) => event === 'media_lost'));

      return { meeting, ada, bob, ids, broadcasts };
    };

    const offersOf = ({ channel }: { channel: RecordingChannel }) =>
      channel.offers.map(({ producerId }) => producerId).sort();

    it('offers it again before they send it again, and it goes on as what it was', async () => {
      const { meeting, ada, bob, ids, broadcasts } = await dieUnder();
      await meeting.rebuildMedia(bob.participant);
      await until(() => bob.channel.offers.length === 2);
      expect(offersOf(bob)).toEqual([...ids].sort());

      await meeting.rebuildMedia(ada.participant);
      const again = [
        await produce(ada.participant, 'microphone', { rtpParameters: microphone(), paused: true }),
        await produce(ada.participant, 'camera', { rtpParameters: camera() }),
      ];
      expect(again.map(({ id }) => id)).toEqual(ids);
      expect(broadcasts).toEqual([
        { event: 'producer_paused', payload: { participantId: ada.participant.id, producerId: ids[0] } },
      ]);
      await until(() => meeting.figures.consumers === 2);
      expect(await consumersInWorker(bob.participant)).toBe(2);
    });

    it('does not bring back what ended meanwhile, nor a voice that a moderator muted', async () => {
      const { meeting, ada, bob, ids, broadcasts } = await dieUnder();
      ada.participant.closeProducer(ids[1]!);
      await meeting.moderation.mute(bob.participant, ada.participant.id);
      expect(broadcasts.map(({ event }) => event)).toEqual(['producer_closed', 'producer_closed']);
      await Promise.all([ada, bob].map(({ participant }) => meeting.rebuildMedia(participant)));

      expect(meeting.figures.producers).toBe(0);
      expect(ada.channel.told).toContainEqual({
        event: 'muted_by_moderator',
        payload: { byParticipantId: bob.participant.id },
      });
    });

    it('goes on although something is said of the transports before', async () => {
      const { meeting, ada, ids } = await dieUnder();
      const transportId = ada.participant.media.sendTransport.id;
      await meeting.rebuildMedia(ada.participant);
      await expect(produce(ada.participant, 'screen', { transportId })).rejects.toMatchObject({
        code: 'transport_not_found',
      });
      const again = await produce(ada.participant, 'microphone', { rtpParameters: microphone() });
      expect(again.id).toBe(ids[0]);
    });

    it('takes what they send otherwise for something else', async () => {
      const { meeting, ada, bob, ids, broadcasts } = await dieUnder();
      await Promise.all([ada, bob].map(({ participant }) => meeting.rebuildMedia(participant)));
      const other = await produce(ada.participant, 'camera', { rtpParameters: browserParameters('camera', '0') });
      expect(ids).not.toContain(other.id);
      expect(broadcasts.map(({ event, payload }) => [event, 'producerId' in payload && payload.producerId])).toEqual(
        expect.arrayContaining([
          ['producer_closed', ids[0]],
          ['producer_closed', ids[1]],
          ['new_producer', false],
        ]),
      );
      await until(() => offersOf(bob).includes(other.id));
      expect(meeting.figures.producers).toBe(1);
    });

    it('ends what they do not send again within ten seconds', async () => {
      const { meeting, ada, broadcasts } = await dieUnder();
      // Intervals stay: for the watch over workers, all of these seconds would be ones without an answer.
      jest.useFakeTimers({
        doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'setInterval', 'clearInterval'],
      });

      try {
        await meeting.rebuildMedia(ada.participant);
        await produce(ada.participant, 'microphone', { rtpParameters: microphone() });
        jest.advanceTimersByTime(9999);
        expect(meeting.figures.producers).toBe(2);
        jest.advanceTimersByTime(1);
      } finally {
        jest.useRealTimers();
      }

      expect(ada.participant.describe().producers.map(({ source }) => source)).toEqual(['microphone']);
      expect(broadcasts).toEqual([expect.objectContaining({ event: 'producer_closed' })]);
    });
  });

  it('tells who comes back that their worker died meanwhile', async () => {
    const meeting = await begin();
    const ada = await join(meeting, 'Ada');
    meeting.expectBack(ada.participant, 30);
    process.kill(workers.pids[0] ?? 0, 'SIGKILL');
    await until(() => ada.participant.media.closed);
    ada.channel.told.length = 0;
    meeting.welcomeBack(ada.participant);

    expect(ada.channel.told.map(({ event }) => event)).toContain('media_lost');
  });

  it('replaces transports that work, too, for a client that cannot repair them', async () => {
    const meeting = await begin();
    const [ada, bob] = [await join(meeting, 'Ada'), await join(meeting, 'Bob')];
    await produce(ada.participant, 'camera');
    await until(() => bob.channel.offers.length === 1);
    const before = bob.participant.media;
    await meeting.rebuildMedia(bob.participant);
    await until(() => bob.channel.offers.length === 2);

    expect(before.closed).toBe(true);
    expect(await consumersInWorker(bob.participant)).toBe(1);
    expect(bob.channel.withdrawn).toEqual([bob.channel.offers[0]!.id]);
  });
});
