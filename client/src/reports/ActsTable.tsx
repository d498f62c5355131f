/** What moderators did in a meeting, and when. */
import { useState } from 'react';
import type { RecordedAct } from '@minimeet/protocol';
import { actSentence } from './acts';
import { clockLabel } from './figures';
import { type Column, ReportTable, TablePages } from './ReportTable';

const rowsOnPage = 50;

const columns: Column<RecordedAct>[] = [
  { title: 'Time', cell: ({ at }) => clockLabel(at) },
  { title: 'What happened', cell: (act) => <span title={actSentence(act)}>{actSentence(act)}</span> },
];

export function ActsTable({ acts }: { acts: RecordedAct[] }) {
  const [page, setPage] = useState(0);
  return (
    <>
      <ReportTable
        label="Moderation"
        columns={columns}
        rows={acts.slice(page * rowsOnPage, (page + 1) * rowsOnPage)}
        keyOf={({ id }) => id}
        empty="Nobody had to keep order."
        testId="acts-table"
        rowTestId="act-row"
      />
      <TablePages total={acts.length} page={page} size={rowsOnPage} onChange={setPage} />
    </>
  );
}
