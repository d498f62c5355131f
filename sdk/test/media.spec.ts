/**
 * Media, with real ICE, DTLS, SRTP, encoders and decoders.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room } from '@minimeet/protocol';
import { MeetingError } from '@minimeet/sdk';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { handlerFactory, SyntheticCamera } from './node-webrtc.js';
import { mediaNetwork, type MediaNetwork } from './networks.js';
import { everyoneGoesHome, Person, smallLayer, until } from './people.js';

interface Cut {
  who: Person;
  network: MediaNetwork;
}

describe('media between clients', () => {
  let server: TestServer;
  let room: Room;
  const networks: MediaNetwork[] = [];

  beforeAll(async () => {
    // As many voices as people: who is heard where there are more is another test's business.
    server = await startServer({ MEETING_VOICES: '6' });
  });

  beforeEach(async () => {
    const { accessToken } = await guest(server.url, 'Host');
    room = await createRoom(server.url, accessToken);
  });

  afterEach(async () => {
    await everyoneGoesHome();
    networks.splice(0).forEach((network) => network.stop());
  });

  afterAll(() => server.stop());

  const person = (displayName: string) => new Person({ url: server.url, room: room.slug, displayName });
  const joined = (displayName: string) => person(displayName).joinAndPublish();

  /** Somebody whose media takes a way that can be broken. */
  const behindNetwork = async (displayName: string): Promise<Cut> => {
    const network = await mediaNetwork(handlerFactory);
    networks.push(network);
    const options = { url: server.url, room: room.slug, displayName, handlerFactory: network.handlerFactory };

    return { network, who: await new Person(options).joinAndPublish() };
  };

  it('lets two people see and hear each other', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);

    const { send, recv } = await ada.client.getStats();
    const sent = [...send!.values()].filter(({ type }) => type === 'outbound-rtp');
    expect(sent.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
    expect([...recv!.values()].some(({ type, framesDecoded }) => type === 'inbound-rtp' && framesDecoded > 0)).toBe(
      true,
    );
  });

  // Eighty-four streams are decoded in this one process; meetings that are larger are for bots, which need not decode.
  it('lets seven people in one room receive six cameras and six microphones each, with one upload of each', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `Person ${index}`);
    const people = await Promise.all(names.map(joined));
    await Promise.all(people.map((each, index) => each.receivesMore(names.filter((_, other) => other !== index))));

    for (const { state } of people) {
      expect(state.participants).toHaveLength(6);
      for (const { media } of state.participants) expect(Object.keys(media).sort()).toEqual(['camera', 'microphone']);
      expect(Object.values(state.localMedia).filter(({ producerId }) => producerId)).toHaveLength(2);
    }
  });

  it('tells the others who is muted, and stops the flow', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    await bob.receivesMore(['Ada']);

    await Promise.all([ada.client.mute('microphone'), ada.client.mute('camera')]);
    expect(ada.state.localMedia.microphone?.paused).toBe(true);
    await until(
      () => bob.sees('Ada')?.media.microphone?.paused === true && bob.sees('Ada')?.media.camera?.paused === true,
    );
    const bytesSent = async () => {
      const { send } = await ada.client.getStats();
      return [...send!.values()].reduce(
        (sum, { type, bytesSent }) => sum + (type === 'outbound-rtp' ? bytesSent : 0),
        0,
      );
    };
    const flowOf = async (milliseconds: number) => {
      const [bytes, frames] = [await bytesSent(), bob.received('Ada', 'camera')];
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return { bytes: (await bytesSent()) - bytes, frames: bob.received('Ada', 'camera') - frames };
    };
    // What was encoded before may still be under way.
    await until(async () => Object.values(await flowOf(500)).every((flow) => flow === 0));
    const { bytes, frames } = await flowOf(1000);
    expect(bytes).toBe(0);
    expect(frames).toBeLessThanOrEqual(1);

    await Promise.all([ada.client.unmute('microphone'), ada.client.unmute('camera')]);
    await until(() => bob.sees('Ada')?.media.microphone?.paused === false);
    await bob.receivesMore(['Ada']);
  });

  it('joins muted when that is wished for', async () => {
    const [ada, bob] = [person('Ada'), await joined('Bob')];
    await ada.client.publish('microphone', ada.microphone.track, { paused: true });
    await ada.client.join();
    await until(() => bob.sees('Ada')?.media.microphone?.paused === true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(bob.received('Ada', 'microphone')).toBe(0);

    await ada.client.unmute('microphone');
    await bob.receivesMore(['Ada'], ['microphone']);
  });

  it('takes a source away when it is unpublished or its track ends, and gives it back when it is published again', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    await bob.receivesMore(['Ada']);
    const ended: string[] = [];
    bob.client.on('track_ended', ({ source }) => ended.push(source));

    await ada.client.unpublish('camera');
    expect(ada.state.localMedia.camera).toBeUndefined();
    await until(() => bob.sees('Ada')?.media.camera === undefined);
    expect(ended).toEqual(['camera']);
    expect(ada.camera.track.readyState).toBe('live');

    await ada.client.publish('camera', ada.camera.track, smallLayer);
    await bob.receivesMore(['Ada'], ['camera']);

    ada.camera.track.stop();
    ada.camera.track.dispatchEvent(new Event('ended'));
    await until(() => bob.sees('Ada')?.media.camera === undefined);
    expect(ada.state.localMedia.camera).toBeUndefined();
  });

  it('shows a screen beside the camera', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    const screen = new SyntheticCamera({ width: 320, height: 180 });
    await ada.client.publish('screen', screen.track);
    await bob.receivesMore(['Ada'], ['camera', 'screen']);
    expect(Object.keys(bob.sees('Ada')!.media).sort()).toEqual(['camera', 'microphone', 'screen']);
  });

  it('exchanges a track without a new producer', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    await bob.receivesMore(['Ada']);
    const { producerId } = ada.state.localMedia.camera!;
    const other = new SyntheticCamera();
    await ada.client.replaceTrack('camera', other.track);
    expect(ada.state.localMedia.camera).toMatchObject({ producerId, track: other.track });
    await bob.receivesMore(['Ada'], ['camera']);
  });

  it('survives wishes that change faster than the server answers', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    const { client, camera } = ada;
    const results = await Promise.allSettled([
      client.unpublish('camera'),
      client.publish('camera', camera.track, smallLayer),
      client.mute('camera'),
      client.unpublish('camera'),
      client.publish('camera', camera.track, { ...smallLayer, paused: true }),
      client.unmute('camera'),
    ]);
    expect(
      results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as MeetingError).code] : [])),
    ).toEqual(['aborted']);
    await bob.receivesMore(['Ada']);
    expect(Object.keys(bob.sees('Ada')!.media)).toHaveLength(2);
  });

  it('sends layers of which a receiver may choose, and makes key frames on request', async () => {
    const ada = person('Ada');
    const camera = new SyntheticCamera({ width: 640, height: 360, framesPerSecond: 10 });
    await ada.client.publish('camera', camera.track);
    await ada.client.join();
    const bob = person('Bob');
    await bob.client.join();
    await bob.receivesMore(['Ada'], ['camera']);
    const { id } = bob.sees('Ada')!;

    await bob.client.setPreferredLayers(id, 'camera', { spatialLayer: 0 });
    await bob.receivesLayer('lower');
    await bob.client.requestKeyFrame(id, 'camera');
    await bob.client.setPreferredLayers(id, 'camera', { spatialLayer: 1 });
    await bob.receivesLayer('upper');
    await expect(bob.client.requestKeyFrame(id, 'screen')).rejects.toMatchObject({ code: 'consumer_not_found' });
  });

  it('says who speaks', async () => {
    const bob = person('Bob');
    await bob.client.join();
    const ada = await joined('Ada');
    const { id } = ada.state.me!;
    await until(() => ada.state.activeSpeakers.includes(id) && bob.state.activeSpeakers.includes(id));
  });

  it('goes on over repaired transports, over others where that does not help, and over still others where these do not, in the same seat', async () => {
    const away = ['Ada', 'Cem', 'Dan'];
    const bob = await joined('Bob');
    const [ada, cem, dan] = (await Promise.all(away.map(behindNetwork))) as [Cut, Cut, Cut];
    await bob.receivesMore(away);
    const idsBefore = [ada, cem, dan].map(({ who }) => who.state.me?.id);
    const { localMedia } = ada.who.state;
    networks.forEach((network) => (network.down = true));
    const isBack = async ({ who, network }: Cut) => {
      network.down = false;
      await Promise.all([who.receivesMore(['Bob']), bob.receivesMore([who.client.state.me!.displayName])]);
    };

    // Of each kind of repair, the network breaks the one before.
    await Promise.all([
      until(() => ada.network.restarts === 2).then(() => isBack(ada)),
      until(() => cem.network.connections === 4, 120_000).then(() => isBack(cem)),
      until(() => dan.network.connections === 6, 120_000).then(() => isBack(dan)),
    ]);

    expect(ada.who.state).toMatchObject({ status: 'joined', me: { id: idsBefore[0] }, localMedia });
    expect(ada.network.connections).toBe(2);
    expect(cem.who.state).toMatchObject({ status: 'joined', me: { id: idsBefore[1] } });
    expect(dan.who.state).toMatchObject({ status: 'joined', me: { id: idsBefore[2] } });
    await until(() => dan.who.state.mediaBlocked === null);
    expect(dan.who.state.localMedia).toMatchObject({ camera: {}, microphone: {} });
  }, 300_000);
});
