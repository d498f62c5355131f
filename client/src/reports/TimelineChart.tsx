/**
 * Who was in a meeting when: a row for each person, a bar for each time that they were there, and above them a mark for each
 * act of moderators. For eyes and pointers; the tables say the same in words.
 */
import { useMemo } from 'react';
import type { MeetingReport } from '@minimeet/protocol';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { styled } from '@mui/material/styles';
import { UserText } from '../common/UserText';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { useElementSize } from '../common/use-element-size';
import { EndMark, isMarked } from './EndMark';
import { actSentence } from './acts';
import { clockLabel, countLabel, deviceNames, durationLabel, leaveReasonNames, qualityNames } from './figures';
import { qualityLook } from './quality-look';
import { type TimelineBar, type TimelineMark, type TimelineRow, layOutTimeline, ticksOf } from './timeline';

/** CSS pixels. */
const laneHeight = 26;
const halfLabel = 26;

const Names = styled('div')(({ theme }) => ({
  width: 180,
  flex: 'none',
  paddingRight: 12,
  position: 'sticky',
  left: 0,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
  fontSize: '0.875rem',
  [theme.breakpoints.down('sm')]: { width: 92, paddingRight: 8, fontSize: '0.8125rem' },
}));

const Row = styled('div')(({ theme }) => ({
  display: 'flex',
  alignItems: 'stretch',
  borderTop: `1px solid ${theme.vars?.palette.divider ?? theme.palette.divider}`,
  '&:hover': { backgroundColor: theme.vars?.palette.action.hover ?? theme.palette.action.hover },
  // Hundreds of rows cost nothing until they are scrolled to.
  contentVisibility: 'auto',
  containIntrinsicBlockSize: `auto ${laneHeight}px`,
}));

interface TimelineChartProps {
  report: MeetingReport;
  /** Milliseconds since 1970: where a running meeting's bars end. */
  now: number;
}

export function TimelineChart({ report, now }: TimelineChartProps) {
  const [measure, { width }] = useElementSize();
  const timeline = useMemo(() => layOutTimeline(report, now), [report, now]);
  const ticks = ticksOf(timeline, width);
  const lines = { backgroundImage: ticks.map(({ position }) => lineAt(position)).join(', ') };

  return (
    <Box component="figure" sx={{ m: 0 }}>
      <VisuallyHidden as="figcaption">
        {`A chart of who was in the meeting when, with ${countLabel(timeline.rows.length)} people. The tables below hold the same in words.`}
      </VisuallyHidden>
      <Box
        aria-hidden
        sx={{ maxHeight: 'max(320px, 70vh)', overflowY: 'auto', overflowX: 'hidden', scrollbarGutter: 'stable' }}
      >
        <Box sx={{ display: 'flex', position: 'sticky', top: 0, zIndex: 2, bgcolor: 'background.paper', height: 26 }}>
          <Names />
          <Box ref={measure} sx={{ flex: 1, position: 'relative', minWidth: 0 }}>
            {ticks.map(({ position, label }) => (
              <Box
                key={position}
                style={{ left: `${position * 100}%`, transform: `translateX(-${labelShift(position, width)}%)` }}
                sx={{
                  position: 'absolute',
                  color: 'text.secondary',
                  fontSize: '0.75rem',
                  whiteSpace: 'nowrap',
                  fontVariantNumeric: 'tabular-nums',
                }}
              >
                {label}
              </Box>
            ))}
          </Box>
        </Box>
        {timeline.marks.length > 0 && <Marks marks={timeline.marks} lines={lines} />}
        {timeline.rows.map((row) => (
          <Person key={row.userId} row={row} lines={lines} />
        ))}
      </Box>
    </Box>
  );
}

function Marks({ marks, lines }: { marks: TimelineMark[]; lines: object }) {
  return (
    <Row>
      <Names style={{ lineHeight: `${laneHeight}px` }}>Moderation</Names>
      <Box sx={{ flex: 1, minWidth: 0, position: 'relative', height: laneHeight }} style={lines}>
        {marks.map(({ act, position }) => (
          <Tooltip
            key={act.id}
            title={`${clockLabel(act.at)}: ${actSentence(act)}`}
            enterTouchDelay={0}
            enterDelay={100}
          >
            <Box
              data-testid="timeline-mark"
              sx={{
                position: 'absolute',
                top: laneHeight / 2 - 5,
                width: 10,
                height: 10,
                rotate: '45deg',
                borderRadius: '2px',
                bgcolor: 'text.secondary',
              }}
              style={{ left: `clamp(0px, ${position * 100}% - 5px, 100% - 10px)` }}
            />
          </Tooltip>
        ))}
      </Box>
    </Row>
  );
}

function Person({ row, lines }: { row: TimelineRow; lines: object }) {
  return (
    <Row data-testid="timeline-row">
      <Names title={row.name} style={{ lineHeight: `${laneHeight}px` }}>
        <UserText>{row.name}</UserText>
      </Names>
      <Box sx={{ flex: 1, minWidth: 0 }} style={lines}>
        {row.lanes.map((lane) => (
          <Box key={lane[0]?.participation.id} sx={{ position: 'relative', height: laneHeight }}>
            {lane.map((bar) => (
              <Bar key={bar.participation.id} bar={bar} />
            ))}
          </Box>
        ))}
      </Box>
    </Row>
  );
}

function Bar({ bar }: { bar: TimelineBar }) {
  const { participation, start, width, quality, isRunning } = bar;
  const { leaveReason } = participation;
  return (
    <Tooltip title={<BarText bar={bar} />} followCursor enterTouchDelay={0} enterDelay={100}>
      <Box
        data-testid="timeline-bar"
        data-quality={quality}
        sx={{
          position: 'absolute',
          top: 5,
          height: laneHeight - 10,
          minWidth: 5,
          borderRadius: isRunning ? '4px 0 0 4px' : '4px',
          ...qualityLook(quality),
        }}
        style={{ left: `min(${start * 100}%, 100% - 5px)`, width: `${width * 100}%` }}
      >
        {isMarked(leaveReason) && (
          <Box
            sx={{
              position: 'absolute',
              right: 0,
              top: '50%',
              // Mostly beside the bar, where there is room for it.
              transform: `translate(${start + width > 0.97 ? 0 : 75}%, -50%)`,
              borderRadius: '50%',
              p: '1px',
              bgcolor: 'background.paper',
            }}
          >
            <EndMark reason={leaveReason} />
          </Box>
        )}
      </Box>
    </Tooltip>
  );
}

function BarText({ bar: { participation, quality } }: { bar: TimelineBar }) {
  const { displayName, joinedAt, leftAt, leaveReason, deviceKind } = participation;
  const minutes = leftAt === null ? null : (Date.parse(leftAt) - Date.parse(joinedAt)) / 60_000;
  return (
    <>
      <strong>
        <UserText>{displayName}</UserText>
      </strong>
      <br />
      {clockLabel(joinedAt)} – {leftAt === null ? 'now' : clockLabel(leftAt)}
      {minutes !== null && ` (${durationLabel(minutes)})`}
      <br />
      {[deviceKind && deviceNames[deviceKind], leaveReason && leaveReasonNames[leaveReason]].filter(Boolean).join(', ')}
      <br />
      Quality: {qualityNames[quality].toLowerCase()}
    </>
  );
}

/** How much of a tick's label lies before it, in per cent: a label at an edge would be cut off. */
function labelShift(position: number, width: number): number {
  const room = Math.min(position, 1 - position) * width;
  if (room > halfLabel) return 50;
  return position < 0.5 ? 0 : 100;
}

/** A vertical line of a pixel, as a layer of the row's background: hundreds of rows need no elements for it. */
function lineAt(position: number): string {
  const at = `${position * 100}%`;
  const colour = 'light-dark(#00000014, #ffffff1f)';
  return `linear-gradient(90deg, transparent calc(${at} - 1px), ${colour} calc(${at} - 1px) ${at}, transparent ${at})`;
}
