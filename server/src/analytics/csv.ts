/** Tables of figures as comma-separated values (RFC 4180, in UTF-8), for spreadsheets. */
import type { Analytics, MeetingReport, MeetingSummary } from '@minimeet/protocol';
import { stringify } from 'csv-stringify/sync';

/** A file to download; the name has no characters that a header would have to escape. */
export interface CsvFile {
  name: string;
  text: string;
}

/** One row for each bucket. */
export function analyticsCsv(title: string, { buckets }: Analytics): CsvFile {
  return toFile(title, buckets, [
    'begin',
    'meetings',
    'participations',
    'participantMinutes',
    'messages',
    'peakParticipants',
  ]);
}

export function meetingsCsv(title: string, meetings: MeetingSummary[]): CsvFile {
  return toFile(title, meetings, [
    'id',
    'roomId',
    'beganAt',
    'endedAt',
    'peakParticipants',
    'participations',
    'participantMinutes',
    'messages',
  ]);
}

/** One row for each participation. */
export function meetingCsv({ id, participants }: MeetingReport): CsvFile {
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

function toFile<Row extends object>(title: string, rows: Row[], columns: (keyof Row & string)[]): CsvFile {
  const text = stringify(rows, {
    header: true,
    columns,
    record_delimiter: '\r\n',
    // People choose their names; a spreadsheet would run one that begins like a formula (https://owasp.org/www-community/attacks/CSV_Injection).
    escape_formulas: true,
  });

  return { name: `minimeet-${title}.csv`, text };
}
