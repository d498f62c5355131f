/**
 * Joining, leaving, and coming back.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room, Session } from '@minimeet/protocol';
import type { MeetingState } from '@minimeet/sdk';
import { rm } from 'node:fs/promises';
import { WorkerPool } from '../../server/src/media/worker-pool.js';
import { toUser, UsersService } from '../../server/src/users/users.service.js';
import { api, createRoom, guest, startServer, temporaryFolder, type TestServer } from '../../server/test/harness.js';
import { signalingNetworkTo, type SignalingNetwork } from './networks.js';
import { everyoneGoesHome, Person, until } from './people.js';

describe('the way into a meeting', () => {
  let server: TestServer;
  let host: Session;
  let room: Room;

  beforeAll(async () => {
    server = await startServer();
    host = await guest(server.url, 'Host');
  });

  beforeEach(async () => {
    room = await createRoom(server.url, host.accessToken, { maxParticipants: 2 });
  });

  afterEach(everyoneGoesHome);
  afterAll(() => server.stop());

  const person = (displayName: string, changes = {}) =>
    new Person({ url: server.url, room: room.slug, displayName, ...changes });

  it('takes a slug or an id, a name or a token', async () => {
    const [ada, bob] = [person('Ada'), person('Bob', { room: room.id, accessToken: host.accessToken })];
    await Promise.all([ada.client.join(), bob.client.join()]);
    await until(() => ada.sees('Host') !== undefined && bob.sees('Ada') !== undefined);
    expect(bob.state).toMatchObject({
      status: 'joined',
      error: null,
      room: { id: room.id, slug: room.slug, name: room.name },
      me: { userId: host.user.id, displayName: 'Host' },
    });
    expect(bob.sees('Ada')).toMatchObject({ isGuest: true, deviceInfo: { kind: 'other' }, media: {} });
  });

  it('tells those inside who comes and who goes, and a newcomer nothing of those who were there', async () => {
    const [ada, bob] = [person('Ada'), person('Bob')];
    const heard: string[] = [];
    for (const each of [ada, bob]) {
      const { client } = each;
      client.on('participant_joined', ({ displayName }) => heard.push(`${displayName} came`));
      client.on('participant_left', ({ displayName }) => heard.push(`${displayName} went`));
    }
    await ada.client.join();
    await bob.client.join();
    await until(() => heard.length === 1);
    await bob.client.leave();
    await until(() => heard.length === 2);
    expect(heard).toEqual(['Bob came', 'Bob went']);
    expect(bob.state).toMatchObject({ status: 'left', participants: [] });
    expect(ada.state.participants).toEqual([]);
  });

  it('refuses a wrong room, a full one, a bad token, no identity and a server that is not there, each with its code', async () => {
    const wrong = (changes: object) => person('Ada', changes).client;
    await Promise.all([person('Ada').client.join(), person('Bob').client.join()]);
    const refusals = [
      [wrong({}), 'room_full'],
      [wrong({ room: 'nopa-nopa-nopa' }), 'room_not_found'],
      [wrong({ room: 'no room at all' }), 'invalid_payload'],
      [wrong({ accessToken: 'nonsense' }), 'unauthorized'],
      [wrong({ displayName: undefined }), 'unauthorized'],
      [wrong({ displayName: '' }), 'invalid_payload'],
      [wrong({ url: 'http://127.0.0.1:9' }), 'connection_failed'],
      [wrong({ url: 'http://127.0.0.1:9', accessToken: host.accessToken }), 'connection_failed'],
    ] as const;
    for (const [client, code] of refusals) {
      await expect(client.join()).rejects.toMatchObject({ name: 'MeetingError', code });
      expect(client.state).toMatchObject({ status: 'failed', error: { code } });
    }
  });

  it('can be tried again', async () => {
    const [ada, bob, eve] = [person('Ada'), person('Bob'), person('Eve')];
    await Promise.all([ada.client.join(), bob.client.join()]);
    await expect(eve.client.join()).rejects.toMatchObject({ code: 'room_full' });
    await bob.client.leave();
    await eve.client.join();
    expect(eve.state).toMatchObject({ status: 'joined', error: null });
  });

  it('is one round trip when it was prepared, also when the prepared connection has died', async () => {
    const network = await signalingNetworkTo(server.url);
    const [ada, bob] = [person('Ada', { url: network.url }), person('Bob', { url: network.url })];
    await Promise.all([ada.client.prepare(), bob.client.prepare()]);
    expect(ada.state.status).toBe('idle');
    await ada.client.join();

    network.cut();
    await bob.client.join();
    expect(bob.state.status).toBe('joined');
    await everyoneGoesHome();
    await network.stop();
  });

  it('falls back to long polling where WebSockets do not work', async () => {
    const network = await signalingNetworkTo(server.url);
    network.withoutWebSockets = true;
    const [ada, bob] = [person('Ada', { url: network.url }), person('Bob')];
    await Promise.all([ada.joinAndPublish(), bob.joinAndPublish()]);
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    await everyoneGoesHome();
    await network.stop();
  });

  it('is left for good by leave(), whatever join() is just doing', async () => {
    // Each round leaves a little later, from before the first request until after the last answer.
    for (let moment = 0; moment < 60; moment += 3) {
      const { client } = new Person({ url: server.url, room: room.slug, displayName: `Ada ${moment}` });
      const joining = client.join();
      const outcome = joining.then(
        () => 'joined',
        ({ code }) => code,
      );
      await new Promise((resolve) => setTimeout(resolve, moment));
      await client.leave();
      expect(client.state.status).toBe('left');
      expect(['joined', 'aborted']).toContain(await outcome);
      expect(client.state.status).toBe('left');
    }
    await until(
      async () => (await api(server.url, host.accessToken).get<Room>(`/rooms/${room.id}`)).body.participantsNow === 0,
    );
  });

  it('may be left twice, or without having been joined', async () => {
    const { client } = person('Ada');
    await client.leave();
    expect(client.state.status).toBe('left');
    await client.join();
    await Promise.all([client.leave(), client.leave()]);
    await client.leave();
    expect(client.state.status).toBe('left');
  });

  it('ends for everyone when the room is deleted', async () => {
    const ada = await person('Ada').joinAndPublish();
    const reasons: string[] = [];
    ada.client.on('ended', (reason) => reasons.push(reason));
    await api(server.url, host.accessToken).delete(`/rooms/${room.id}`);
    await until(() => ada.state.status === 'ended');
    expect(ada.state).toMatchObject({ endReason: 'room_deleted', participants: [], localMedia: {} });
    expect(reasons).toEqual(['room_deleted']);
    await ada.client.leave();
    expect(ada.state.status).toBe('ended');
  });
});

describe('the way back', () => {
  let server: TestServer;
  let network: SignalingNetwork;
  let host: Session;
  let room: Room;
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await temporaryFolder();
    server = await startServer({ DATA_DIR: dataDir });
    network = await signalingNetworkTo(server.url);
    host = await guest(server.url, 'Host');
    room = await createRoom(server.url, host.accessToken);
  });

  afterEach(async () => {
    await everyoneGoesHome();
    await network.stop();
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  const person = (displayName: string, changes = {}) =>
    new Person({ url: network.url, room: room.slug, displayName, ...changes });

  const statusesOf = ({ client }: Person) => {
    const statuses: MeetingState['status'][] = [client.state.status];
    client.on('state', ({ status }) => {
      if (statuses.at(-1) !== status) statuses.push(status);
    });
    return statuses;
  };

  it('keeps wishes that are made meanwhile', async () => {
    const [ada, bob] = [await person('Ada').joinAndPublish(), person('Bob', { url: server.url })];
    await bob.client.join();
    network.down = true;
    network.cut();
    await until(() => ada.state.status === 'reconnecting');
    await Promise.all([ada.client.mute('microphone'), ada.client.unpublish('camera')]);
    await ada.client.publish('screen', ada.camera.track);
    network.down = false;

    await until(() => ada.state.status === 'joined');
    await bob.receivesMore(['Ada'], ['screen']);
    expect(bob.sees('Ada')?.media).toMatchObject({ microphone: { paused: true }, screen: { paused: false } });
    expect(Object.keys(bob.sees('Ada')!.media)).toHaveLength(2);
  });

  it('is found by everyone after the server was restarted', async () => {
    const [ada, bob] = await Promise.all([person('Ada').joinAndPublish(), person('Bob').joinAndPublish()]);
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    const statuses = [statusesOf(ada), statusesOf(bob)];
    const { port } = new URL(server.url);
    await server.stop();
    await until(() => statuses.every((each) => each.at(-1) === 'reconnecting'));
    server = await startServer({ DATA_DIR: dataDir, PORT: port });

    await until(() => statuses.every((each) => each.at(-1) === 'joined'));
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    expect([ada, bob].map(({ state }) => state.participants.length)).toEqual([1, 1]);
  });

  it('goes on over other transports when the media worker died: nobody leaves, and nobody sees anybody leave', async () => {
    const [ada, bob] = await Promise.all([person('Ada').joinAndPublish(), person('Bob').joinAndPublish()]);
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    const statuses = [statusesOf(ada), statusesOf(bob)];
    const present = () => [ada, bob].map(({ state }) => [state.me?.id, ...state.participants.map(({ id }) => id)]);
    const before = present();
    await ada.client.mute('microphone');
    const { producerId } = ada.state.localMedia.camera!;
    process.kill(server.app.get(WorkerPool).pids[0]!, 'SIGKILL');
    await until(() => ada.state.localMedia.camera?.producerId !== producerId);
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'], ['camera'])]);

    expect(new Set(statuses.flat())).toEqual(new Set(['joined']));
    expect(present()).toEqual(before);
    expect(bob.sees('Ada')?.media.microphone).toMatchObject({ paused: true });
  });

  it('is given up after the attempts that were asked for', async () => {
    const ada = person('Ada', { reconnect: { attempts: 2, firstDelay: 10, longestDelay: 20 } });
    await ada.client.join();
    network.down = true;
    network.cut();
    await until(() => ada.state.status === 'failed');
    expect(ada.state).toMatchObject({ error: { code: 'connection_failed' }, participants: [] });

    network.down = false;
    await ada.client.join();
    expect(ada.state).toMatchObject({ status: 'joined', error: null });
  });

  it('is not looked for any more after leave()', async () => {
    const ada = await person('Ada').joinAndPublish();
    network.down = true;
    network.cut();
    await until(() => ada.state.status === 'reconnecting');
    await ada.client.leave();
    expect(ada.state).toMatchObject({ status: 'left', localMedia: {} });
    network.down = false;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(ada.state.status).toBe('left');
  });

  it('ends where the room was deleted meanwhile', async () => {
    const ada = await person('Ada').joinAndPublish();
    network.down = true;
    network.cut();
    await until(() => ada.state.status === 'reconnecting');
    await api(server.url, host.accessToken).delete(`/rooms/${room.id}`);
    network.down = false;
    await until(() => ada.state.status === 'ended');
    expect(ada.state.endReason).toBe('room_deleted');
  });

  it('is over for a guest who was deleted meanwhile, and no other guest comes in their place', async () => {
    const ada = await person('Ada').joinAndPublish();
    const { userId } = ada.state.me!;
    network.down = true;
    network.cut();
    await until(() => ada.state.status === 'reconnecting');
    const users = server.app.get(UsersService);
    await users.remove(toUser((await users.findById(userId))!), userId, undefined, '127.0.0.1');
    network.down = false;
    await until(() => ada.state.status === 'failed');
    expect(ada.state.error?.code).toBe('access_ended');
    const { body } = await api(server.url, host.accessToken).get<Room>(`/rooms/${room.id}`);
    expect(body.participantsNow).toBe(0);
  });
});
