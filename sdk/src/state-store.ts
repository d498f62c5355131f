/** The one owner of the state's snapshot, and of the events that tell how it changed. */
import { EventEmitter } from 'eventemitter3';
import { nothingSwitched } from './nothing-switched.js';
import type { MeetingEvents, MeetingState, RemoteMedia, RemoteParticipant } from './types.js';

const initialState: MeetingState = {
  status: 'idle',
  error: null,
  serverStopping: false,
  mediaBlocked: null,
  endReason: null,
  inLobby: false,
  lobbyAttended: null,
  lobby: [],
  room: null,
  me: null,
  participants: [],
  locked: false,
  switches: nothingSwitched,
  hands: [],
  localMedia: {},
  messages: [],
  hasOlderMessages: false,
  activeSpeakers: [],
  dominantSpeaker: null,
};

export class StateStore {
  readonly events = new EventEmitter<MeetingEvents>();
  private snapshot = initialState;
  /** The snapshot that the application knows, while changes are taken together. */
  private shown: MeetingState | null = null;

  get state(): MeetingState {
    return this.snapshot;
  }

  /** Replaces the snapshot, unless the change changes nothing, and emits what follows from it. */
  update(change: Partial<MeetingState>): void {
    const before = this.snapshot;
    const keys = Object.keys(change) as (keyof MeetingState)[];
    if (keys.every((key) => before[key] === change[key])) return;
    this.snapshot = { ...before, ...change };
    if (!this.shown) this.show(before, this.snapshot);
  }

  /** What is changed while `work` runs is told once, when it has ended: an application draws anew once, and not for each change. */
  together(work: () => void): void {
    if (this.shown) return work();
    const before = (this.shown = this.snapshot);
    try {
      work();
    } finally {
      this.shown = null;
      if (before !== this.snapshot) this.show(before, this.snapshot);
    }
  }

  private show(before: MeetingState, after: MeetingState): void {
    this.emit('state', after);
    if (before.participants !== after.participants) this.emitParticipants(before, after);
  }

  /** An exception in a listener is the application's: it surfaces there as an uncaught one and does not break the meeting. */
  emit<Name extends keyof MeetingEvents>(name: Name, ...args: MeetingEvents[Name]): void {
    try {
      this.events.emit(name, ...(args as EventEmitter.EventArgs<MeetingEvents, Name>));
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  /** Arrivals and departures are news only to who was in the meeting before and still is. */
  private emitParticipants(before: MeetingState, after: MeetingState): void {
    const news = isInside(before) && isInside(after);
    const known = new Map(before.participants.map((participant) => [participant.id, participant]));
    const present = new Set(after.participants.map(({ id }) => id));
    for (const participant of before.participants) {
      if (present.has(participant.id)) continue;
      this.emitTracks(participant, undefined);
      if (news) this.emit('participant_left', participant);
    }
    for (const participant of after.participants) {
      const earlier = known.get(participant.id);
      if (earlier === participant) continue;
      if (news && !earlier) this.emit('participant_joined', participant);
      this.emitTracks(earlier, participant);
    }
  }

  private emitTracks(before: RemoteParticipant | undefined, after: RemoteParticipant | undefined): void {
    for (const media of mediaOf(before)) {
      if (!media.track || after?.media[media.source]?.track === media.track) continue;
      this.emit('track_ended', { participantId: before!.id, source: media.source, track: media.track });
    }
    for (const media of mediaOf(after)) {
      if (!media.track || before?.media[media.source]?.track === media.track) continue;
      this.emit('track', { participant: after!, source: media.source, track: media.track });
    }
  }
}

function isInside({ status }: MeetingState): boolean {
  return status === 'joined' || status === 'reconnecting';
}

function mediaOf(participant: RemoteParticipant | undefined): RemoteMedia[] {
  return participant ? Object.values(participant.media) : [];
}
