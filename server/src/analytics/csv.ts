/** Tables of figures as comma-separated values (RFC 4180, in UTF-8), for spreadsheets. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Analytics, MeetingReport, MeetingSummary } from '@minimeet/protocol';
import { stringify } from 'csv-stringify/sync';

/** Rows that are written in one turn of the event loop, in which nobody else is served. */
const PORTION = 50;

/** A file to download; the name has no characters that a header would have to escape. */
export interface CsvFile {
  name: string;
  text: string;
}

/** One row for each bucket. */
export function analyticsCsv(title: string, { buckets }: Analytics): Promise<CsvFile> {
  return toFile(title, buckets, [
    'begin',
    'meetings',
    'participations',
    'participantMinutes',
    'messages',
    'peakParticipants',
  ]);
}

/** One row for each meeting; as text in portions, so that a long list is never in memory as a whole. */
export async function* meetingsCsv(portions: AsyncIterable<MeetingSummary[]>): AsyncGenerator<string> {
  let header = true;

  for await (const meetings of portions) {
    yield toText(
      meetings,
      ['id', 'roomId', 'beganAt', 'endedAt', 'peakParticipants', 'participations', 'participantMinutes', 'messages'],
      header,
    );
    header = false;
  }
}

/** One row for each participation. */
export function meetingCsv({ id, participants }: MeetingReport): Promise<CsvFile> {
  const rows = participants.map(({ quality, ...participation }) => ({ ...quality, ...participation }));

  return toFile(`meeting-${id}`, rows, [
    'id',
    'userId',
    'displayName',
    'deviceKind',
    'joinedAt',
    'leftAt',
    'leaveReason',
    'rating',
    'roundTripTime',
    'lossRatio',
    'sendBitrate',
    'recvBitrate',
    'freezes',
    'freezeSeconds',
    'measuredSeconds',
  ]);
}

/** One row for each act. */
export function actsCsv({ id, acts }: MeetingReport): Promise<CsvFile> {
  const rows = acts.map(({ id: actId, at, act, by, whom, detail }) => ({
    id: actId,
    at,
    act,
    byParticipantId: by.participantId,
    byUserId: by.userId,
    byDisplayName: by.displayName,
    whomParticipantId: whom?.participantId,
    whomUserId: whom?.userId,
    whomDisplayName: whom?.displayName,
    role: detail.role,
    source: detail.source,
    onlyModeratorsShare: detail.switches?.onlyModeratorsShare?.toString(),
    onlyModeratorsUnmute: detail.switches?.onlyModeratorsUnmute?.toString(),
    onlyModeratorsChat: detail.switches?.onlyModeratorsChat?.toString(),
    sequence: detail.sequence,
  }));

  return toFile(`acts-${id}`, rows, [
    'id',
    'at',
    'act',
    'byParticipantId',
    'byUserId',
    'byDisplayName',
    'whomParticipantId',
    'whomUserId',
    'whomDisplayName',
    'role',
    'source',
    'onlyModeratorsShare',
    'onlyModeratorsUnmute',
    'onlyModeratorsChat',
    'sequence',
  ]);
}

async function toFile<Row extends object>(
  title: string,
  rows: Row[],
  columns: (keyof Row & string)[],
): Promise<CsvFile> {
  const texts = [toText(rows.slice(0, PORTION), columns, true)];

  for (let from = PORTION; from < rows.length; from += PORTION) {
    await nextTurn();
    texts.push(toText(rows.slice(from, from + PORTION), columns, false));
  }

  return { name: csvName(title), text: texts.join('') };
}

export function csvName(title: string): string {
  return `minimeet-${title}.csv`;
}

/** Without it, Excel takes a file of UTF-8 for one in the code page of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

/** @param header whether this is the beginning of the file */
function toText<Row extends object>(rows: Row[], columns: (keyof Row & string)[], header: boolean): string {
  const text = stringify(rows, {
    header,
    columns,
    record_delimiter: '\r\n',
    // People choose their names; a spreadsheet would run one that begins like a formula (https://owasp.org/www-community/attacks/CSV_Injection).
    escape_formulas: true,
    // One that takes semicolons or tabs for separators, as in many countries, would find its cells inside of a cell: what is quoted is one.
    quoted_match: /[;\t|]/,
    cast: { string: harmless },
  });

  return header ? BYTE_ORDER_MARK + text : text;
}

/** No part of a text begins like a formula, wherever a spreadsheet cuts it. */
function harmless(text: string): string {
  return text.replace(/([;\t|,]\s*)(?=[=+@\-\uff1d\uff0b\uff20\uff0d])/gu, "$1'");
}
