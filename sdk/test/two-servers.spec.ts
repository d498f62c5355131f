/**
 * Two servers that share their databases: clients find the one that hosts the meeting by themselves.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { JoinToken, Live, NewApiKey, Room, Session } from '@minimeet/protocol';
import { rm } from 'node:fs/promises';
import { describeOnOwn } from '../../server/test/databases.js';
import { api, createRoom, guest, temporaryFolder } from '../../server/test/harness.js';
import { compileServer, startServerProcess, type ServerProcess } from '../../server/test/server-process.js';
import { signalingNetworkTo } from './networks.js';
import { everyoneGoesHome, Person, until } from './people.js';

const admin = { email: 'admin@example.org', password: 'administrator' };

describeOnOwn('redis', 'two servers that agree', (redis) => {
  let dataDir: string;
  const running = new Map<string, ServerProcess>();
  let host: Session;
  let room: Room;

  const start = async (name: string, settings: Record<string, string> = {}) => {
    const server = await startServerProcess({
      DATA_DIR: dataDir,
      REDIS_URL: redis().url,
      SERVER_NAME: name,
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      RATE_LIMIT_LOGINS: '1000',
      ...settings,
    });
    running.set(name, server);

    return server;
  };

  const urlOf = (name: string) => running.get(name)!.url;

  const person = (displayName: string, server: string, room_ = room) =>
    new Person({ url: urlOf(server), room: room_.slug, displayName });

  /** On which server a room's meeting is, as a server knows it. */
  const hostOf = async ({ id }: Room, asked: string) => {
    const { accessToken } = (await api(urlOf(asked)).post<Session>('/auth/login', admin)).body;
    const { servers, meetings } = (await api(urlOf(asked), accessToken).get<Live>('/admin/live')).body;
    const serverIds = meetings.filter(({ roomId }) => roomId === id).map(({ serverId }) => serverId);

    return servers.filter((server) => serverIds.includes(server.id)).map(({ name }) => name);
  };

  beforeAll(async () => {
    compileServer();
    // The embedded database: any number of processes may use one.
    dataDir = await temporaryFolder();
    await start('one');
    await start('two');
    host = await guest(urlOf('one'), 'Host');
  }, 300_000);

  beforeEach(async () => {
    room = await createRoom(urlOf('one'), host.accessToken);
  });

  afterEach(everyoneGoesHome);
  afterAll(async () => {
    await Promise.all([...running.values()].map((server) => server.kill()));
    await rm(dataDir, { recursive: true });
  });

  it('bring those together who came to different ones', async () => {
    const ada = await person('Ada', 'one').joinAndPublish();
    const bob = person('Bob', 'two');
    await bob.client.prepare();
    await bob.joinAndPublish();

    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    expect(await hostOf(room, 'two')).toEqual(['one']);
  });

  it('take in those who come to both at once', async () => {
    const people = await Promise.all(
      ['Ada', 'Bob', 'Eve', 'Zoe'].map((name, index) => person(name, index % 2 === 0 ? 'one' : 'two').joinAndPublish()),
    );

    await Promise.all(people.map((each) => until(() => each.state.participants.length === 3)));
    expect(await hostOf(room, 'one')).toHaveLength(1);
  });

  it('say where the meeting is to those who cannot be sent there', async () => {
    await start('nameless', { PUBLIC_URL: '' });
    await person('Ada', 'nameless').client.join();
    const bob = person('Bob', 'two');

    await expect(bob.client.join()).rejects.toMatchObject({
      code: 'meeting_elsewhere',
      message: 'The meeting of this room is on the server nameless',
      server: { name: 'nameless', url: null },
    });
    expect(bob.state).toMatchObject({ status: 'failed', error: { code: 'meeting_elsewhere' } });
  });

  it('bring together again whom a time without Redis has parted', async () => {
    await redis().kill();
    const [ada, bob] = [person('Ada', 'one'), person('Bob', 'two')];
    await Promise.all([ada.joinAndPublish(), bob.joinAndPublish()]);
    expect([ada.state.participants, bob.state.participants]).toEqual([[], []]);

    await redis().start();
    await until(() => ada.sees('Bob') !== undefined && bob.sees('Ada') !== undefined);
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    expect(await hostOf(room, 'one')).toHaveLength(1);
  });

  it('make up, once Redis is back, for whatever one of them was told meanwhile of people in meetings of the other', async () => {
    const [one, two] = [urlOf('one'), urlOf('two')];
    const chief = (await api(one).post<Session>('/auth/login', admin)).body;
    const asChief = api(two, chief.accessToken);
    const asked = { label: 'Shop', currentPassword: admin.password };
    const key = (await asChief.post<NewApiKey>('/api-keys', asked)).body;
    const [council, doomed] = [
      await createRoom(one, chief.accessToken, { name: 'Council' }),
      await createRoom(one, chief.accessToken, { name: 'Doomed' }),
    ];
    const joinsAs = async ({ accessToken }: Session, { slug }: Room, url = one) => {
      const person = new Person({ url, room: slug, accessToken, reconnect: { attempts: 0 } });
      await person.client.join();

      return person;
    };
    const [member, visitor, leaver, away, stranger] = (await Promise.all(
      ['Mary', 'Victor', 'Lea', 'Amy', 'Stan'].map((name) => guest(one, name)),
    )) as [Session, Session, Session, Session, Session];
    const members = `/rooms/${council.id}/participants`;
    await asChief.post(members, { userId: member.user.id });
    const { token } = (
      await api(one, key).post<JoinToken>(`/rooms/${council.id}/tokens`, { identity: 'customer 7', name: 'Sent' })
    ).body;
    const sent = (await api(one).post<Session>('/auth/join-token', { token })).body;

    const host = await joinsAs(chief, council);
    const [mary, victor, lea, customer] = [
      await joinsAs(member, council),
      await joinsAs(visitor, council),
      await joinsAs(leaver, council),
      await joinsAs(sent, council),
    ];
    const doomedMeeting = await joinsAs(member, doomed);
    const network = await signalingNetworkTo(one);
    await joinsAs(away, council, network.url);
    await until(() => host.state.participants.length === 5);
    // Her seat is kept, and nobody holds it.
    await network.stop();
    await until(() => host.sees('Amy')?.connected === false);
    await api(one, chief.accessToken).patch(`/rooms/${council.id}`, { lobby: true });
    const waiting = new Person({ url: one, room: council.slug, accessToken: stranger.accessToken });
    waiting.client.join().catch(() => undefined);
    const heardOf = ({ state }: Person) => state.lobby.map(({ displayName }) => displayName);
    await until(() => heardOf(mary).length === 1 && heardOf(host).length === 1);
    expect([heardOf(mary), heardOf(victor)]).toEqual([['Stan'], []]);

    await redis().kill();
    await asChief.delete(`${members}/${member.user.id}`);
    await asChief.post(members, { userId: visitor.user.id });
    await api(two).post('/auth/logout', { refreshToken: leaver.refreshToken });
    await asChief.delete(`/users/${away.user.id}`);
    await asChief.delete(`/api-keys/${key.id}`);
    await asChief.delete(`/rooms/${doomed.id}`);
    expect([mary, lea, customer, doomedMeeting].map(({ state }) => state.status)).toEqual(Array(4).fill('joined'));
    expect([heardOf(mary), heardOf(victor)]).toEqual([['Stan'], []]);
    expect(host.state.participants).toHaveLength(5);

    await redis().start();
    await until(() => host.state.participants.length === 2);
    expect(host.state.participants.map(({ displayName }) => displayName)).toEqual(['Mary', 'Victor']);
    await until(() => [lea, customer, doomedMeeting].every(({ state }) => state.status !== 'joined'));
    expect(doomedMeeting.state).toMatchObject({ status: 'ended', endReason: 'room_deleted' });
    await until(() => heardOf(victor).length === 1 && heardOf(mary).length === 0);
    await expect(mary.client.admit([host.state.lobby[0]!.id])).rejects.toMatchObject({ code: 'not_allowed' });
    await victor.client.admit([victor.state.lobby[0]!.id]);
    await until(() => waiting.state.status === 'joined');
  });

  it('pass meetings on when one of them stops', async () => {
    const stopping = await start('stopping', { SHUTDOWN_DRAIN: '1' });
    const bob = await person('Bob', 'stopping').joinAndPublish();
    const ada = await person('Ada', 'two').joinAndPublish();
    await ada.receivesMore(['Bob']);
    expect(await hostOf(room, 'two')).toEqual(['stopping']);
    await bob.goHome();
    const eve = await person('Eve', 'one').joinAndPublish();

    expect(await stopping.stop()).toBe(0);
    running.delete('stopping');
    await until(() => ada.state.status === 'joined' && ada.sees('Eve') !== undefined);
    await Promise.all([ada.receivesMore(['Eve']), eve.receivesMore(['Ada'])]);
    expect(await hostOf(room, 'one')).toHaveLength(1);
    expect(await hostOf(room, 'one')).not.toContain('stopping');
  });

  it('go on without one that died: its figures vanish, and its meetings begin anew on the other', async () => {
    await start('mortal');
    const ada = new Person({
      url: urlOf('two'),
      room: room.slug,
      displayName: 'Ada',
      reconnect: { firstDelay: 100, longestDelay: 500, attempts: 1000 },
    });
    const bob = await person('Bob', 'mortal').joinAndPublish();
    await ada.joinAndPublish();
    await ada.receivesMore(['Bob']);
    expect(await hostOf(room, 'two')).toEqual(['mortal']);
    await bob.goHome();

    await running.get('mortal')!.kill();
    await until(() => ada.state.status === 'reconnecting');
    const eve = person('Eve', 'two');
    await eve.joinAndPublish();
    await until(() => ada.state.status === 'joined' && ada.sees('Eve') !== undefined);
    await ada.receivesMore(['Eve']);
    await until(async () => (await hostOf(room, 'one')).join() === 'two');
  });
});
