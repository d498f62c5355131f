/** Meetings, who is in them, who comes, goes and is lost, what is planned for them, and their chat. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { leaveReasonSchema } from '@minimeet/protocol';
import type { Meeting } from '../meetings/meeting.js';
import { MeetingChat } from '../meetings/meeting-chat.js';
import { Meetings } from '../meetings/meetings.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { COMPUTING_BUCKETS, MetricMaker, REGISTRY } from './metric-kinds.js';

/** Seconds; a seat is kept for half a minute unless the settings say otherwise. */
const ABSENCE_BUCKETS = [0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600];

@Injectable()
export class MeetingMetrics implements OnModuleInit {
  private readonly meetingsNow;
  private readonly participantsNow;
  private readonly participantsLimit;
  private readonly stopping;
  private readonly begun;
  private readonly departures;
  private readonly lost;
  private readonly absences;
  private readonly rebuilds;
  private readonly planning;
  private readonly reconciling;
  private readonly messages;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly meetings: Meetings,
    private readonly chat: MeetingChat,
    @Inject(SETTINGS) { limits }: Settings,
  ) {
    const make = new MetricMaker(registry);
    this.meetingsNow = make.gauge('meetings', 'Meetings that run on this server.');
    this.participantsNow = make.gauge(
      'participants',
      'Participants in them; lost: their connection was lost and their seat is kept.',
      ['connection'],
    );
    this.participantsLimit = make.gauge('participants_limit', 'Most participants of this server; 0: no limit.');
    this.stopping = make.gauge('stopping', '1 once the server was told to stop, so that no meeting begins here.');
    this.begun = make.counter('meetings_begun_total', 'Meetings that began on this server.');
    this.departures = make.counter('departures_total', 'Participants who left, by reason.', ['reason']);
    this.lost = make.counter(
      'connections_lost_total',
      'Participants whose connection was lost and whose seat was kept.',
    );
    this.absences = make.histogram(
      'absence_duration_seconds',
      'From the loss of a connection until the participant was back in their seat.',
      ABSENCE_BUCKETS,
    );
    this.rebuilds = make.counter(
      'media_rebuilds_total',
      'Participants who got other transports in place of broken ones.',
    );
    this.planning = make.histogram(
      'forwarding_plan_duration_seconds',
      'Time to make a forwarding plan of one meeting.',
      COMPUTING_BUCKETS,
    );
    this.reconciling = make.histogram(
      'reconcile_duration_seconds',
      'Time to compare a plan with the consumers of its meeting and to ask for the differences.',
      COMPUTING_BUCKETS,
    );
    this.messages = make.counter(
      'chat_messages_total',
      'Messages that people wrote; repeated: stored before and sent again; failed: the store did not take it.',
      ['outcome'],
    );
    this.participantsLimit.set(limits.maxParticipants);
    leaveReasonSchema.options.forEach((reason) => this.departures.inc({ reason }, 0));
    ['stored', 'repeated', 'failed'].forEach((outcome) => this.messages.inc({ outcome }, 0));
  }

  onModuleInit(): void {
    this.meetings.on('meeting_began', (meeting) => this.follow(meeting));
    this.chat.on('written', (outcome) => this.messages.inc({ outcome }));
  }

  refresh(): void {
    const participants = [...this.meetings.current].flatMap((meeting) => [...meeting.participants.values()]);
    const connected = participants.filter((participant) => participant.connected).length;
    this.meetingsNow.set(this.meetings.current.size);
    this.participantsNow.set({ connection: 'connected' }, connected);
    this.participantsNow.set({ connection: 'lost' }, participants.length - connected);
    this.stopping.set(this.meetings.areStopping ? 1 : 0);
  }

  private follow(meeting: Meeting): void {
    this.begun.inc();
    meeting.on('participant_left', (_, reason) => this.departures.inc({ reason }));
    meeting.on('participant_lost', () => this.lost.inc());
    meeting.on('participant_back', (_, milliseconds) => this.absences.observe(milliseconds / 1000));
    meeting.on('media_rebuilt', () => this.rebuilds.inc());
    meeting.on('planned', ({ planning, reconciling }) => {
      this.planning.observe(planning / 1000);
      this.reconciling.observe(reconciling / 1000);
    });
  }
}
