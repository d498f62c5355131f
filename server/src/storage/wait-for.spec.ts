/** Waiting for a database at the start. */
import { describe, expect, it } from '@jest/globals';
import { waitFor, type Awaited } from './wait-for.js';

describe('waiting for a database', () => {
  function wait(attempt: Awaited<string>['attempt'], options: Partial<Awaited<string>> = {}) {
    const lines: string[] = [];
    const answer = waitFor({
      name: 'MySQL at database:3306',
      timeoutSeconds: 60,
      firstDelay: 1,
      log: (line) => lines.push(line),
      ...options,
      attempt,
    });

    return { answer, lines };
  }

  it('says nothing where it answers at once', async () => {
    const { answer, lines } = wait(() => Promise.resolve('here'));

    expect(await answer).toBe('here');
    expect(lines).toEqual([]);
  });

  it('says once that it waits and once that it is reached, however often it asked', async () => {
    let attempts = 0;
    const { answer, lines } = wait(() =>
      ++attempts < 4 ? Promise.reject(new Error('connection refused')) : Promise.resolve('here'),
    );

    expect(await answer).toBe('here');
    expect(lines).toEqual([
      'MySQL at database:3306 does not answer yet (connection refused); waiting up to 60 s for it',
      'MySQL at database:3306 answers',
    ]);
  });

  it('gives up when the time is up, with the last reason', async () => {
    const { answer } = wait(() => Promise.reject(new Error('connection refused')), { timeoutSeconds: 0.01 });

    await expect(answer).rejects.toThrow(/^MySQL at database:3306 does not answer: connection refused$/);
  });

  it('gives up when the time is up although an attempt hangs', async () => {
    const { answer } = wait(() => new Promise(() => undefined), { timeoutSeconds: 0.01 });

    await expect(answer).rejects.toThrow('MySQL at database:3306 does not answer: nothing came within 0.01 s');
  });

  it('does not wait where waiting cannot help', async () => {
    let attempts = 0;
    const { answer, lines } = wait(() => Promise.reject(new Error(`refusal ${++attempts}`)), {
      hopeless: (error) => `It refuses: ${(error as Error).message}`,
    });

    await expect(answer).rejects.toThrow(/^It refuses: refusal 1$/);
    expect(lines).toEqual([]);
  });

  it('names the reasons of a host that has several addresses', async () => {
    const { answer } = wait(() => Promise.reject(new AggregateError([new Error('no 1'), new Error('no 2')], '')), {
      timeoutSeconds: 0.01,
    });

    await expect(answer).rejects.toThrow('does not answer: no 1, no 2');
  });
});
