/** One server: its workers with their load now and in the last minutes. */
import type { Live, LiveWorker } from '@minimeet/protocol';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { SparkLineChart } from '@mui/x-charts/SparkLineChart';
import { serverUrl } from '../links/base-path';
import { Panel } from '../reports/Panel';
import { countLabel, durationLabel, memoryLabel } from '../reports/figures';
import { qualityColours, seriesColour } from '../theme/report-colours';
import { ServerFigures } from './ServerFigures';
import { type Load, type LoadHistory, keptHistory, workerKey } from './load-history';

/** Shares of a core from which on a worker is busy, and has nothing left (docs: one worker uses one core). */
const busy = 0.7;
const full = 0.9;

interface LiveServerProps {
  server: Live['servers'][number];
  /** Those on this server. */
  meetings: Live['meetings'];
  history: LoadHistory;
  /** Milliseconds since 1970. */
  now: number;
}

export function LiveServer({ server, meetings, history, now }: LiveServerProps) {
  const people = meetings.reduce((total, { participants }) => total + participants.length, 0);
  const minutes = Math.max(0, now - Date.parse(server.startedAt)) / 60_000;
  return (
    <Panel
      title={server.name}
      testId="live-server"
      aside={
        <Typography sx={{ color: 'text.secondary', fontSize: '0.875rem', fontVariantNumeric: 'tabular-nums' }}>
          {server.url !== null && server.url !== serverUrl() && (
            <>
              <Link href={server.url}>{server.url}</Link>
              {' · '}
            </>
          )}
          {`${counted(meetings.length, 'room')} · ${counted(people, 'participant')} · up ${durationLabel(minutes)}`}
        </Typography>
      }
    >
      {server.load && <ServerFigures load={server.load} />}
      <Box
        component="ul"
        sx={{
          m: 0,
          p: 0,
          listStyle: 'none',
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(auto-fill, minmax(420px, 1fr))' },
        }}
      >
        {server.workers.map((worker, index) => (
          <Worker
            key={worker.pid}
            name={`Worker ${index + 1}`}
            worker={worker}
            loads={history.get(workerKey(server.id, worker.pid)) ?? []}
            now={now}
          />
        ))}
      </Box>
    </Panel>
  );
}

interface WorkerProps {
  name: string;
  worker: LiveWorker;
  loads: readonly Load[];
  now: number;
}

function Worker({ name, worker: { pid, cpu, memoryBytes, routers }, loads, now }: WorkerProps) {
  const state = cpu >= full ? 'full' : cpu >= busy ? 'busy' : null;
  const colour = cpu >= full ? qualityColours.poor : cpu >= busy ? qualityColours.fair : seriesColour;
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0, 1fr) 84px', sm: 'minmax(0, 1fr) 140px' },
        columnGap: 2,
        alignItems: 'center',
      }}
      data-testid="live-worker"
    >
      <Box>
        <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1 }}>
          <Typography component="span" noWrap sx={{ fontWeight: 600 }}>
            {name}
          </Typography>
          {state && (
            <Typography component="span" sx={{ fontSize: '0.8125rem', fontWeight: 700 }}>
              {state}
            </Typography>
          )}
          <Typography
            component="span"
            noWrap
            sx={{ ml: 'auto', ...figures, fontWeight: 700, flex: 'none' }}
            data-testid="worker-cpu"
          >
            {`${Math.round(cpu * 100)} %`}
          </Typography>
        </Box>
        <Box
          role="meter"
          aria-label={`CPU of ${name}`}
          aria-valuenow={Math.min(100, Math.round(cpu * 100))}
          aria-valuemin={0}
          aria-valuemax={100}
          sx={{ height: 10, borderRadius: 5, bgcolor: 'action.hover', overflow: 'hidden', my: 0.5 }}
        >
          <Box sx={{ height: '100%', bgcolor: colour }} style={{ width: `${Math.min(1, cpu) * 100}%` }} />
        </Box>
        <Typography noWrap sx={{ color: 'text.secondary', fontSize: '0.8125rem', ...figures }}>
          {`PID ${pid} · ${memoryLabel(memoryBytes)} · ${counted(routers, 'router')}`}
        </Typography>
      </Box>
      <Box
        aria-hidden
        title={`CPU in the last ${durationLabel(keptHistory / 60_000)}`}
        sx={{ height: 52, border: 1, borderColor: 'divider', borderRadius: '6px', overflow: 'hidden' }}
      >
        {loads.length > 1 && (
          <SparkLineChart
            height={50}
            margin={0}
            data={loads.map(({ cpu: share }) => share)}
            // The same five minutes for all of them, however long each has been known.
            xAxis={{ data: loads.map(({ at }) => at), min: now - keptHistory, max: now, scaleType: 'linear' }}
            yAxis={{ min: 0, max: 1 }}
            color={colour}
            area
            skipAnimation
            disableKeyboardNavigation
          />
        )}
      </Box>
    </Box>
  );
}

const figures = { fontVariantNumeric: 'tabular-nums' };

/** `1 room`, `12 rooms`. */
const counted = (count: number, thing: string) => `${countLabel(count)} ${thing}${count === 1 ? '' : 's'}`;
