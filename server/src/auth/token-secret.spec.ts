import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../settings/settings.js';
import { tokenSecret } from './token-secret.js';

describe('the key of access tokens', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minimeet-test-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = (environment = {}) => loadSettings({ DATA_DIR: folder, ...environment }, () => undefined);

  it('is generated once and kept where only its owner can read it', () => {
    const secret = tokenSecret(settings());

    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(tokenSecret(settings())).toBe(secret);
    expect(statSync(join(folder, 'jwt-secret')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'jwt-secret'), 'utf8')).toBe(secret);
  });

  it('is the one of the settings, where they name one', () => {
    const secret = 'a-secret-of-more-than-thirty-two-characters';

    expect(tokenSecret(settings({ JWT_SECRET: secret }))).toBe(secret);
  });
});
