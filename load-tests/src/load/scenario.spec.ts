import { describe, expect, it } from '@jest/globals';
import { seatsOf } from './plan.js';
import { loadScenario, readPlan, scenarioNames, ScenarioError } from './scenario.js';

describe('scenarios', () => {
  it('that come with MiniMeet can be carried out', async () => {
    const names = await scenarioNames();
    expect(names.sort()).toEqual([
      'churn',
      'flaky-network',
      'join-storm',
      'large-meeting',
      'many-small-rooms',
      'meeting-ramp',
      'webinar',
      'worker-kill',
    ]);

    for (const name of names) {
      const plan = await loadScenario(name);
      expect(plan.name).toBe(name);
      expect(plan.description).not.toBe('');
      expect(Object.keys(plan.thresholds).length).toBeGreaterThan(0);
    }
  });

  it('are changed by flags', async () => {
    expect(await loadScenario('webinar', { participants: 5 })).toMatchObject({ participants: 5, publishers: 3 });
  });

  it('that are wrong are refused with what is wrong', async () => {
    await expect(loadScenario('nothing')).rejects.toThrow(/There is no scenario nothing. There are: .*churn/);
    await expect(loadScenario('./nothing.yaml')).rejects.toThrow(/cannot be read/);
    expect(() => readPlan('mine', { rooms: 0, rate: 1 })).toThrow(ScenarioError);
    expect(() => readPlan('mine', { rooms: 0 })).toThrow(/mine:\n {2}rooms: /);
    expect(() => readPlan('mine', { rate: 1 })).toThrow(/rate/);
    expect(() => readPlan('mine', ['rooms'])).toThrow(/names with values/);
  });

  it('seat one in each room before the next in any', () => {
    const seats = seatsOf(readPlan('mine', { rooms: 2, participants: 2, publishers: 1, joinRate: 4 }));
    expect(seats.map(({ room, indexInRoom, publishes, joinAt }) => [room, indexInRoom, publishes, joinAt])).toEqual([
      [0, 0, true, 0],
      [1, 0, true, 250],
      [0, 1, false, 500],
      [1, 1, false, 750],
    ]);
  });
});
