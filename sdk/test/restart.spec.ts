/**
 * A server that is stopped or killed under a meeting, and started again.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room, Session } from '@minimeet/protocol';
import type { MeetingState } from '@minimeet/sdk';
import { rm } from 'node:fs/promises';
import { freePort } from '../../scripts/test-servers/ports.mjs';
import { api, createRoom, guest, temporaryFolder } from '../../server/test/harness.js';
import { compileServer, startServerProcess, type ServerProcess } from '../../server/test/server-process.js';
import { everyoneGoesHome, Person, until } from './people.js';

/** Milliseconds, generous: a server that starts on a busy machine takes its time. */
const restarted = 120_000;

describe('a restart of the server', () => {
  let dataDir: string;
  let port: string;
  let server: ServerProcess;
  let host: Session;
  let room: Room;

  beforeAll(compileServer);

  beforeEach(async () => {
    dataDir = await temporaryFolder();
    port = String(await freePort());
  });

  afterEach(async () => {
    await everyoneGoesHome();
    await server.kill();
    await rm(dataDir, { recursive: true });
  });

  const start = async (drainSeconds = 1) => {
    server = await startServerProcess({ DATA_DIR: dataDir, PORT: port, SHUTDOWN_DRAIN: String(drainSeconds) });
  };

  const startWithRoom = async (drainSeconds?: number) => {
    await start(drainSeconds);
    host = await guest(server.url, 'Host');
    room = await createRoom(server.url, host.accessToken);
  };

  const reconnect = { attempts: 1000, firstDelay: 50, longestDelay: 500 };

  const person = (identity: { displayName: string } | { accessToken: string }, { slug } = room) =>
    new Person({ url: server.url, room: slug, reconnect, ...identity });

  const changesOf = ({ client }: Person) => {
    const changes: [MeetingState['status'], serverStopping: boolean][] = [];
    const note = ({ status, serverStopping }: MeetingState) => {
      const [lastStatus, lastStopping] = changes.at(-1) ?? [];
      if (lastStatus !== status || lastStopping !== serverStopping) changes.push([status, serverStopping]);
    };
    note(client.state);
    client.on('state', note);
    return changes;
  };

  const textsOf = ({ state }: Person) =>
    state.messages.filter(({ kind }) => kind === 'text').map(({ text, status }) => [text, status]);

  const end = { killed: () => server.kill(), stopped: () => server.stop() };

  /** How the meeting's state goes: only who is told knows why. */
  const courses: Record<keyof typeof end, [MeetingState['status'], boolean][]> = {
    killed: [
      ['joined', false],
      ['reconnecting', false],
      ['joined', false],
    ],
    stopped: [
      ['joined', false],
      ['joined', true],
      ['reconnecting', true],
      ['joined', false],
    ],
  };

  it.each(['killed', 'stopped'] as const)('that was %s brings everybody back as who they were', async (how) => {
    await startWithRoom();
    const ada = await person({ accessToken: host.accessToken }).joinAndPublish();
    const bob = await person({ displayName: 'Bob' }).joinAndPublish();
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Host'])]);
    const users = [ada, bob].map(({ state }) => state.me!.userId);
    await ada.client.mute('microphone');
    await ada.client.sendMessage('before');
    await until(() => textsOf(bob).length === 1);
    const changes = [changesOf(ada), changesOf(bob)];

    await end[how]();
    await until(() => changes.every((each) => each.at(-1)![0] === 'reconnecting'));
    const seenMeanwhile = [ada.sees('Bob'), bob.sees('Host')];
    const sent = [ada.client.sendMessage('meanwhile'), bob.client.mute('camera')];
    await start();
    await until(() => changes.every((each) => each.at(-1)![0] === 'joined'), restarted);
    await Promise.all([...sent, ada.receivesMore(['Bob'], ['microphone']), bob.receivesMore(['Host'], ['camera'])]);

    expect(seenMeanwhile).not.toContain(undefined);
    expect(changes).toEqual([courses[how], courses[how]]);
    expect([ada, bob].map(({ state }) => state.me!.userId)).toEqual(users);
    expect(bob.state.participants).toMatchObject([{ displayName: 'Host', media: { microphone: { paused: true } } }]);
    expect(ada.state.participants).toMatchObject([{ displayName: 'Bob', media: { camera: { paused: true } } }]);
    const texts = [
      ['before', 'sent'],
      ['meanwhile', 'sent'],
    ];
    await until(() => textsOf(bob).length === 2);
    expect([textsOf(ada), textsOf(bob)]).toEqual([texts, texts]);
    const renamed = await api(server.url, host.accessToken).patch<Room>(`/rooms/${room.id}`, { name: 'Still mine' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Still mine']);
  });

  it('is waited for by who comes while the server stops', async () => {
    await startWithRoom(600);
    const ada = person({ displayName: 'Ada' });
    await ada.client.join();
    const other = await createRoom(server.url, host.accessToken);
    const stopped = server.stop();
    await until(() => ada.state.serverStopping);
    const bob = person({ displayName: 'Bob' }, other);
    const joined = bob.client.join();
    await until(() => bob.state.serverStopping);
    expect(bob.state.status).toBe('connecting');
    await ada.client.leave();

    expect(await stopped).toBe(0);
    await start();
    await joined;
    expect(bob.state).toMatchObject({ status: 'joined', serverStopping: false });
  });
});
