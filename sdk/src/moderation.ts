/** How the meeting is kept in order, as this client knows it, and what it asks for. */
import type { MeetingSwitches, Role } from '@minimeet/protocol';
import { keepEqual } from './keep-equal.js';
import { MeetingError } from './meeting-error.js';
import type { Publications } from './publications.js';
import type { Signaling } from './signaling.js';
import type { StateStore } from './state-store.js';
import type { Moderator } from './types.js';

/** The server decides who may do what; who may not is refused with `not_allowed`. */
export class Moderation implements Moderator {
  constructor(
    private readonly store: StateStore,
    private readonly publications: Publications,
    private readonly connection: () => Signaling | null,
  ) {}

  async setRole(participantId: string, role: Role): Promise<void> {
    await this.signaling.request('set_role', { participantId, role });
  }

  async muteParticipant(participantId: string): Promise<void> {
    await this.signaling.request('mute_participant', { participantId });
  }

  async muteAll(): Promise<void> {
    await this.signaling.request('mute_all', {});
  }

  async stopSource(participantId: string, source: 'camera' | 'screen'): Promise<void> {
    await this.signaling.request('stop_source', { participantId, source });
  }

  async removeParticipant(participantId: string, { ban = false }: { ban?: boolean } = {}): Promise<void> {
    await this.signaling.request('remove_participant', { participantId, ban });
  }

  async lockMeeting(locked: boolean): Promise<void> {
    await this.signaling.request('lock_meeting', { locked });
  }

  async setSwitches(change: Partial<MeetingSwitches>): Promise<void> {
    await this.signaling.request('set_meeting_switches', change);
  }

  async endMeeting(): Promise<void> {
    await this.signaling.request('end_meeting', {});
  }

  async lowerHand(participantId: string): Promise<void> {
    await this.signaling.request('lower_hand', { participantId });
  }

  async setOwnHand(raised: boolean): Promise<void> {
    await this.signaling.request(raised ? 'raise_hand' : 'lower_hand', {});
  }

  async sendReaction(emoji: string): Promise<void> {
    const { signaling } = this;
    await signaling.request('send_reaction', { emoji });
    const { me } = this.store.state;
    if (me) this.store.emit('reaction', { participantId: me.id, emoji });
  }

  /** Listens to a connection; `on` handles what is told once the meeting has begun. */
  listen(on: Signaling['on']): void {
    on('role_changed', ({ participantId, role }) => this.takeOwnRole(participantId, role));
    on('meeting_rules', ({ locked, switches }) =>
      this.store.update({ locked, switches: keepEqual(this.store.state.switches, switches) }),
    );
    on('hands_raised', ({ participantIds }) => this.store.update({ hands: participantIds }));
    on('reaction', (reaction) => this.store.emit('reaction', reaction));
    on('muted_by_moderator', (by) => {
      this.publications.mutedThere('microphone');
      this.store.emit('muted', by);
    });
    on('stopped_by_moderator', (stopped) => {
      this.publications.stoppedThere(stopped.source);
      this.store.emit('stopped', stopped);
    });
  }

  private takeOwnRole(participantId: string, role: Role): void {
    const { me } = this.store.state;
    if (me?.id === participantId) this.store.update({ me: { ...me, role } });
  }

  private get signaling(): Signaling {
    const signaling = this.connection();
    if (!signaling) throw new MeetingError('not_joined', 'Join a room first');
    return signaling;
  }
}
