/** Which origins the log tells of. */
import { describe, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { LoneServer } from '../cluster/lone-server.js';
import { MemoryLiveStatsStore } from '../live-stats/memory-live-stats-store.js';
import { loadSettings } from '../settings/settings.js';
import { KnownOrigins } from './known-origins.js';

class CountingStore extends MemoryLiveStatsStore {
  looks = 0;

  override servers(): ReturnType<MemoryLiveStatsStore['servers']> {
    this.looks += 1;

    return super.servers();
  }
}

function knownOrigins(allowedOrigins: string[] = []) {
  const store = new CountingStore();
  const told: { origin: string; host: string; line: string }[] = [];
  const logger = {
    setContext: () => undefined,
    warn: (fields: { origin: string; host: string }, line: string) => void told.push({ ...fields, line }),
  };
  const self = { id: 'one', name: 'one', url: 'https://one.example.org', place: null, startedAt: new Date() };
  const origins = new KnownOrigins(
    store,
    new LoneServer(self),
    logger as unknown as PinoLogger,
    loadSettings({ ALLOWED_ORIGINS: allowedOrigins.join(',') }, () => undefined),
  );
  const allows = (origin: string, host: string) => origins.allows({ headers: { origin, host } });

  return { told, allows, store };
}

describe('an origin that is refused', () => {
  it('is told of once, with the setting that may be wrong', async () => {
    const { told, allows } = knownOrigins();

    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await allows('https://meet.example.org:8443', 'meet.example.org')).toBe(false);
    }
    expect(told).toEqual([
      {
        origin: 'https://meet.example.org:8443',
        host: 'meet.example.org',
        line: expect.stringContaining('PUBLIC_URL'),
      },
    ]);
  });

  it('is told of no more once there are many, as somebody may make them up', async () => {
    const { told, allows } = knownOrigins();

    for (let number = 0; number < 100; number += 1) {
      await allows(`https://${number}.example.org`, 'meet.example.org');
    }
    expect(told).toHaveLength(20);
  });

  it('is not looked for in the database again and again, however many are made up', async () => {
    const { allows, store } = knownOrigins();
    await Promise.all(Array.from({ length: 50 }, (_, number) => allows(`https://${number}.example.org`, 'here')));
    await allows('https://another.example.org', 'here');
    expect(store.looks).toBe(1);
  });

  it('is not one that the operator allows', async () => {
    const { told, allows } = knownOrigins(['https://app.example.org']);

    expect(await allows('https://app.example.org', 'meet.example.org')).toBe(true);
    expect(await allows('https://app.example.org.evil.example', 'meet.example.org')).toBe(false);
    expect(told.map(({ origin }) => origin)).toEqual(['https://app.example.org.evil.example']);
  });

  it('is not the one of the address that the browser asked for, nor a known server’s', async () => {
    const { told, allows } = knownOrigins();

    expect(await allows('https://meet.example.org:8443', 'meet.example.org:8443')).toBe(true);
    expect(await allows('https://one.example.org', 'meet.example.org')).toBe(true);
    expect(told).toEqual([]);
  });
});
