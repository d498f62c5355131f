import { describe, expect, it } from '@jest/globals';
import { setImmediate as tick } from 'node:timers/promises';
import { Reunion } from './reunion.js';

/** A look that ends when it is told to. */
function recordedLooks() {
  const ends: { succeed(): void; fail(): void }[] = [];
  const failures: unknown[] = [];
  const reunion = new Reunion({
    look: () => new Promise<void>((succeed, fail) => ends.push({ succeed, fail: () => fail(new Error('away')) })),
    failed: (error) => failures.push(error),
    retry: 1,
  });

  return { reunion, ends, failures };
}

describe('a reunion', () => {
  it('is one look for all that is told during it, and one more', async () => {
    const { reunion, ends } = recordedLooks();
    reunion.begin();
    reunion.begin();
    reunion.begin();
    expect(ends).toHaveLength(1);

    ends[0]!.succeed();
    await tick();
    expect(ends).toHaveLength(2);
    ends[1]!.succeed();
    await tick();
    expect(ends).toHaveLength(2);
  });

  it('looks again until it succeeds', async () => {
    const { reunion, ends, failures } = recordedLooks();
    reunion.begin();
    ends[0]!.fail();
    while (ends.length < 2) await tick();
    ends[1]!.succeed();
    await tick();

    expect(failures).toHaveLength(1);
    reunion.begin();
    expect(ends).toHaveLength(3);
  });

  it('looks at nothing once the server stops', async () => {
    const { reunion, ends } = recordedLooks();
    reunion.begin();
    reunion.close();
    ends[0]!.fail();
    await tick();
    await tick();
    reunion.begin();

    expect(ends).toHaveLength(1);
  });
});
