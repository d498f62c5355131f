/**
 * TURN: the credentials that the server mints, against a real coturn with the project's configuration.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { IceServer } from '@minimeet/protocol';
import type { HandlerFactory } from 'mediasoup-client/types';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { coturn, startTurnServer, TurnClient, type TurnServer } from '../../server/test/turn.js';
import { turnCredential } from '../../server/src/signaling/ice-servers.js';
import { handlerFactory } from './node-webrtc.js';
import { everyoneGoesHome, Person, until } from './people.js';

const secret = 'shared-with-the-turn-server';
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const relayed = coturn ? describe : describe.skip;

relayed(`meeting through a TURN server${coturn ? '' : ' (not run: coturn is not installed here)'}`, () => {
  let turn: TurnServer;
  let server: TestServer;
  const clients: TurnClient[] = [];

  beforeAll(async () => {
    turn = await startTurnServer(secret);
    server = await startServer({ TURN_URLS: `turn:127.0.0.1:${turn.port}`, TURN_SECRET: secret });
  });

  afterEach(async () => {
    await everyoneGoesHome();
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(async () => {
    await server?.stop();
    await turn?.stop();
  });

  function turnClient(): TurnClient {
    const client = new TurnClient(turn.port);
    clients.push(client);
    return client;
  }

  it('lets two people see and hear each other who reach nothing but the TURN server', async () => {
    const { accessToken } = await guest(server.url, 'Host');
    const { slug } = await createRoom(server.url, accessToken);
    const relayOnly: HandlerFactory = {
      ...handlerFactory,
      factory: (options) => handlerFactory.factory({ ...options, iceTransportPolicy: 'relay' }),
    };
    const join = (displayName: string) =>
      new Person({ url: server.url, room: slug, displayName, handlerFactory: relayOnly }).joinAndPublish();
    const [ada, bob] = [await join('Ada'), await join('Bob')];
    await Promise.all([ada.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);

    const { recv } = await ada.client.getStats();
    const candidates = [...recv!.values()].filter(({ type }) => type === 'local-candidate');
    expect(new Set(candidates.map(({ candidateType }) => candidateType))).toEqual(new Set(['relay']));
  });

  it('is granted with a minted credential, and refused once that has expired or when another secret signed it', async () => {
    const [valid, expired, foreign] = [
      turnCredential(secret, 'ada', inAnHour()),
      turnCredential(secret, 'ada', inAnHour() - 7200),
      turnCredential('of-another-turn-server', 'ada', inAnHour()),
    ];

    expect(await turnClient().allocate(valid)).toBe(0);
    expect(await turnClient().allocate(expired)).toBe(401);
    expect(await turnClient().allocate(foreign)).toBe(401);
    expect(await turnClient().allocate({ ...valid, username: `${inAnHour() + 1}:ada` })).toBe(401);
  });

  it('reaches the media ports and nothing else', async () => {
    const client = turnClient();
    await client.allocate(turnCredential(secret, 'ada', inAnHour()));

    expect(await client.permit('127.0.0.1')).toBe(0);
    for (const address of ['127.0.0.2', '10.0.0.1', '169.254.169.254', '192.168.1.1', '203.0.113.7']) {
      expect(await client.permit(address)).toBe(403);
    }
  });

  it('gets a new credential with each ICE restart, as the first one expires', async () => {
    const { accessToken } = await guest(server.url, 'Host');
    const { slug } = await createRoom(server.url, accessToken);
    const given: IceServer[][] = [];
    let loseNetwork = () => {};
    const watched: HandlerFactory = {
      ...handlerFactory,
      factory: (options) => {
        const handler = handlerFactory.factory({ ...options });
        const updateIceServers = handler.updateIceServers.bind(handler);
        handler.updateIceServers = (servers) => {
          given.push(servers as IceServer[]);
          return updateIceServers(servers);
        };
        loseNetwork = () => handler.emit('@connectionstatechange', 'disconnected');
        return handler;
      },
    };
    const ada = await new Person({
      url: server.url,
      room: slug,
      displayName: 'Ada',
      handlerFactory: watched,
    }).joinAndPublish();
    expect(ada.state.status).toBe('joined');
    loseNetwork();
    await until(() => given.length > 0);

    const [fresh] = given[0]!;
    expect(fresh).toMatchObject({ urls: [`turn:127.0.0.1:${turn.port}`] });
    expect(await turnClient().allocate(fresh!)).toBe(0);
  });
});
