/**
 * Rooms with a password and a lobby: coming in once, and coming back without being asked again.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JoinToken, NewApiKey, Room, Session } from '@minimeet/protocol';
import { api, createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { signalingNetworkTo, type SignalingNetwork } from './networks.js';
import { everyoneGoesHome, Person, until } from './people.js';

const password = 'open sesame';

describe('a room with a password and a lobby', () => {
  let server: TestServer;
  let host: Session;
  let network: SignalingNetwork;
  let room: Room;

  beforeAll(async () => {
    // A seat ends with its connection, so that coming back is joining anew.
    server = await startServer({ RECONNECT_GRACE: '0' });
    host = await guest(server.url, 'Host');
  });

  beforeEach(async () => {
    network = await signalingNetworkTo(server.url);
    room = await createRoom(server.url, host.accessToken, { password, lobby: true });
  });

  afterEach(async () => {
    await everyoneGoesHome();
    await network.stop();
  });

  afterAll(() => server.stop());

  const owner = () => new Person({ url: server.url, room: room.slug, accessToken: host.accessToken });
  /** Whose connection a test may break. */
  const bob = (options = {}) => new Person({ url: network.url, room: room.slug, displayName: 'Bob', ...options });
  const waitingAt = ({ state }: Person) => state.lobby.map(({ displayName }) => displayName);
  const letAllIn = ({ client, state }: Person) => client.admit(state.lobby.map(({ id }) => id));

  it('lets a visitor in who knows the password once somebody says so', async () => {
    const [ada, visitor] = [owner(), bob()];
    await ada.client.join();
    await expect(visitor.client.join()).rejects.toMatchObject({ code: 'password_required' });
    await expect(visitor.client.join({ password: 'open barley' })).rejects.toMatchObject({ code: 'wrong_password' });
    const joining = visitor.client.join({ password });
    await until(() => visitor.state.inLobby && ada.state.lobby.length === 1);

    expect(visitor.state.status).toBe('connecting');
    expect(waitingAt(ada)).toEqual(['Bob']);
    await letAllIn(ada);
    await joining;
    await until(() => ada.state.participants.length === 1);

    expect(visitor.state).toMatchObject({ status: 'joined', inLobby: false, lobby: [] });
    expect(ada.state.lobby).toEqual([]);
  });

  it('rejects who is sent away', async () => {
    const [ada, visitor] = [owner(), bob({ password })];
    await ada.client.join();
    const joining = visitor.client.join();
    joining.catch(() => undefined);
    await until(() => ada.state.lobby.length === 1);
    await ada.client.refuse(ada.state.lobby.map(({ id }) => id));

    await expect(joining).rejects.toMatchObject({ code: 'lobby_refused' });
    expect(visitor.state).toMatchObject({ status: 'failed', inLobby: false });
  });

  it('may be left while one waits', async () => {
    const [ada, visitor] = [owner(), bob({ password })];
    await ada.client.join();
    const joining = visitor.client.join();
    joining.catch(() => undefined);
    await until(() => ada.state.lobby.length === 1);
    await visitor.client.leave();

    await expect(joining).rejects.toMatchObject({ code: 'aborted' });
    await until(() => ada.state.lobby.length === 0);
    expect(visitor.state).toMatchObject({ status: 'left', inLobby: false });
  });

  it('goes on with the waiting after the connection was lost', async () => {
    const [ada, visitor] = [owner(), bob({ password })];
    await ada.client.join();
    const joining = visitor.client.join();
    await until(() => ada.state.lobby.length === 1);
    const [before] = ada.state.lobby;
    network.cut();
    await until(() => ada.state.lobby.length === 1 && ada.state.lobby[0]!.id !== before!.id);

    expect(visitor.state).toMatchObject({ status: 'connecting', inLobby: true });
    await letAllIn(ada);
    await joining;
  });

  it('asks nobody again who comes back after a loss', async () => {
    const [ada, visitor] = [owner(), bob({ password })];
    await ada.client.join();
    const joining = visitor.client.join();
    await until(() => ada.state.lobby.length === 1);
    await letAllIn(ada);
    await joining;
    const { id } = visitor.state.me!;
    network.cut();
    await until(() => visitor.state.status === 'joined' && visitor.state.me!.id !== id);

    expect(ada.state.lobby).toEqual([]);
  });

  it('waits for who comes first, and opens when its owner says so', async () => {
    const visitor = bob({ password });
    const joining = visitor.client.join();
    await until(() => visitor.state.inLobby);
    await api(server.url, host.accessToken).patch(`/rooms/${room.id}`, { lobby: false });
    await joining;

    expect(visitor.state.status).toBe('joined');
  });

  it('lets in who has a join token, and back in, until that is revoked', async () => {
    const credentials = { email: 'olga@example.org', password: 'a long enough password' };
    await api(server.url).post('/users', { ...credentials, username: 'Olga' });
    const { accessToken } = (await api(server.url).post<Session>('/auth/login', credentials)).body;
    const ours = { label: 'Shop', currentPassword: credentials.password };
    const key = (await api(server.url, accessToken).post<NewApiKey>('/api-keys', ours)).body;
    room = await createRoom(server.url, accessToken, { password, lobby: true });
    const ask = { identity: 'customer 7', name: 'Grace' };
    const { token } = (await api(server.url, key).post<JoinToken>(`/rooms/${room.id}/tokens`, ask)).body;

    const grace = bob({ displayName: undefined, joinToken: token });
    await grace.client.join();
    expect(grace.state.me).toMatchObject({ displayName: 'Grace', role: 'speaker' });
    expect(grace.state.me?.grants).toContain('publish');
    const { id, userId } = grace.state.me!;
    network.cut();
    await until(() => grace.state.status === 'joined' && grace.state.me?.id !== id);
    expect(grace.state.me?.userId).toBe(userId);

    await api(server.url, key).delete(`/rooms/${room.id}/tokens/${encodeURIComponent(ask.identity)}`);
    await until(() => grace.state.status === 'failed');
    expect(grace.state.error?.code).toBe('invalid_token');
  });
});
