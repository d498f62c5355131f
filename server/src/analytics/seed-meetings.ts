/** Makes up a past: rooms with owners, and meetings in them as people hold them, the same for the same seed. */
import type { ModerationActName, ModerationDetail } from '@minimeet/protocol';
import { QUALITY_SHARES, sizeOf, type Random } from './seed-chance.js';
import { rateQuality } from '../meetings/record/quality-rating.js';
import type { ActRecord } from '../history/act-record.entity.js';
import type { MeetingRecord } from '../history/meeting-record.entity.js';
import type { ParticipantRecord } from '../history/participant-record.entity.js';
import type { QualityRecord } from '../history/quality-record.entity.js';

export interface MadeUpMeeting {
  meeting: MeetingRecord;
  participants: ParticipantRecord[];
  qualities: QualityRecord[];
  acts: ActRecord[];
}

type MadeUpStay = ParticipantRecord & { leftAt: Date };

export interface Past {
  roomIds: string[];
  userIds: string[];
  from: Date;
  to: Date;
}

const minute = 60_000;
const day = 86_400_000;
/** Meetings of a week by weekday, from Sunday on, and the hours of a day at which they begin, in UTC. */
const weekdays = [1, 10, 11, 11, 10, 7, 1];
const hours = [1, 0, 0, 0, 0, 1, 3, 8, 12, 12, 9, 5, 7, 11, 11, 8, 4, 3, 4, 5, 4, 3, 2, 1];

const names = ['Ada', 'Boris', 'Chiara', 'Dilek', 'Emil', 'Farah', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Kofi', 'Lena'];
const deviceKinds = ['desktop', 'desktop', 'desktop', 'phone', 'phone', 'tablet', null] as const;

/** What moderators do to one of the others, most of it seldom. */
const deeds: { act: ModerationActName; detail: ModerationDetail }[] = [
  { act: 'mute_participant', detail: {} },
  { act: 'mute_participant', detail: {} },
  { act: 'lower_hand', detail: {} },
  { act: 'set_role', detail: { role: 'moderator' } },
  { act: 'stop_source', detail: { source: 'screen' } },
  { act: 'remove_participant', detail: {} },
];

/** One meeting with at most so many participations. */
export function makeUpMeeting(random: Random, past: Past, mostParticipations: number): MadeUpMeeting {
  const id = random.uuid();
  const size = Math.min(mostParticipations, sizeOf(random));
  const beganAt = momentIn(past, random);
  // Mostly a quarter of an hour to an hour, at times a minute, at times half a day.
  const length = Math.min(600, Math.max(1, 30 * Math.exp(random.normal() * 0.8))) * minute;
  const endedAt = new Date(Math.min(beganAt.getTime() + length, past.to.getTime()));
  const participants = Array.from({ length: size }, (_, index) => {
    const stay = stayIn(beganAt, endedAt, index, random);

    return {
      id: random.uuid(),
      meetingId: id,
      userId: random.oneOf(past.userIds),
      displayName: random.oneOf(names),
      deviceKind: random.oneOf(deviceKinds),
      ...stay,
      leaveReason: random.number() < 0.9 ? ('left' as const) : ('connection_lost' as const),
    };
  });
  // Some clients do not report: old ones, and those who leave at once.
  const qualities = participants
    .filter(() => random.number() < 0.92)
    .map((participant) => makeUpQuality(participant, random));
  const rated = (rating: string) => qualities.filter((quality) => quality.rating === rating).length;

  return {
    meeting: {
      id,
      // Few rooms have most of the meetings.
      roomId: past.roomIds[Math.floor(past.roomIds.length * random.number() ** 2)]!,
      serverName: 'seed',
      beganAt,
      seenAt: endedAt,
      endedAt,
      peakParticipants: peakOf(participants),
      totalParticipants: participants.length,
      participantSeconds: Math.round(
        participants.reduce((sum, { joinedAt, leftAt }) => sum + leftAt.getTime() - joinedAt.getTime(), 0) / 1000,
      ),
      messages: Math.floor(random.number() ** 2 * 4 * participants.length),
      goodQuality: rated('good'),
      fairQuality: rated('fair'),
      poorQuality: rated('poor'),
    },
    participants,
    qualities,
    acts: makeUpActs(participants, random),
  };
}

/** In one of ten meetings, who was there first does something to others who are there. */
function makeUpActs(participants: MadeUpStay[], random: Random): ActRecord[] {
  const [by, ...others] = participants;

  if (!by || others.length === 0 || random.number() < 0.9) {
    return [];
  }

  return Array.from({ length: 1 + random.integer(3) }, () => {
    const whom = random.oneOf(others);
    const length = whom.leftAt.getTime() - whom.joinedAt.getTime();

    return { whom, at: new Date(whom.joinedAt.getTime() + random.integer(length + 1)), ...random.oneOf(deeds) };
  })
    .sort((one, other) => one.at.getTime() - other.at.getTime())
    .map(({ whom, at, act, detail }, index) => ({
      id: random.uuid(),
      meetingId: by.meetingId,
      sequence: index + 1,
      at,
      act,
      byParticipantId: by.id,
      byUserId: by.userId,
      byDisplayName: by.displayName,
      whomParticipantId: whom.id,
      whomUserId: whom.userId,
      whomDisplayName: whom.displayName,
      detail,
    }));
}

function momentIn({ from, to }: Past, random: Random): Date {
  const days = Math.floor((to.getTime() - from.getTime()) / day);

  for (;;) {
    const date = new Date(from.getTime() + random.integer(days) * day);

    if (random.integer(Math.max(...weekdays)) < weekdays[date.getUTCDay()]!) {
      // Many begin on the hour, and people are some minutes late.
      const minutes = random.oneOf([0, 0, 0, 30, 30, random.integer(60)]) + random.number() * 4;

      return new Date(date.getTime() + random.weighted(hours) * 60 * minute + Math.floor(minutes * minute));
    }
  }
}

function stayIn(beganAt: Date, endedAt: Date, index: number, random: Random): { joinedAt: Date; leftAt: Date } {
  const length = endedAt.getTime() - beganAt.getTime();
  const late = index === 0 ? 0 : length * random.number() ** 4;
  const early = index === 0 ? 0 : (length - late) * random.number() ** 5;

  return {
    joinedAt: new Date(beganAt.getTime() + Math.floor(late)),
    leftAt: new Date(endedAt.getTime() - Math.floor(early)),
  };
}

function peakOf(participants: { joinedAt: Date; leftAt: Date }[]): number {
  const changes = participants
    .flatMap(({ joinedAt, leftAt }) => [
      { at: joinedAt.getTime(), by: 1 },
      { at: leftAt.getTime(), by: -1 },
    ])
    .sort((one, other) => one.at - other.at || one.by - other.by);
  let present = 0;

  return changes.reduce((peak, { by }) => Math.max(peak, (present += by)), 0);
}

function makeUpQuality({ id, joinedAt, leftAt }: ParticipantRecord, random: Random): QualityRecord {
  const measuredSeconds = Math.max(1, (leftAt!.getTime() - joinedAt.getTime()) / 1000);
  const { roundTripTime, lossRatio, frozen } = QUALITY_SHARES[random.weighted([78, 16, 6])]!;
  const measured = {
    roundTripTime: roundTripTime * (0.3 + random.number()),
    lossRatio: lossRatio * random.number(),
    freezeSeconds: frozen * random.number() * measuredSeconds,
    measuredSeconds,
  };

  return {
    participantId: id,
    rating: rateQuality(measured),
    ...measured,
    sendBitrate: 200_000 + random.number() * 1_300_000,
    recvBitrate: 400_000 + random.number() * 4_000_000,
    freezes: Math.round(measured.freezeSeconds / 0.4),
  };
}
