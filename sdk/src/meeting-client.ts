/** The public face of the sdk: one participant in one room's meeting. */
import type { ChatMessage, Layers, Source, ViewedTile } from '@minimeet/protocol';
import { captureCamera, captureMicrophone, captureScreen } from './capture.js';
import { Chat } from './chat.js';
import { Connection } from './connection.js';
import { MeetingError } from './meeting-error.js';
import type { MeetingSession } from './meeting-session.js';
import { Publications } from './publications.js';
import { StateStore } from './state-store.js';
import type {
  FoundMessages,
  MeetingClientOptions,
  MeetingEvents,
  MeetingState,
  MeetingStats,
  Moderator,
  PublishOptions,
} from './types.js';
import { View } from './view.js';

type Listener<Name extends keyof MeetingEvents> = (...args: MeetingEvents[Name]) => void;

/**
 * A client without a user interface, for browsers and Node.
 *
 * Every method that talks to the server resolves once the server has answered and rejects with a MeetingError. What is
 * published before join(), or while the connection is being looked for, is kept and published as soon as that is possible.
 */
export class MeetingClient {
  private readonly store = new StateStore();
  private readonly publications = new Publications(this.store);
  private readonly chat = new Chat(this.store);
  private readonly view = new View();
  private readonly connection: Connection;

  /** A client that has joined. Throws what join() throws. */
  static async join(options: MeetingClientOptions): Promise<MeetingClient> {
    const client = new MeetingClient(options);
    await client.join();
    return client;
  }

  constructor(options: MeetingClientOptions) {
    this.connection = new Connection(options, this.store, this.publications, this.chat, this.view);
  }

  get state(): MeetingState {
    return this.store.state;
  }

  /** Calls `listener` after each change of `state`; returns the function that ends it. Fits React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const onState = () => listener();
    this.store.events.on('state', onState);
    return () => void this.store.events.off('state', onState);
  };

  on<Name extends keyof MeetingEvents>(event: Name, listener: Listener<Name>): this {
    this.store.events.on(event, listener as never);
    return this;
  }

  once<Name extends keyof MeetingEvents>(event: Name, listener: Listener<Name>): this {
    this.store.events.once(event, listener as never);
    return this;
  }

  off<Name extends keyof MeetingEvents>(event: Name, listener: Listener<Name>): this {
    this.store.events.off(event, listener as never);
    return this;
  }

  /** Optional: connects and learns what can be received, so that join() takes one round trip. */
  prepare(): Promise<void> {
    return this.connection.prepare();
  }

  /**
   * Enters the room; while its server stops, once that is back or another one takes its place. Rejects with
   * `room_not_found`, `not_allowed`, `password_required`, `wrong_password`, `room_full`, `unauthorized`, `access_ended`, `invalid_token`,
   * `connection_failed` and others; may then be called again. With `aborted` when leave() was called meanwhile.
   *
   * A room may have a lobby: `state.inLobby` says so while somebody there decides, and it rejects with `lobby_refused` when
   * they say no.
   *
   * @param password instead of the one of the options; kept, so that coming back after a loss needs no other
   */
  join({ password }: { password?: string } = {}): Promise<void> {
    return this.connection.join(password);
  }

  /** Lets people in who wait in the lobby (ids as in `state.lobby`). Rejects with `not_allowed`. */
  async admit(waitingIds: readonly string[]): Promise<void> {
    await this.session.signaling.request('admit', { waitingIds: [...waitingIds] });
  }

  /** Sends people away who wait in the lobby. Rejects with `not_allowed`. */
  async refuse(waitingIds: readonly string[]): Promise<void> {
    await this.session.signaling.request('refuse', { waitingIds: [...waitingIds] });
  }

  /** Leaves the room, stops the tracks that the sdk captured and gives the others back. Never rejects; may be called at any time, again too. */
  leave(): Promise<void> {
    return this.connection.leave();
  }

  /**
   * For a page's `pagehide`: tells the server in this very moment that the participant leaves, as nothing can be awaited
   * any more. Without it, the others see for a while that the participant reconnects. Nothing else follows.
   */
  leaveWithPage(): void {
    this.connection.leaveWithPage();
  }

  /** Sends a track. A source that is sent already is replaced. The track stays the application's: it is not stopped by the sdk. */
  publish(source: Source, track: MediaStreamTrack, options?: PublishOptions): Promise<void> {
    return this.publications.publish(source, track, options);
  }

  /** Nothing happens if the source is not sent. The sound of a shared screen goes with the screen. */
  unpublish(source: Source): Promise<void> {
    return this.publications.unpublish(source);
  }

  /** Sends another track, mostly without the others noticing more than the new picture. Rejects with `producer_not_found` if the source is not sent. */
  replaceTrack(source: Source, track: MediaStreamTrack): Promise<void> {
    return this.publications.replaceTrack(source, track);
  }

  /** Nothing of the source leaves this device from now on; resolves once the others are told. */
  mute(source: Source): Promise<void> {
    return this.publications.setPaused(source, true);
  }

  unmute(source: Source): Promise<void> {
    return this.publications.setPaused(source, false);
  }

  /**
   * Captures and sends the microphone (in a browser); called again, changes to the device of the new constraints without an interruption.
   * Say `deviceId: { exact }` for a device that was chosen: Chromium does not heed anything less. A device that is unplugged is replaced by
   * the browser's choice, and the source ends where there is none.
   * Rejects with the browser's DOMException (`NotAllowedError`, `NotFoundError`, …) when there is nothing to capture.
   */
  publishMicrophone(constraints: MediaTrackConstraints = {}): Promise<MediaStreamTrack> {
    const recapture = () => captureMicrophone(withoutDevice(constraints));
    return this.publications.publishCaptured(captureMicrophone(constraints), recapture);
  }

  /** Like publishMicrophone(). Without constraints, 1280x720 at 30 frames a second where the camera has them. */
  publishCamera(constraints: MediaTrackConstraints = {}): Promise<MediaStreamTrack> {
    const recapture = () => captureCamera(withoutDevice(constraints));
    return this.publications.publishCaptured(captureCamera(constraints), recapture);
  }

  /**
   * Shares the screen, and its sound where there is any, until unpublish('screen') or until the user ends it in the browser; called again,
   * changes to another screen. Nobody hears themselves: the meeting's own sound is left out, and where the browser cannot do that, the
   * system's sound is not offered. `options` take the place of the sdk's.
   */
  publishScreen(options: DisplayMediaStreamOptions = {}): Promise<MediaStreamTrack> {
    return this.publications.publishCaptured(captureScreen(options));
  }

  /**
   * Resolves once the message is stored. While the server or its database is away it is tried again, as long as the meeting
   * lasts; its `status` tells. Rejects when it will not be stored; resendMessage() begins anew.
   */
  sendMessage(text: string): Promise<ChatMessage> {
    return this.chat.send(text);
  }

  resendMessage(clientMessageId: string): Promise<ChatMessage> {
    return this.chat.resend(clientMessageId);
  }

  loadOlderMessages(): Promise<void> {
    return this.chat.loadOlder();
  }

  /** Loads older messages until the one with this sequence is among `state.messages`, if it still exists. */
  loadMessagesSince(sequence: number): Promise<void> {
    return this.chat.loadSince(sequence);
  }

  /** Reacts to a written message, or takes that back. Rejects with `message_not_found`, `not_allowed` (too many different ones), `chat_unavailable`. */
  react(sequence: number, emoji: string, reacted: boolean): Promise<void> {
    return this.chat.react(sequence, emoji, reacted);
  }

  /** Deletes what this user wrote, or, as a moderator, what anybody did. Rejects with `message_not_found`, `not_allowed`, `chat_unavailable`. */
  deleteMessage(sequence: number): Promise<void> {
    return this.chat.delete(sequence);
  }

  /** Hands, reactions, and what moderators do. */
  get moderation(): Moderator {
    return this.connection.moderation;
  }

  /** Written messages of the room that have all these words, newest first; `before` is the sequence of the last one of the page before. */
  searchMessages(text: string, page: { before?: number; limit?: number } = {}): Promise<FoundMessages> {
    return this.chat.search(text, page);
  }

  /**
   * Says all that is on this participant's screen; other video is not sent to them, and what is, is as large as its tile
   * needs. May be called at any time and as often as it changes; it is told again after a reconnect. Until it is called for
   * the first time, everything counts as seen. Resolves once the server knows this view or a newer one, or at once while
   * there is no connection; rejects only with what a view itself may be refused for (`invalid_payload`).
   */
  setView(tiles: readonly ViewedTile[]): Promise<void> {
    return this.view.set(tiles);
  }

  /** Asks for other simulcast layers of a source than the best; nothing happens where there is only one. */
  async setPreferredLayers(participantId: string, source: Source, layers: Layers): Promise<void> {
    const { session, consumerId } = this.consumerOf(participantId, source);
    if (!session.isLayered(consumerId)) return;
    await session.signaling.request('set_preferred_layers', { consumerId, ...layers });
  }

  /** Asks the sender for a complete picture now. */
  async requestKeyFrame(participantId: string, source: Source): Promise<void> {
    const { session, consumerId } = this.consumerOf(participantId, source);
    await session.signaling.request('request_key_frame', { consumerId });
  }

  async getStats(): Promise<MeetingStats> {
    return (await this.connection.current?.getStats()) ?? { send: null, recv: null };
  }

  private get session(): MeetingSession {
    const session = this.connection.current;
    if (!session) throw new MeetingError('not_joined', 'Join a room first');
    return session;
  }

  private consumerOf(participantId: string, source: Source): { session: MeetingSession; consumerId: string } {
    const { session } = this;
    const participant = this.state.participants.find(({ id }) => id === participantId);
    const consumerId = participant?.media[source]?.consumerId;
    if (!consumerId) throw new MeetingError('consumer_not_found', 'You do not receive this');
    return { session, consumerId };
  }
}

/** For any device, where the one that was asked for is gone. */
function withoutDevice(constraints: MediaTrackConstraints): MediaTrackConstraints {
  const { deviceId: _device, groupId: _group, ...others } = constraints;
  return others;
}
