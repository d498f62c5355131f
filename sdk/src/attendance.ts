/**
 * Who else is in the meeting and what they send.
 *
 * Participants, their producers and the tracks that carry them are told apart and may arrive in any order; a participant's
 * view is put together from what is known. So a track waits unseen until its producer and its participant are known, and a
 * producer shows without a track until that arrives.
 */
import type { ConsumerState, Participant, ProducerState, Role } from '@minimeet/protocol';
import { keepEqual } from './keep-equal.js';
import type { RemoteMedia, RemoteMediaBySource, RemoteParticipant } from './types.js';

/** A track that arrived for a producer. */
export interface ArrivedTrack {
  participantId: string;
  producerId: string;
  consumerId: string;
  track: MediaStreamTrack;
  /** The server sends nothing of it for now. */
  held: boolean;
  congested: boolean;
}

export class Attendance {
  private readonly present = new Map<string, Omit<Participant, 'producers'>>();
  private readonly producers = new Map<string, ProducerState & { participantId: string }>();
  private readonly tracks = new Map<string, ArrivedTrack>();
  private readonly views = new Map<string, RemoteParticipant>();
  private list: readonly RemoteParticipant[] = [];

  /** The others in order of arrival; the same array, and in it the same objects, as long as nothing about them changes. */
  get participants(): readonly RemoteParticipant[] {
    return this.list;
  }

  /** Replaces everything by what the server says of a meeting that was just joined. */
  reset(participants: readonly Participant[]): void {
    this.update(participants, []);
  }

  /** Takes what the server says after a time in which nothing was heard; tracks of consumers that are still there stay. */
  update(participants: readonly Participant[], consumers: readonly ConsumerState[]): void {
    const tracks = consumers.flatMap(({ id, paused, congested }) => {
      const arrived = this.arrivedAs(id);
      return arrived ? { ...arrived, held: paused, congested } : [];
    });
    this.present.clear();
    this.producers.clear();
    this.tracks.clear();
    for (const participant of participants) this.store(participant);
    for (const arrived of tracks) this.tracks.set(arrived.producerId, arrived);
    this.refresh(...new Set([...this.views.keys(), ...this.present.keys()]));
  }

  setConnected(participantId: string, connected: boolean): void {
    const participant = this.present.get(participantId);
    if (!participant) return;
    this.present.set(participantId, { ...participant, connected });
    this.refresh(participantId);
  }

  setRole(participantId: string, role: Role): void {
    const participant = this.present.get(participantId);
    if (!participant) return;
    this.present.set(participantId, { ...participant, role });
    this.refresh(participantId);
  }

  join(participant: Participant): void {
    this.store(participant);
    this.refresh(participant.id);
  }

  leave(participantId: string): void {
    this.present.delete(participantId);
    for (const { id } of this.sentBy(participantId)) this.producers.delete(id);
    for (const { producerId, participantId: sender } of this.tracks.values()) {
      if (sender === participantId) this.tracks.delete(producerId);
    }
    this.refresh(participantId);
  }

  addProducer(participantId: string, producer: ProducerState): void {
    this.producers.set(producer.id, { ...producer, participantId });
    this.refresh(participantId);
  }

  pauseProducer(producerId: string, paused: boolean): void {
    const producer = this.producers.get(producerId);
    if (!producer) return;
    this.producers.set(producerId, { ...producer, paused });
    this.refresh(producer.participantId);
  }

  removeProducer(participantId: string, producerId: string): void {
    this.producers.delete(producerId);
    this.tracks.delete(producerId);
    this.refresh(participantId);
  }

  addTrack(arrived: ArrivedTrack): void {
    this.tracks.set(arrived.producerId, arrived);
    this.refresh(arrived.participantId);
  }

  /** What has become of a track that arrived. */
  changeTrack(consumerId: string, change: Partial<Pick<ArrivedTrack, 'held' | 'congested'>>): void {
    const arrived = this.arrivedAs(consumerId);
    if (!arrived) return;
    this.tracks.set(arrived.producerId, { ...arrived, ...change });
    this.refresh(arrived.participantId);
  }

  removeTrack(consumerId: string): void {
    const arrived = this.arrivedAs(consumerId);
    if (!arrived) return;
    this.tracks.delete(arrived.producerId);
    this.refresh(arrived.participantId);
  }

  private arrivedAs(consumerId: string): ArrivedTrack | undefined {
    return [...this.tracks.values()].find((arrived) => arrived.consumerId === consumerId);
  }

  private store({ producers, ...participant }: Participant): void {
    this.present.set(participant.id, participant);
    for (const producer of producers) this.producers.set(producer.id, { ...producer, participantId: participant.id });
  }

  private sentBy(participantId: string): ProducerState[] {
    return [...this.producers.values()].filter((producer) => producer.participantId === participantId);
  }

  /** Puts these participants' views together again, and the list if that changed. */
  private refresh(...ids: string[]): void {
    for (const id of ids) {
      const participant = this.present.get(id);
      if (participant) this.views.set(id, this.viewOf(participant, this.views.get(id)));
      else this.views.delete(id);
    }
    const list = [...this.present.keys()].map((id) => this.views.get(id)!);
    this.list = keepEqual(this.list, list);
  }

  private viewOf(participant: Omit<Participant, 'producers'>, before?: RemoteParticipant): RemoteParticipant {
    const media = keepEqual(before?.media, this.mediaOf(participant.id, before?.media));
    const deviceInfo = participant.deviceInfo && keepEqual(before?.deviceInfo, participant.deviceInfo);
    return keepEqual(before, { ...participant, deviceInfo, media });
  }

  private mediaOf(id: string, before: RemoteMediaBySource = {}): RemoteMediaBySource {
    const media: Partial<Record<string, RemoteMedia>> = {};
    for (const { id: producerId, source, kind, paused } of this.sentBy(id)) {
      const arrived = this.tracks.get(producerId);
      const { track = null, consumerId = null, held = false, congested = false } = arrived ?? {};
      media[source] = keepEqual(before[source], {
        source,
        kind,
        producerId,
        paused,
        track,
        consumerId,
        held,
        congested,
      });
    }
    return media;
  }
}
