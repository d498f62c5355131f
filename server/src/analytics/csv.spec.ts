import { describe, expect, it } from '@jest/globals';
import type { MeetingReport } from '@minimeet/protocol';
import { meetingCsv } from './csv.js';

/** The name of a participant as the table has it. */
const cellOf = (displayName: string) => {
  const report = { id: 'm', participants: [{ displayName, userId: 'u' }] } as unknown as MeetingReport;

  return meetingCsv(report).text.split('\r\n')[1]!.slice(',u,'.length).replace(/,+$/, '');
};

describe('a name in a table for spreadsheets', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['a;=1+1;b', `"a;'=1+1;b"`],
    ['a,=1+1', `"a,'=1+1"`],
    ['a|@SUM(A1)', `"a|'@SUM(A1)"`],
    ['a; -2', `"a; '-2"`],
    ['a;\uff1d1', `"a;'\uff1d1"`],
  ])('runs nothing, whatever separates cells there: %s', (name, cell) => {
    expect(cellOf(name)).toBe(cell);
  });

  it.each(['Ada', 'a;b', 'x = y', 'Jean-Luc', 'ada@example.org'])('stays as it is: %s', (name) => {
    expect(cellOf(name).replaceAll('"', '')).toBe(name);
  });
});
