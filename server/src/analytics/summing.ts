/** Puts the figures that the database summed up into the shape in which they are answered. */
import type { Analytics, AnalyticsQuery, MeetingFigures } from '@minimeet/protocol';
import { durationColumns, durationLimits } from '../history/figures-sql.js';
import type { Buckets } from './buckets.js';
import { addFigures, noFigures, type SummedFigures } from './figures-queries.js';

/** All buckets, empty ones too, and what they are together. */
export function toAnalytics(
  { bucket, timeZone }: Pick<AnalyticsQuery, 'bucket' | 'timeZone'>,
  { from, to, edges }: Buckets,
  figuresOf: Map<number, SummedFigures>,
): Analytics {
  const together = [...figuresOf.values()].reduce(addFigures, noFigures);
  const { meetings, totalParticipants, goodQuality, fairQuality, poorQuality } = together;
  const durations: Analytics['durations'] = durationLimits.map((upToMinutes, index) => ({
    upToMinutes,
    meetings: together[durationColumns[index]!],
  }));
  const longer = meetings - durations.reduce((sum, duration) => sum + duration.meetings, 0);

  return {
    from: from.toISOString(),
    to: to.toISOString(),
    bucket,
    timeZone,
    totals: toMeetingFigures(together),
    buckets: edges.slice(0, -1).map((edge, index) => ({
      begin: new Date(edge * 1000).toISOString(),
      ...toMeetingFigures(figuresOf.get(index) ?? noFigures),
    })),
    durations: [...durations, { upToMinutes: null, meetings: longer }],
    quality: {
      good: goodQuality,
      fair: fairQuality,
      poor: poorQuality,
      unknown: Math.max(0, totalParticipants - goodQuality - fairQuality - poorQuality),
    },
  };
}

export function toMeetingFigures(
  figures: Pick<
    SummedFigures,
    'meetings' | 'totalParticipants' | 'participantSeconds' | 'messages' | 'peakParticipants'
  >,
): MeetingFigures {
  return {
    meetings: figures.meetings,
    participations: figures.totalParticipants,
    participantMinutes: toMinutes(figures.participantSeconds),
    messages: figures.messages,
    peakParticipants: figures.peakParticipants,
  };
}

/** To the hundredth: a second is not lost. */
export function toMinutes(seconds: number): number {
  return Math.round((seconds / 60) * 100) / 100;
}
