/**
 * Redis goes away under a running meeting and comes back.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Live, Room, Session } from '@minimeet/protocol';
import { rm } from 'node:fs/promises';
import { describeOnOwn } from '../../server/test/databases.js';
import { api, createRoom, guest, temporaryFolder } from '../../server/test/harness.js';
import { compileServer, startServerProcess, type ServerProcess } from '../../server/test/server-process.js';
import { everyoneGoesHome, Person, until } from './people.js';

const admin = { email: 'admin@example.org', password: 'administrator' };

describeOnOwn('redis', 'a meeting', (redis) => {
  let dataDir: string;
  let server: ServerProcess;

  beforeAll(async () => {
    compileServer();
    dataDir = await temporaryFolder();
    server = await startServerProcess({
      DATA_DIR: dataDir,
      REDIS_URL: redis().url,
      SERVER_NAME: 'one',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
    });
  }, 300_000);

  afterEach(everyoneGoesHome);
  afterAll(async () => {
    await server?.kill();
    await rm(dataDir, { recursive: true });
  });

  it('goes on without Redis, takes more people in, and has its figures back when Redis is', async () => {
    const { url } = server;
    const host = await guest(url, 'Host');
    const chief = (await api(url).post<Session>('/auth/login', admin)).body;
    const room = await createRoom(url, host.accessToken);
    const person = (displayName: string, where = room.slug) => new Person({ url, room: where, displayName });
    const participantsNow = async () =>
      (await api(url, host.accessToken).get<Room>(`/rooms/${room.id}`)).body.participantsNow;
    const live = async () => (await api(url, chief.accessToken).get<Live>('/admin/live')).body;

    const [ada, bob] = [person('Ada'), person('Bob')];
    await Promise.all([ada.joinAndPublish(), bob.joinAndPublish()]);
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    expect((await live()).degraded).toBe(false);
    // Measured every few seconds.
    await until(async () => (await live()).meetings.some(({ outgoingBitrate }) => outgoingBitrate > 10_000));

    // They talk all the time: while Redis goes, is away and comes back.
    let talking = true;
    let said = 0;
    const talk = (async () => {
      while (talking) {
        await Promise.all([ada, bob].map(({ client }) => client.sendMessage(`number ${said}`)));
        said += 1;
      }
    })();

    await redis().kill();
    await until(async () => (await live()).degraded);
    const before = said;
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    const eve = await person('Eve').joinAndPublish();
    await eve.receivesMore(['Ada', 'Bob']);
    const elsewhere = await createRoom(url, host.accessToken);
    const zoe = person('Zoe', elsewhere.slug);
    await zoe.client.join();
    expect(await participantsNow()).toBe(3);
    expect((await live()).meetings).toHaveLength(2);
    expect((await api(url).get('/health/ready')).status).toBe(200);
    await until(() => said > before);

    await redis().start();
    await until(async () => !(await live()).degraded);
    await Promise.all([ada.receivesMore(['Bob', 'Eve']), bob.receivesMore(['Ada', 'Eve'])]);
    expect(await participantsNow()).toBe(3);
    talking = false;
    await talk;

    await eve.goHome();
    await until(async () => (await participantsNow()) === 2);
    expect([ada, bob, zoe].map(({ state }) => state.status)).toEqual(['joined', 'joined', 'joined']);
    const texts = bob.state.messages.filter(({ mine, kind }) => !mine && kind === 'text').map(({ text }) => text);
    expect(texts.slice(-1)).toEqual([`number ${said - 1}`]);
    expect(server.exitCode).toBeNull();
    expect(server.output.match(/redis does not answer/g)).toHaveLength(1);
    expect(server.output.match(/redis answers again/g)).toHaveLength(1);
  });
});
