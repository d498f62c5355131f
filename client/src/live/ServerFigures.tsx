/** How one server does: who came and was turned away lately, what media loses on the way, and how busy its own process is. */
import type { LiveLoad } from '@minimeet/protocol';
import Box from '@mui/material/Box';
import { countLabel, millisecondsLabel, shareLabel } from '../reports/figures';

/** Share of lost packets from which on people notice, and milliseconds from which on requests wait (docs: alerts). */
const noticeableLoss = 0.05;
const noticeableDelay = 200;

interface ServerFigure {
  label: string;
  value: string;
  /** Whether an operator should look into it. */
  isBad?: boolean;
}

export function ServerFigures({ load }: { load: LiveLoad }) {
  const { cpu, eventLoopDelay, joins, refusals, incomingLoss, outgoingLoss } = load;
  const figures: ServerFigure[] = [
    { label: 'Joined, last minute', value: countLabel(joins) },
    { label: 'Turned away, last minute', value: countLabel(refusals), isBad: refusals > 0 },
    { label: 'Lost on the way here', value: shareLabel(incomingLoss), isBad: incomingLoss > noticeableLoss },
    { label: 'Lost on the way out', value: shareLabel(outgoingLoss), isBad: outgoingLoss > noticeableLoss },
    { label: 'Node, of one core', value: shareLabel(cpu) },
    { label: 'Event loop late', value: millisecondsLabel(eventLoopDelay), isBad: eventLoopDelay > noticeableDelay },
  ];
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        mb: 2,
        display: 'grid',
        columnGap: 3,
        rowGap: 1,
        gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(6, minmax(0, 1fr))' },
      }}
      data-testid="live-load"
    >
      {figures.map(({ label, value, isBad = false }) => (
        <Box key={label} sx={{ display: 'flex', flexDirection: 'column-reverse', justifyContent: 'flex-end' }}>
          <Box component="dt" sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
            {label}
          </Box>
          <Box
            component="dd"
            sx={{
              m: 0,
              fontWeight: 700,
              fontVariantNumeric: 'tabular-nums',
              color: isBad ? 'error.main' : 'text.primary',
            }}
          >
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
