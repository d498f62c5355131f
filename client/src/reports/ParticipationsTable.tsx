/** Every time that somebody was in a meeting, with device, quality and how it ended. */
import { useState } from 'react';
import type { Participation } from '@minimeet/protocol';
import Box from '@mui/material/Box';
import { UserText } from '../common/UserText';
import { type Column, ReportTable, TablePages } from './ReportTable';
import {
  bitrateLabel,
  clockLabel,
  countLabel,
  deviceNames,
  durationLabel,
  leaveReasonNames,
  millisecondsLabel,
  qualityNames,
  shareLabel,
} from './figures';
import { qualityLook } from './quality-look';

const rowsOnPage = 50;

interface ParticipationsTableProps {
  participants: Participation[];
  /** Milliseconds since 1970: until when somebody who is in the meeting has been there. */
  now: number;
}

export function ParticipationsTable({ participants, now }: ParticipationsTableProps) {
  const [page, setPage] = useState(0);
  return (
    <>
      <ReportTable
        label="Participations"
        columns={columnsAt(now)}
        rows={participants.slice(page * rowsOnPage, (page + 1) * rowsOnPage)}
        keyOf={({ id }) => id}
        empty="Nobody is on the record."
        testId="participations-table"
        rowTestId="participation-row"
      />
      <TablePages total={participants.length} page={page} size={rowsOnPage} onChange={setPage} />
    </>
  );
}

type Quality = NonNullable<Participation['quality']>;

const measured = (title: string, write: (quality: Quality) => string): Column<Participation> => ({
  title,
  isNumber: true,
  cell: ({ quality }) => (quality ? write(quality) : '–'),
});

function columnsAt(now: number): Column<Participation>[] {
  return [
    {
      title: 'Person',
      cell: ({ displayName }) => (
        <span title={displayName}>
          <UserText>{displayName}</UserText>
        </span>
      ),
    },
    { title: 'Joined', isNumber: true, cell: ({ joinedAt }) => clockLabel(joinedAt) },
    { title: 'Left', isNumber: true, cell: ({ leftAt }) => (leftAt === null ? 'is here' : clockLabel(leftAt)) },
    {
      title: 'Stayed',
      isNumber: true,
      cell: ({ joinedAt, leftAt }) =>
        durationLabel(Math.max(0, (leftAt === null ? now : Date.parse(leftAt)) - Date.parse(joinedAt)) / 60_000),
    },
    { title: 'Ended', cell: ({ leaveReason }) => (leaveReason ? leaveReasonNames[leaveReason] : '–') },
    { title: 'Device', cell: ({ deviceKind }) => (deviceKind ? deviceNames[deviceKind] : '–') },
    {
      title: 'Quality',
      cell: ({ quality }) => {
        const rating = quality?.rating ?? 'unknown';
        return (
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }} data-testid="participation-quality">
            <Box sx={{ width: 22, height: 12, borderRadius: '3px', ...qualityLook(rating) }} />
            {qualityNames[rating]}
          </Box>
        );
      },
    },
    measured('Loss', ({ lossRatio }) => shareLabel(lossRatio)),
    measured('Round trip', ({ roundTripTime }) => millisecondsLabel(roundTripTime)),
    measured('Sent', ({ sendBitrate }) => bitrateLabel(sendBitrate)),
    measured('Received', ({ recvBitrate }) => bitrateLabel(recvBitrate)),
    measured('Freezes', ({ freezes, freezeSeconds }) =>
      freezes === 0 ? '0' : `${countLabel(freezes)} (${durationLabel(freezeSeconds / 60)})`,
    ),
  ];
}
