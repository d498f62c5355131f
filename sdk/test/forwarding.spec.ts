/**
 * What flows follows what is seen and heard, with real encoders, decoders and sound.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room, ViewedTile } from '@minimeet/protocol';
import { Meetings } from '../../server/src/meetings/meetings.js';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { SyntheticCamera } from './node-webrtc.js';
import { everyoneGoesHome, Person, until } from './people.js';

const voices = 1;

describe('what flows in a meeting', () => {
  let server: TestServer;
  let room: Room;

  beforeAll(async () => {
    server = await startServer({
      MEETING_VOICES: String(voices),
      MEETING_HIDDEN_VIDEO_UP_TO: '2',
      MEETING_UNSEEN_VIDEO_SECONDS: '1',
    });
  });

  beforeEach(async () => {
    const { accessToken } = await guest(server.url, 'Host');
    room = await createRoom(server.url, accessToken);
  });

  afterEach(everyoneGoesHome);
  afterAll(() => server.stop());

  const person = (displayName: string) => new Person({ url: server.url, room: room.slug, displayName });

  const joined = async (displayName: string) => {
    const someone = person(displayName);
    await someone.client.join();

    return someone;
  };

  /** The same person as the server has them. */
  const atServer = async ({ state }: Person) => {
    const meeting = await server.app.get(Meetings).running(room.id);
    const participant = meeting?.participants.get(state.me?.id ?? '');

    if (!participant) {
      throw new Error('not in the meeting');
    }

    return participant;
  };

  const camera = (of: Person, width: number, height: number): ViewedTile => ({
    participantId: of.state.me?.id ?? '',
    source: 'camera',
    width,
    height,
    pinned: false,
  });

  /** Of which two layers are sent. Its size is not told, so the server takes it for larger than it is. */
  const largeCamera = () => new SyntheticCamera({ width: 640, height: 360, framesPerSecond: 10 }).track;

  it('is as large as its tile, and nothing while there is none', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    await ada.client.publish('camera', largeCamera());
    await bob.receivesMore(['Ada'], ['camera']);

    await bob.client.setView([camera(ada, 320, 180)]);
    await bob.receivesLayer('lower');
    await bob.client.setView([camera(ada, 1280, 720)]);
    await bob.receivesLayer('upper');

    await bob.client.setView([]);
    const consumer = () => bob.sees('Ada')?.media.camera?.consumerId;
    const hidden = consumer();
    let frames = -1;
    await until(async () => {
      const before = frames;
      frames = bob.received('Ada', 'camera');
      await new Promise((resolve) => setTimeout(resolve, 500));

      return frames === before;
    });

    await bob.client.setView([camera(ada, 320, 180)]);
    await bob.receivesMore(['Ada'], ['camera']);
    await bob.receivesLayer('lower');
    expect(consumer()).toBe(hidden);
    expect(bob.sees('Ada')?.media.camera?.paused).toBe(false);
  });

  it('has no consumer for what is not seen in a larger meeting, and one again when it is', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob'), await joined('Eve')];
    await ada.client.publish('camera', ada.camera.track);
    await bob.receivesMore(['Ada'], ['camera']);

    await bob.client.setView([]);
    await until(() => bob.sees('Ada')?.media.camera?.track === null);
    expect(bob.sees('Ada')?.media.camera?.paused).toBe(false);
    await bob.client.setView([camera(ada, 160, 90)]);
    await bob.receivesMore(['Ada'], ['camera']);
  });

  it('is the voice of who speaks, who then leads, and of who spoke last until somebody else does', async () => {
    const people = [person('Ada'), person('Bob'), person('Eve')] as const;
    const [ada, bob, eve] = people;

    for (const each of people) {
      each.microphone.silent = true;
      await each.client.publish('microphone', each.microphone.track);
      await each.client.join();
    }

    const listener = await joined('Lin');
    const flowing = async () => {
      const meeting = await server.app.get(Meetings).running(room.id);
      const { consumerIds } = await (await atServer(listener)).media.recvTransport.dump();
      expect(meeting?.participants.size).toBe(4);

      return consumerIds.length;
    };
    await until(async () => (await flowing()) === 3);

    for (const speaker of [ada, eve, bob]) {
      const name = speaker.state.me?.displayName ?? '';
      const [before, began] = [listener.received(name, 'microphone'), performance.now()];
      speaker.microphone.silent = false;
      await until(() => listener.received(name, 'microphone') > before);
      process.stderr.write(`${name} begins to speak: heard after ${Math.round(performance.now() - began)} ms\n`);
      await until(() => listener.state.dominantSpeaker === speaker.state.me?.id);
      speaker.microphone.silent = true;
      await until(() => listener.state.activeSpeakers.length === 0);
    }

    // Whom the server does not forward is not muted for that.
    expect(listener.sees('Ada')?.media.microphone).toMatchObject({ paused: false });

    const late = await joined('Late');
    await until(() => late.state.dominantSpeaker === bob.state.me?.id);
    await bob.goHome();
    await until(() => late.state.dominantSpeaker === null);
  });

  it('is all that senders send, and begins again when somebody looks', async () => {
    const ada = await joined('Ada');
    const told: unknown[] = [];
    const { channel } = await atServer(ada);
    const send = channel.send.bind(channel);
    channel.send = (event, payload) => {
      if (event === 'producer_layers_wanted') {
        told.push((payload as { spatialLayer: number | null }).spatialLayer);
      }

      send(event, payload);
    };

    await ada.client.publish('camera', largeCamera());
    await until(() => told.at(-1) === null);
    const bob = await joined('Bob');
    const bobReceives = async (layer: 'lower' | 'upper') => {
      const began = performance.now();
      await bob.receivesLayer(layer);
      process.stderr.write(`the ${layer} layer after ${Math.round(performance.now() - began)} ms\n`);
    };
    await bobReceives('upper');

    await bob.client.setView([camera(ada, 300, 170)]);
    await until(() => told.at(-1) === 0);
    await bobReceives('lower');
    await bob.client.setView([camera(ada, 1280, 720)]);
    await bobReceives('upper');

    await bob.client.setView([]);
    await until(() => told.at(-1) === null);
    const [frames, began] = [bob.received('Ada', 'camera'), performance.now()];
    await bob.client.setView([camera(ada, 300, 170)]);
    await until(() => bob.received('Ada', 'camera') > frames + 1);
    process.stderr.write(`frames again after ${Math.round(performance.now() - began)} ms\n`);
    expect(told).toEqual([null, 1, 0, 1, null, 0]);
  });
});
