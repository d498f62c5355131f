/** The list of rooms that have a report, page by page. */
import { useState } from 'react';
import type { Room } from '@minimeet/protocol';
import { Link as RouterLink } from 'react-router';
import Link from '@mui/material/Link';
import { UserText } from '../common/UserText';
import { roomPath } from '../links/room-reference';
import { useStore } from '../common/use-store';
import { account } from '../session/account';
import { fetchRooms, pageSize } from '../session/reports';
import { useAnswer } from '../session/use-answer';
import { AnswerView } from './AnswerView';
import { Panel } from './Panel';
import { type Column, ReportTable, TablePages } from './ReportTable';
import { countLabel, momentLabel } from './figures';
import { roomReportPath } from './paths';

const columns: Column<Room>[] = [
  {
    title: 'Room',
    cell: (room) => <RoomLink room={room} />,
  },
  {
    title: 'Link',
    cell: ({ slug }) => (
      <Link component={RouterLink} to={roomPath(slug)}>
        {slug}
      </Link>
    ),
  },
  { title: 'Owner', cell: ({ owner }) => owner?.username ?? '–' },
  { title: 'Opened', cell: ({ createdAt }) => momentLabel(createdAt) },
  { title: 'People now', isNumber: true, cell: ({ participantsNow }) => countLabel(participantsNow) },
];

/** Members see the room among theirs; its report is for its owner and administrators. */
function RoomLink({ room: { slug, name, owner } }: { room: Room }) {
  const user = useStore(account)?.user;
  if (!user?.isAdmin && owner?.id !== user?.id) return <UserText>{name}</UserText>;
  return (
    <Link component={RouterLink} to={roomReportPath(slug)}>
      <UserText>{name}</UserText>
    </Link>
  );
}

export function RoomsPanel({ title }: { title: string }) {
  const [page, setPage] = useState(0);
  const answer = useAnswer(String(page), (caller) => fetchRooms(caller, page));

  return (
    <Panel title={title} testId="rooms">
      <AnswerView answer={answer}>
        {({ items, total }) => (
          <>
            <ReportTable
              label={title}
              columns={columns}
              rows={items}
              keyOf={({ id }) => id}
              empty="There is no room yet. Open a meeting on the start page while you are logged in, and it appears here."
              testId="rooms-table"
              rowTestId="room-row"
            />
            <TablePages total={total} page={page} size={pageSize} onChange={setPage} />
          </>
        )}
      </AnswerView>
    </Panel>
  );
}
