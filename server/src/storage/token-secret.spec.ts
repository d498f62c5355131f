import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../settings/settings.js';
import { apiKeySecret, tokenSecret } from './token-secret.js';

const run = promisify(execFile);
const source = new URL('./token-secret.ts', import.meta.url);

describe('the key of access tokens', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minimeet-test-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = (environment = {}) => loadSettings({ DATA_DIR: folder, ...environment }, () => undefined);

  /** What a process of its own takes for the key; `limit` is what a shell sets before it. */
  async function secretOfProcess(limit = ':'): Promise<string> {
    const program = `
      const { tokenSecret } = await import(${JSON.stringify(source.href)});
      process.stdout.write(tokenSecret({ auth: {}, storage: { dataDirectory: ${JSON.stringify(folder)} } }));`;
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
    const { stdout } = await run('/bin/sh', ['-c', `${limit}; exec "$@"`, 'sh', ...node]);

    return stdout;
  }

  it('is generated once and kept where only its owner can read it', () => {
    const secret = tokenSecret(settings());

    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(tokenSecret(settings())).toBe(secret);
    expect(statSync(join(folder, 'jwt-secret')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'jwt-secret'), 'utf8')).toBe(secret);
    expect(readdirSync(folder)).toEqual(['jwt-secret']);
  });

  it('is the one of the settings, where they name one', () => {
    const secret = 'a-secret-of-more-than-thirty-two-characters';

    expect(tokenSecret(settings({ JWT_SECRET: secret }))).toBe(secret);
  });

  it('is the same for servers that start at once', async () => {
    const secrets = await Promise.all(Array.from({ length: 4 }, () => secretOfProcess()));

    expect(new Set(secrets)).toEqual(new Set([readFileSync(join(folder, 'jwt-secret'), 'utf8')]));
  });

  it('is made by the next start, when one that cannot write dies over it', async () => {
    // No file may grow, and who tries is killed.
    await expect(secretOfProcess('ulimit -f 0')).rejects.toThrow();
    expect(readdirSync(folder)).not.toContain('jwt-secret');

    expect((await secretOfProcess()).length).toBeGreaterThanOrEqual(32);
  });

  it('is refused in one sentence, when its file holds less than a key', () => {
    writeFileSync(join(folder, 'jwt-secret'), '');

    expect(() => tokenSecret(settings())).toThrow(/jwt-secret holds fewer than 32 characters; remove it/);
  });

  describe('and that of the secrets of API keys', () => {
    const [one, other] = ['a'.repeat(40), 'b'.repeat(40)];

    it('is another one where both are made, and only its owner can read it', () => {
      const secret = apiKeySecret(settings());

      expect(tokenSecret(settings())).not.toBe(secret);
      expect(apiKeySecret(settings())).toBe(secret);
      expect(statSync(join(folder, 'api-key-secret')).mode & 0o777).toBe(0o600);
    });

    it('is what the keys of an earlier version followed from, and stays when the key of access tokens changes', () => {
      const kept = tokenSecret(settings());
      expect(apiKeySecret(settings())).toBe(kept);
      expect(apiKeySecret(settings({ JWT_SECRET: one }))).toBe(kept);
    });

    it('is the same on servers that share the key of access tokens', () => {
      expect(apiKeySecret(settings({ JWT_SECRET: one }))).toBe(one);
      expect(apiKeySecret(settings({ JWT_SECRET: other }))).toBe(one);
      expect(apiKeySecret(settings({ JWT_SECRET: other, API_KEY_SECRET: other }))).toBe(other);
    });
  });
});
