import { mkdirSync, mkdtempSync, existsSync, rmSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { withLock } from '../lib/lock.mjs';

describe('a lock', () => {
  let folder;
  let lock;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'minimeet-lock-'));
    lock = path.join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one at a time work, and tells the other to wait', async () => {
    const said = jest.spyOn(console, 'log').mockImplementation(() => {});
    let working = 0;
    const work = async () => {
      working += 1;
      expect(working).toBe(1);
      await wait(20);
      working -= 1;
      return 'done';
    };
    expect(await Promise.all([withLock(lock, work), withLock(lock, work)])).toEqual(['done', 'done']);
    expect(said).toHaveBeenCalledTimes(1);
    said.mockRestore();
  });

  it('is released when the work fails', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('no space left')))).rejects.toThrow('no space left');
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken over from a holder that was killed', async () => {
    mkdirSync(lock);
    const aMinuteAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, aMinuteAgo, aMinuteAgo);
    expect(await withLock(lock, async () => 'done')).toBe('done');
  });
});
