/** The days of a report, kept in the page's address so that it can be shared and reloaded. */
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { ReportQuery } from '../session/reports';
import { type ReadRange, type ReportRange, queryOf, readRange, writeRange } from './report-range';

interface ReportRangeOnPage extends ReadRange {
  /** What REST is asked for. */
  query: ReportQuery;
  setRange: (range: ReportRange) => void;
}

const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function useReportRange(): ReportRangeOnPage {
  const [search, setSearch] = useSearchParams();
  // One today for as long as the page is open, so that nothing is fetched anew at midnight.
  const [now] = useState(() => new Date());
  const read = useMemo(() => readRange(search, now), [search, now]);
  const query = useMemo(() => queryOf(read.range, timeZone()), [read]);
  const setRange = useCallback(
    (range: ReportRange) =>
      setSearch((before) => {
        const next = new URLSearchParams(before);
        for (const name of ['range', 'from', 'to', 'bucket']) next.delete(name);
        for (const [name, value] of writeRange(range)) next.set(name, value);
        return next;
      }),
    [setSearch],
  );
  return { ...read, query, setRange };
}
