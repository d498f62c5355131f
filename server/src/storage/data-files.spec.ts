import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DATABASE_FILE, prepareDataDirectory, prepareDatabaseFile } from './data-files.js';

describe('the folder of data', () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'minimeet-test-'));
    folder = join(parent, 'deep', 'data');
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  const mode = (path: string) => statSync(path).mode & 0o777;

  it('is made for its owner alone, with a database that is, too', () => {
    prepareDataDirectory(folder);
    prepareDatabaseFile(folder);

    expect([mode(folder), mode(join(folder, DATABASE_FILE))]).toEqual([0o700, 0o600]);
  });

  it('and what was made open to others is closed to them', () => {
    mkdirSync(folder, { recursive: true });
    const names = ['', '-wal', '-shm'].map((end) => DATABASE_FILE + end).concat('jwt-secret');
    for (const name of names) {
      writeFileSync(join(folder, name), 'kept');
      chmodSync(join(folder, name), 0o644);
    }
    chmodSync(folder, 0o755);
    prepareDataDirectory(folder);
    prepareDatabaseFile(folder);

    expect(mode(folder)).toBe(0o700);
    expect(names.map((name) => mode(join(folder, name)))).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(statSync(join(folder, DATABASE_FILE)).size).toBe(4);
  });

  it('that many people share stays theirs', () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o1777);
    prepareDataDirectory(folder);

    expect(mode(folder)).toBe(0o777);
  });
});
