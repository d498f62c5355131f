import { describe, expect, it } from '@jest/globals';
import type { MeetingReport } from '@minimeet/protocol';
import { meetingCsv } from './csv.js';

/** The name of a participant as the table has it. */
const cellOf = async (displayName: string) => {
  const report = { id: 'm', participants: [{ displayName, userId: 'u' }] } as unknown as MeetingReport;

  const { text } = await meetingCsv(report);

  return text.split('\r\n')[1]!.slice(',u,'.length).replace(/,+$/, '');
};

describe('a name in a table for spreadsheets', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['a;=1+1;b', `"a;'=1+1;b"`],
    ['a,=1+1', `"a,'=1+1"`],
    ['a|@SUM(A1)', `"a|'@SUM(A1)"`],
    ['a; -2', `"a; '-2"`],
    ['a;\uff1d1', `"a;'\uff1d1"`],
  ])('runs nothing, whatever separates cells there: %s', async (name, cell) => {
    expect(await cellOf(name)).toBe(cell);
  });

  it.each(['Ada', 'a;b', 'x = y', 'Jean-Luc', 'ada@example.org'])('stays as it is: %s', async (name) => {
    expect((await cellOf(name)).replaceAll('"', '')).toBe(name);
  });
});

describe('a long table', () => {
  const participants = Array.from({ length: 120 }, (_, index) => ({ displayName: `Person ${index}`, userId: 'u' }));
  const report = { id: 'm', participants } as unknown as MeetingReport;

  it('has one header and every row once', async () => {
    const [header, ...rows] = (await meetingCsv(report)).text.trimEnd().split('\r\n');

    expect(header).toMatch(/^\ufeffid,/);
    expect(rows.map((row) => row.split(',')[2])).toEqual(participants.map(({ displayName }) => displayName));
  });

  it('is written while others are served', async () => {
    let turns = 0;
    let isOver = false;
    const count = () => {
      if (!isOver) {
        turns += 1;
        setImmediate(count);
      }
    };
    count();
    await meetingCsv(report);
    isOver = true;

    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
