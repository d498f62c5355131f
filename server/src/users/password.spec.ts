import { describe, expect, it } from '@jest/globals';
import { hashPassword, passwordFits } from './password.js';

describe('a password', () => {
  it('fits its own hash and no other password does', async () => {
    const hash = await hashPassword('correct horse');

    expect(await passwordFits(hash, 'correct horse')).toBe(true);
    expect(await passwordFits(hash, 'Correct horse')).toBe(false);
  });

  it('is hashed with argon2id and a salt of its own', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);

    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
  });

  it('never fits where there is none, and that takes as long to find out', async () => {
    const hash = await hashPassword('correct horse');
    const measured = async (hash: string | null) => {
      const begin = performance.now();
      expect(await passwordFits(hash, 'wrong')).toBe(false);

      return performance.now() - begin;
    };
    await measured(null);
    const [withHash, without] = [await measured(hash), await measured(null)];

    // Verifying takes tens of milliseconds, refusing at once would take none.
    expect(without).toBeGreaterThan(withHash / 10);
  });
});
