import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mediaCodecs } from '../src/media/codecs.js';
import { Pipes } from '../src/media/pipes.js';
import { createWorker } from 'mediasoup';
import type { Producer, Router, RtpCapabilities, Worker } from 'mediasoup/types';
import { until } from './support.js';

describe('pipes between routers', () => {
  let workers: Worker[];
  let home: Router;
  let away: Router;
  let pipes: Pipes;

  beforeAll(async () => {
    workers = await Promise.all([createWorker({ logLevel: 'none' }), createWorker({ logLevel: 'none' })]);
  });

  beforeEach(async () => {
    [home, away] = (await Promise.all(workers.map((worker) => worker.createRouter({ mediaCodecs })))) as [
      Router,
      Router,
    ];
    pipes = new Pipes();
  });

  afterEach(() => {
    home.close();
    away.close();
  });

  afterAll(() => workers.forEach((worker) => worker.close()));

  const speak = async (): Promise<Producer> => {
    const transport = await home.createDirectTransport();

    return transport.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
        encodings: [{ ssrc: 1111 }],
      },
    });
  };

  const listen = async (producer: Producer, router: Router) => {
    const transport = await router.createDirectTransport();
    const rtpCapabilities: RtpCapabilities = router.rtpCapabilities;
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
    const heard: Buffer[] = [];
    consumer.on('rtp', (packet) => heard.push(packet));

    return { consumer, heard };
  };

  const packet = (sequence: number) => {
    const rtp = Buffer.alloc(32);
    rtp.writeUInt8(0x80, 0);
    rtp.writeUInt8(100, 1);
    rtp.writeUInt16BE(sequence, 2);
    rtp.writeUInt32BE(sequence * 960, 4);
    rtp.writeUInt32BE(1111, 8);

    return rtp;
  };

  /** Over UDP on loopback and from the first packet on, so that one may be too early. */
  const sendUntilHeard = async (producer: Producer, heard: Buffer[]) => {
    let sequence = 1;
    await until(() => {
      producer.send(packet(sequence++));

      return heard.length > 3;
    });
  };

  const producersOn = async (router: Router) => (await router.dump()).mapProducerIdConsumerIds.length;

  it('carry a producer to the router of another worker, under the same id', async () => {
    const producer = await speak();
    await pipes.need(producer, home, away);
    const { consumer, heard } = await listen(producer, away);
    await sendUntilHeard(producer, heard);

    expect(consumer.producerId).toBe(producer.id);
  });

  it('are not needed on the producer’s own router', async () => {
    const producer = await speak();
    const release = await pipes.need(producer, home, home);

    expect(pipes.size).toBe(0);
    release();
  });

  it('carry it once, however many need it, until the last of them does not', async () => {
    const producer = await speak();
    const releases = await Promise.all([1, 2, 3].map(() => pipes.need(producer, home, away)));
    expect(pipes.size).toBe(1);
    expect((await home.dump()).mapProducerIdConsumerIds).toEqual([
      expect.objectContaining({ key: producer.id, values: [expect.any(String)] }),
    ]);

    releases[0]?.();
    releases[0]?.();
    releases[1]?.();
    expect(await producersOn(away)).toBe(1);

    releases[2]?.();
    await until(async () => (await producersOn(away)) === 0);
    expect(pipes.size).toBe(0);
  });

  it('are laid again at once for whoever comes in the moment in which the last need ends', async () => {
    const producer = await speak();

    for (let round = 0; round < 20; round++) {
      const release = await pipes.need(producer, home, away);
      release();
      const again = await pipes.need(producer, home, away);
      expect(await producersOn(away)).toBe(1);
      again();
    }

    await until(async () => pipes.size === 0 && (await producersOn(away)) === 0);
  });

  it('close when nobody needs them any more by the time they are open', async () => {
    const producer = await speak();
    const needed = pipes.need(producer, home, away);
    // Released in the moment in which it is there, with another need in between.
    const other = pipes.need(producer, home, away).then((release) => release());
    (await needed)();
    await other;

    await until(async () => pipes.size === 0 && (await producersOn(away)) === 0);
  });

  it('end with their producer, also with one that closes while they are being opened', async () => {
    const producer = await speak();
    await pipes.need(producer, home, away);
    const brief = await speak();
    const needed = pipes.need(brief, home, away);
    brief.close();

    await expect(needed).rejects.toThrow();
    producer.close();
    await until(async () => pipes.size === 0 && (await producersOn(away)) === 0);
  });

  it('do not fail those who come later when one could not be laid', async () => {
    const producer = await speak();
    const dying = await createWorker({ logLevel: 'none' });
    const gone = await dying.createRouter({ mediaCodecs });
    const needed = pipes.need(producer, home, gone);
    process.kill(dying.pid, 'SIGKILL');
    await expect(needed).rejects.toThrow();
    await until(() => dying.closed && pipes.size === 0);

    await pipes.need(producer, home, away);
    expect(pipes.size).toBe(1);
  });

  it('that led to a worker that died are forgotten', async () => {
    const producer = await speak();
    const dying = await createWorker({ logLevel: 'none' });
    await pipes.need(producer, home, await dying.createRouter({ mediaCodecs }));
    process.kill(dying.pid, 'SIGKILL');

    await until(() => pipes.size === 0);
    expect((await home.dump()).mapProducerIdConsumerIds).toEqual([expect.objectContaining({ values: [] })]);
  });
});
