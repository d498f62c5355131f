/** The public face of the sdk. */
import type { ChatMessage, Layers, Source } from '@minimeet/protocol';
import { EventEmitter } from 'eventemitter3';
import { MeetingError } from './meeting-error.js';
import type { MeetingClientOptions, MeetingEvents, MeetingState, MeetingStats, PublishOptions } from './types.js';

type Listener<Name extends keyof MeetingEvents> = (...args: MeetingEvents[Name]) => void;

const unavailable = (): Promise<never> => Promise.reject(new MeetingError('not_supported', 'Not available yet'));

/** One participant in one room's meeting. */
export class MeetingClient {
  private readonly events = new EventEmitter<MeetingEvents>();

  /** A client that has joined already. Throws what join() throws. */
  static async join(options: MeetingClientOptions): Promise<MeetingClient> {
    const client = new MeetingClient(options);
    await client.join();
    return client;
  }

  constructor(private readonly options: MeetingClientOptions) {}

  get state(): MeetingState {
    return {
      status: 'idle',
      error: null,
      endReason: null,
      room: null,
      me: null,
      participants: [],
      localMedia: {},
      messages: [],
      hasOlderMessages: false,
      activeSpeakers: [],
    };
  }

  /** Calls `listener` after each change of `state`; returns the function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.events.on('state', listener);
    return () => void this.events.off('state', listener);
  };

  on<Name extends keyof MeetingEvents>(event: Name, listener: Listener<Name>): this {
    this.events.on(event, listener as never);
    return this;
  }

  once<Name extends keyof MeetingEvents>(event: Name, listener: Listener<Name>): this {
    this.events.once(event, listener as never);
    return this;
  }

  off<Name extends keyof MeetingEvents>(event: Name, listener: Listener<Name>): this {
    this.events.off(event, listener as never);
    return this;
  }

  prepare(): Promise<void> {
    return unavailable();
  }

  join(): Promise<void> {
    return unavailable();
  }

  leave(): Promise<void> {
    return unavailable();
  }

  publish(_source: Source, _track: MediaStreamTrack, _options: PublishOptions = {}): Promise<void> {
    return unavailable();
  }

  unpublish(_source: Source): Promise<void> {
    return unavailable();
  }

  replaceTrack(_source: Source, _track: MediaStreamTrack): Promise<void> {
    return unavailable();
  }

  mute(_source: Source): Promise<void> {
    return unavailable();
  }

  unmute(_source: Source): Promise<void> {
    return unavailable();
  }

  publishMicrophone(_constraints: MediaTrackConstraints = {}): Promise<MediaStreamTrack> {
    return unavailable();
  }

  publishCamera(_constraints: MediaTrackConstraints = {}): Promise<MediaStreamTrack> {
    return unavailable();
  }

  publishScreen(_options: DisplayMediaStreamOptions = {}): Promise<MediaStreamTrack> {
    return unavailable();
  }

  sendMessage(_text: string): Promise<ChatMessage> {
    return unavailable();
  }

  resendMessage(_clientMessageId: string): Promise<ChatMessage> {
    return unavailable();
  }

  loadOlderMessages(): Promise<void> {
    return unavailable();
  }

  setPreferredLayers(_participantId: string, _source: Source, _layers: Layers): Promise<void> {
    return unavailable();
  }

  requestKeyFrame(_participantId: string, _source: Source): Promise<void> {
    return unavailable();
  }

  getStats(): Promise<MeetingStats> {
    return unavailable();
  }
}
