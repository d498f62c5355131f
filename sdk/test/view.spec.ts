/**
 * What is seen decides what is received. What it means for the sender is tested in a browser: @roamhq/wrtc cannot switch
 * layers off (`setParameters()` rejects there).
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room } from '@minimeet/protocol';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { signalingNetworkTo, type SignalingNetwork } from './networks.js';
import { SyntheticCamera } from './node-webrtc.js';
import { everyoneGoesHome, Person, until } from './people.js';

describe('the view of a participant', () => {
  let server: TestServer;
  let room: Room;
  let network: SignalingNetwork | undefined;

  beforeAll(async () => {
    server = await startServer();
  });

  beforeEach(async () => {
    const { accessToken } = await guest(server.url, 'Host');
    room = await createRoom(server.url, accessToken);
  });

  afterEach(async () => {
    await everyoneGoesHome();
    await network?.stop();
    network = undefined;
  });

  afterAll(() => server.stop());

  const joined = async (displayName: string, url = server.url) => {
    const person = new Person({ url, room: room.slug, displayName });
    await person.client.join();
    return person;
  };

  const tileOf = (person: Person, width: number, height: number) => ({
    participantId: person.state.me!.id,
    source: 'camera' as const,
    width,
    height,
    pinned: false,
  });

  it('decides which layer of a camera comes, and whether any does', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    const camera = new SyntheticCamera({ width: 640, height: 360, framesPerSecond: 10 });
    await ada.client.publish('camera', camera.track);
    await bob.receivesMore(['Ada'], ['camera']);

    await bob.client.setView([tileOf(ada, 160, 90)]);
    await bob.receivesLayer('lower');
    await bob.client.setView([tileOf(ada, 640, 360)]);
    await bob.receivesLayer('upper');

    await bob.client.setView([]);
    await until(() => bob.sees('Ada')?.media.camera?.held === true);
    expect(bob.sees('Ada')?.media.camera?.paused).toBe(false);
    const track = bob.sees('Ada')?.media.camera?.track;
    await bob.client.setView([tileOf(ada, 640, 360)]);
    await until(() => bob.sees('Ada')?.media.camera?.held === false);
    await bob.receivesMore(['Ada'], ['camera']);
    expect(bob.sees('Ada')?.media.camera?.track).toBe(track);
  });

  it('holds again after a reconnect', async () => {
    network = await signalingNetworkTo(server.url);
    const ada = await joined('Ada');
    const bob = await joined('Bob', network.url);
    await ada.client.publish('camera', new SyntheticCamera().track);
    await bob.receivesMore(['Ada'], ['camera']);
    await bob.client.setView([]);
    await until(() => bob.sees('Ada')?.media.camera?.held === true);
    network.cut();
    await until(() => bob.state.status === 'reconnecting');
    await until(() => bob.state.status === 'joined' && bob.sees('Ada')?.media.camera?.held === true);
  });

  it('is refused when it is none', async () => {
    const ada = await joined('Ada');
    await expect(ada.client.setView([{ ...tileOf(ada, -160, 90) }])).rejects.toMatchObject({ code: 'invalid_payload' });
  });

  it('comes with who leads the conversation', async () => {
    const bob = await joined('Bob');
    const ada = await joined('Ada');
    await ada.client.publish('microphone', ada.microphone.track);
    await until(() => bob.state.dominantSpeaker === ada.state.me!.id);
    const eve = await joined('Eve');
    await until(() => eve.state.dominantSpeaker === ada.state.me!.id);
    await ada.client.leave();
    await until(() => bob.state.dominantSpeaker === null);
    expect(ada.state.dominantSpeaker).toBeNull();
  });
});
