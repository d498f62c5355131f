/** What the server depends on, and how its coming and going is told. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { Dependencies } from './dependencies.js';

describe('dependencies', () => {
  let lines: string[];
  let dependencies: Dependencies;

  beforeEach(() => {
    lines = [];
    const record = (_: object, line: string) => void lines.push(line);
    dependencies = new Dependencies({
      setContext: () => undefined,
      info: record,
      warn: record,
    } as unknown as PinoLogger);
  });

  afterEach(() => {
    dependencies.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  it('are told with whether they answer and are required', async () => {
    dependencies.register({ name: 'mysql', required: true, probe: () => Promise.resolve() });
    dependencies.register({ name: 'redis', required: false, probe: () => Promise.reject(new Error('gone')) });

    expect(await dependencies.check()).toEqual([
      { name: 'mysql', up: true, required: true, local: false },
      { name: 'redis', up: false, required: false, local: false },
    ]);
  });

  it('are logged once when they go and once when they are back, however often they are asked', async () => {
    let up = false;
    const probe = () => (up ? Promise.resolve() : Promise.reject(new Error('connection refused')));
    dependencies.register({ name: 'mysql', required: true, probe });

    await dependencies.check();
    await dependencies.check();
    dependencies.noteFailure('mysql');
    expect(await dependencies.check()).toEqual([{ name: 'mysql', up: false, required: true, local: false }]);
    const returned = once(dependencies, 'returned');
    up = true;
    expect(await returned).toEqual(['mysql']);
    await dependencies.check();

    expect(lines).toEqual(['mysql does not answer: connection refused', 'mysql answers again']);
  });

  it('are not down because of one failure that somebody had', async () => {
    const probe = jest.fn(() => Promise.resolve());
    dependencies.register({ name: 'mysql', required: true, probe });
    dependencies.noteFailure('mysql');
    await dependencies.check();

    expect(probe).toHaveBeenCalled();
    expect(lines).toEqual([]);
  });

  it('are asked by one probe at a time', async () => {
    let finish = () => undefined as void;
    const probe = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    dependencies.register({ name: 'mysql', required: true, probe });
    const answers = Promise.all([dependencies.check(), dependencies.check()]);
    finish();
    await answers;

    expect(probe).toHaveBeenCalledTimes(1);
  });

  it('are not away when the server closes them as it stops', async () => {
    dependencies.register({ name: 'mongodb', required: false, probe: () => Promise.reject(new Error('closed')) });
    dependencies.beforeApplicationShutdown();
    await dependencies.check();
    dependencies.noteFailure('mongodb');

    expect(lines).toEqual([]);
  });

  it('are known without being asked: a frozen one makes nobody wait', async () => {
    jest.useFakeTimers({ now: 0 });
    dependencies.register({ name: 'mongodb', required: false, probe: () => new Promise(() => undefined) });
    dependencies.onModuleInit();
    await jest.advanceTimersByTimeAsync(7000);

    expect(dependencies.known).toEqual([{ name: 'mongodb', up: false, required: false, local: false }]);
    expect(dependencies.isDown('mongodb')).toBe(true);
  });

  it('are asked once more before they count as down for one answer that is late', async () => {
    jest.useFakeTimers({ now: 0 });
    let asked = 0;
    const probe = () => (asked++ === 0 ? new Promise(() => undefined) : Promise.resolve());
    dependencies.register({ name: 'mysql', required: true, probe });
    const answer = dependencies.check();
    await jest.advanceTimersByTimeAsync(2000);

    expect(await answer).toEqual([{ name: 'mysql', up: true, required: true, local: false }]);
    expect({ asked, lines }).toEqual({ asked: 2, lines: [] });
  });

  it('count as down where the answer does not come', async () => {
    jest.useFakeTimers({ now: 0 });
    dependencies.register({ name: 'mongodb', required: false, probe: () => new Promise(() => undefined) });
    const answer = dependencies.check();
    await jest.advanceTimersByTimeAsync(4000);

    expect(await answer).toEqual([{ name: 'mongodb', up: false, required: false, local: false }]);
    expect(lines).toEqual(['mongodb does not answer: no answer within 2000 ms']);
  });
});
