/** Single packets that have ended a server with all its meetings: each is sent to one that runs as operators run it, and it goes on. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRoom, temporaryFolder } from '../../server/test/harness.js';
import { compileServer, startServerProcess, type ServerProcess } from '../../server/test/server-process.js';
import { until } from '../../server/test/support.js';
import { joinPayload, joinSending, tokenOf } from './adversary/people.js';
import { RawClient } from './adversary/raw-client.js';
import type { Packet } from './adversary/raw-link.js';

describe('one packet of one guest', () => {
  let server: ServerProcess;
  let dataDir: string;
  let slug: string;
  let sender: RawClient;
  const open: RawClient[] = [];

  const start = async () => {
    server = await startServerProcess({ DATA_DIR: dataDir });
    const host = await tokenOf(server.url, 'Grace');
    ({ slug } = await createRoom(server.url, host));
    sender = await joinSending(server.url, 'Ada', slug);
  };

  beforeAll(async () => {
    compileServer();
    dataDir = await temporaryFolder();
    await start();
  });

  afterAll(async () => {
    [sender, ...open].forEach((client) => client.cut());
    await server.kill();
    await rm(dataDir, { recursive: true });
  });

  /** Joins, and answers each consumer that is offered with this; without it, as one should. */
  async function intrude(answer?: string): Promise<RawClient> {
    const client = await RawClient.enter(server.url, await tokenOf(server.url, 'Mallory'));
    open.push(client);
    const offered = new Promise<void>((resolve) => {
      client.acknowledge = ({ ackId }) => {
        resolve();

        return [`43${ackId}[${answer ?? '{}'}]`];
      };
    });
    await client.askWell('join_room', joinPayload(slug));
    await offered;

    return client;
  }

  /** The process lives, the others are still in their meeting and can speak to each other, and the log says nothing of a mistake. */
  async function expectGoesOn(): Promise<void> {
    const outcome = await sender
      .ask('send_message', { text: 'Is anybody there?', clientMessageId: crypto.randomUUID() })
      .then(
        ({ message }) => (message === undefined ? 'refused' : 'stored'),
        () => 'lost',
      );
    if (outcome === 'lost') {
      // It is about to end; the next packet is for another one.
      await until(() => server.exitCode !== null, 10_000).catch(() => undefined);
    }
    const { exitCode, output } = server;
    const grave = output.split('\n').filter((line) => /"level":(50|60|"error"|"fatal")/.test(line));

    if (outcome === 'lost') {
      await server.kill();
      await start();
    }

    expect({ exitCode, outcome, grave }).toEqual({ exitCode: null, outcome: 'stored', grave: [] });
  }

  it.each<[string, Packet[]]>([
    ['an event whose name is a number', ['42[5]']],
    ['an event whose name is a number, with an id to answer', ['427[5,{}]']],
    ['an event without anything in it', ['42']],
    ['an event without a name, with an id to answer', ['427']],
    ['an acknowledgement without anything in it', ['43']],
    ['an event called error', ['42["error",{"message":null}]']],
    ['a binary event whose name is a number', ['451-[5,{"_placeholder":true,"num":0}]', Buffer.from([1, 2, 3])]],
    ['an attachment that nothing announced', [Buffer.from([1, 2, 3])]],
    ['admission with a token that has no text', ['40/,{"token":{"toString":null,"valueOf":null}}']],
  ])('does not end the server: %s', async (_, packets) => {
    const client = await intrude();
    client.send(...packets);
    await expectGoesOn();
  });

  it.each([
    ['true', 'true'],
    ['a number', '5'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['a list', '[]'],
    ['an error that is a number', '{"error":5}'],
    ['an error that is null', '{"error":null}'],
    ['a message that cannot be made a text', '{"error":{"message":{"toString":null,"valueOf":null}}}'],
    ['an error that cannot be made a text', '{"error":{"toString":null,"valueOf":null}}'],
  ])('does not end the server: a consumer acknowledged with %s', async (_, answer) => {
    await intrude(answer);
    await expectGoesOn();
  });

  it('does not fill the log: a consumer refused with a long message', async () => {
    const before = server.output.length;
    await intrude(`{"error":{"code":"x","message":"${'long '.repeat(8_000)}"}}`);
    await expectGoesOn();
    const lines = server.output.slice(before).split('\n');
    expect(lines.filter((line) => line.length > 4000)).toEqual([]);
  });
});
