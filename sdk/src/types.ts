/** What an application sees of a meeting: options, the state's snapshot, events. */
import type {
  ChatMessage,
  ChatMessageKind,
  CloseReason,
  DeviceInfo,
  Grant,
  MediaKind,
  MeetingSwitches,
  Reaction,
  Role,
  RoomSummary,
  Source,
  WaitingPerson,
} from '@minimeet/protocol';
import type { HandlerFactory, RtpEncodingParameters } from 'mediasoup-client/types';
import type { AccessTokenSource } from './access.js';
import type { MeetingError, MeetingErrorCode } from './meeting-error.js';

export interface MeetingClientOptions {
  /** The server's origin, such as `https://meet.example.org`. */
  url: string;
  /** The room's id, or the slug of its link. */
  room: string;
  /**
   * A user's token from `POST /auth/login` or `POST /auth/guest`, or a function that answers with one that has not expired: a text is good for a
   * meeting whose connection is never lost for longer than the token lives. Without one, `joinToken` or `displayName` is needed.
   */
  accessToken?: string | AccessTokenSource;
  /** Without an access token: a host application's join token for this room, which says by what name, and what may be done. */
  joinToken?: string;
  /** Without either token: joins as a guest with this name. */
  displayName?: string;
  /** Of the room, where it has one; join() may be given another one. */
  password?: string;
  /** What the others and the server's log learn of this device. Default: derived from `navigator`. */
  deviceInfo?: DeviceInfo;
  /**
   * How many pictures are on the screen before `setView()` says which, 0 to 100: shared screens, then of those who came first. Say it in an
   * application that says what it shows, or somebody who joins a large meeting is sent everything for a moment. Default: all.
   */
  picturesAtFirst?: number;
  /** mediasoup-client's handler, for Node. Default: mediasoup-client detects the browser. */
  handlerFactory?: HandlerFactory;
  /** How a lost meeting is looked for. */
  reconnect?: ReconnectOptions;
}

export interface ReconnectOptions {
  /** Attempts to come back before the meeting counts as failed. Default 90, about five minutes. */
  attempts?: number;
  /** Milliseconds before the first attempt; grows by a quarter with each, and a random part of it is left out. Default 250. */
  firstDelay?: number;
  /** The longest delay between attempts, in milliseconds. Default 5000. */
  longestDelay?: number;
  /**
   * Somebody whose seat was given up, and whose own page was away for longer than this (in milliseconds, and no less than the server keeps a
   * seat), comes back with everything muted: a laptop that slept should not wake up on the air. A page was away while its timers stood still,
   * or it was without a network for two minutes or more; not while it only waited for the server. Default: never. See the event `returned_muted`.
   */
  muteAfter?: number;
}

/**
 * - `idle`: not joined yet, `connecting`: joining, `joined`: in the meeting
 * - `reconnecting`: the connection was lost and is being looked for; media goes on where it can, and what the server has
 *   lost of what was published will be published again
 * - `left`: by leave(), `ended`: it is over for everyone, or this participant was removed, `failed`: see `error`
 */
export type MeetingStatus = 'idle' | 'connecting' | 'joined' | 'reconnecting' | 'left' | 'ended' | 'failed';

/** Something that this participant sends, or will send as soon as it is in the meeting. */
export interface LocalMedia {
  readonly source: Source;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  /** The server's producer; `null` as long as there is none. */
  readonly producerId: string | null;
}

/** Something that another participant sends. */
export interface RemoteMedia {
  readonly source: Source;
  readonly kind: MediaKind;
  readonly producerId: string;
  /** The sender muted it. */
  readonly paused: boolean;
  /** `null` until it arrives. */
  readonly track: MediaStreamTrack | null;
  readonly consumerId: string | null;
  /** The server sends nothing of it now: it is muted, not in this participant's view, or not among the voices that are heard. */
  readonly held: boolean;
  /** The bandwidth from the server does not suffice for it: nothing of it arrives, although it is neither muted nor held. */
  readonly congested: boolean;
}

export interface RemoteParticipant {
  readonly id: string;
  readonly userId: string;
  readonly displayName: string;
  readonly isGuest: boolean;
  readonly joinedAt: string;
  readonly deviceInfo: DeviceInfo | null;
  readonly role: Role;
  /** `false` while their connection is lost and they are expected back; what they send may go on. */
  readonly connected: boolean;
  readonly media: RemoteMediaBySource;
}

export type RemoteMediaBySource = Readonly<Partial<Record<Source, RemoteMedia>>>;
export type LocalMediaBySource = Readonly<Partial<Record<Source, LocalMedia>>>;

/** This client's own participant. */
export interface OwnParticipant {
  readonly id: string;
  readonly userId: string;
  readonly displayName: string;
  readonly isGuest: boolean;
  readonly role: Role;
  /** The most that may be done here, whatever the role is; `null` for who has not come with a join token. */
  readonly grants: readonly Grant[] | null;
}

export interface ChatEntry {
  /** `text`, `deleted` for what was written and deleted, or what the server wrote: who `joined`, `left` or was `removed`. */
  readonly kind: ChatMessageKind;
  readonly clientMessageId: string;
  /** Who wrote it, or whom it is about. */
  readonly userId: string;
  readonly displayName: string;
  /** Whether that user has no account. */
  readonly isGuest: boolean;
  readonly text: string;
  /** ISO 8601; of an own message that is not stored yet, this device's time. */
  readonly sentAt: string;
  /** The message's place in the room's chat; `null` until it is stored. */
  readonly sequence: number | null;
  /** Written by this client. */
  readonly mine: boolean;
  /**
   * - `sending`: not stored yet, `retrying`: an attempt failed, and others follow by themselves
   * - `sent`: stored, `failed`: not stored and not tried any more; see resendMessage()
   */
  readonly status: 'sent' | 'sending' | 'retrying' | 'failed';
  /** Why the last attempt failed, while it is `retrying` or `failed`: with `rate_limited`, too much was written at once. */
  readonly problem: MeetingErrorCode | null;
  /** In the order in which the emoji were first used. */
  readonly reactions: readonly Reaction[];
}

/** Messages that a search found, newest first. */
export interface FoundMessages {
  readonly messages: readonly ChatMessage[];
  /** Whether older ones match as well. */
  readonly hasMore: boolean;
}

/** Media does not get through, and why that may be. */
export interface MediaBlock {
  /** `network`: others reach the server, so the own network is in the way. `server`: nobody has reached its media ports lately. */
  readonly cause: 'network' | 'server';
  /** Whether the server offers TURN servers to those whose network lets nothing else through. */
  readonly relayOffered: boolean;
}

/** A snapshot, replaced on every change; parts that did not change keep their identity. */
export interface MeetingState {
  readonly status: MeetingStatus;
  /** Why the status is `failed`. */
  readonly error: MeetingError | null;
  /**
   * The server is about to stop, or has done so and is not back yet, nor another one in its place: while `connecting` and
   * `reconnecting`, it is waited for.
   */
  readonly serverStopping: boolean;
  /** Camera, microphone and what is received do not get through; it is tried again and again. `null`: they do, or are on their way. */
  readonly mediaBlocked: MediaBlock | null;
  /** Why the status is `ended`. */
  readonly endReason: CloseReason | null;
  /** Waits in the room's lobby until somebody lets this participant in, while `connecting` or `reconnecting`. */
  readonly inLobby: boolean;
  /** Whether anybody is in the meeting who may let this client in, while it waits in the lobby; `null`: not known. */
  readonly lobbyAttended: boolean | null;
  /** Those who wait in the room's lobby, who came first is first; empty for a participant who may not let them in. */
  readonly lobby: readonly WaitingPerson[];
  readonly room: RoomSummary | null;
  readonly me: OwnParticipant | null;
  /** The others, in order of arrival. */
  readonly participants: readonly RemoteParticipant[];
  readonly localMedia: LocalMediaBySource;
  /** Nobody new may enter. */
  readonly locked: boolean;
  /** What is for moderators alone now. */
  readonly switches: MeetingSwitches;
  /** Ids of the participants whose hands are raised, this one included, in the order in which they were. */
  readonly hands: readonly string[];
  /** By sequence, oldest first; own messages that are not stored yet come last. */
  readonly messages: readonly ChatEntry[];
  readonly hasOlderMessages: boolean;
  /** Ids of the participants who are audible now, this one included, loudest first. */
  readonly activeSpeakers: readonly string[];
  /**
   * Id of the participant who leads the conversation, perhaps this one: changes more slowly than who is audible, and stays
   * when all are silent. `null` until somebody has spoken, and when that participant has left.
   */
  readonly dominantSpeaker: string | null;
}

export interface TrackEvent {
  participant: RemoteParticipant;
  source: Source;
  track: MediaStreamTrack;
}

/** MeetingClient's events, with the arguments of their listeners. */
export interface MeetingEvents {
  /** A remote track arrived. */
  track: [TrackEvent];
  /** A remote track is over: the sender stopped or left, or the connection was lost. */
  track_ended: [{ participantId: string; source: Source; track: MediaStreamTrack }];
  /** Somebody came; not sent for those who were there before. */
  participant_joined: [RemoteParticipant];
  /** Somebody went. */
  participant_left: [RemoteParticipant];
  /** Somebody else wrote after this participant had joined; not sent for what the server wrote. */
  message: [ChatMessage];
  /** Somebody reacts, perhaps this participant; to be shown for a moment. */
  reaction: [{ participantId: string; emoji: string }];
  /** A moderator muted this participant. They may unmute, unless `switches.onlyModeratorsUnmute` says otherwise. */
  muted: [{ byParticipantId: string }];
  /** A moderator stopped what this participant sent, or it may not be sent any more: `localMedia` has it no longer. */
  stopped: [{ source: Source; byParticipantId: string }];
  /**
   * Back after an absence longer than `reconnect.muteAfter`, as a new participant: what is published is muted until unmute(). Milliseconds for
   * which the page was away.
   */
  returned_muted: [{ awayMs: number }];
  /** Something that was to be published again after a reconnect, or upon joining, could not be. */
  publish_failed: [{ source: Source; error: MeetingError }];
  /** The state was replaced. */
  state: [MeetingState];
  /** The meeting is over for good: for everyone, or, with `removed`, for this participant. */
  ended: [CloseReason];
}

/** What moderators do; everybody may raise and lower their own hand, and react. Each rejects with `not_allowed` where the role does not suffice. */
export interface Moderator {
  /** Hosts and moderators are made and unmade by hosts alone. Rejects with `participant_not_found` too, as do those below. */
  setRole(participantId: string, role: Role): Promise<void>;
  muteParticipant(participantId: string): Promise<void>;
  muteAll(): Promise<void>;
  /** Rejects with `producer_not_found` where they do not send it. */
  stopSource(participantId: string, source: 'camera' | 'screen'): Promise<void>;
  /** `ban`: they may not come back while this meeting lasts. */
  removeParticipant(participantId: string, options?: { ban?: boolean }): Promise<void>;
  lockMeeting(locked: boolean): Promise<void>;
  /** Switches that are left out stay as they are. */
  setSwitches(change: Partial<MeetingSwitches>): Promise<void>;
  /** For everyone. */
  endMeeting(): Promise<void>;
  lowerHand(participantId: string): Promise<void>;
  setOwnHand(raised: boolean): Promise<void>;
  /** Everyone is told once; see the event `reaction`. */
  sendReaction(emoji: string): Promise<void>;
}

export interface PublishOptions {
  /** Start muted. */
  paused?: boolean;
  /** Instead of the layers that fit the track's size. */
  encodings?: RtpEncodingParameters[];
  /**
   * When the track ends by itself (its device was unplugged): `unpublish`, which is the default, or `keep` the server's producer, silent
   * or still, until replaceTrack() gives it another track. Publishing anew may need a right that the participant no longer has.
   */
  whenEnded?: 'unpublish' | 'keep';
}

/** Counters of both connections, as `RTCPeerConnection.getStats()` gives them; `null` where there is none now. */
export interface MeetingStats {
  send: RTCStatsReport | null;
  recv: RTCStatsReport | null;
}
