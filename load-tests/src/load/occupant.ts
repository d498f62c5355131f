/** One bot in a seat, from joining to leaving: looks, speaks, mutes, writes, and gets lost now and then, as the plan says. */
import type { ViewedTile } from '@minimeet/protocol';
import { MeetingError, type MeetingState } from '@minimeet/sdk';
import { Bot, type ExpectedTrack, type JoinSteps } from '../bot.js';
import type { MediaMeter } from '../bot-media.js';
import { BreakableWay } from '../breakable-way.js';
import { timeOfDay } from '../webrtc/clock.js';
import { Network } from '../webrtc/network-conditions.js';
import type { Counts, Figures } from './figures.js';
import { picturesOf, viewOf } from './layout.js';
import { cameraSize, type Plan, type Seat } from './plan.js';
import { speaks } from './speech.js';

/** Milliseconds that publishing and connecting media may take after the answer. */
const completionLimit = 20_000;
/** Milliseconds in which a view is not told again, however much changes. */
const viewInterval = 250;
/** Packets a second of Opus. */
const voicePacketsPerSecond = 50;

export interface OccupantOptions {
  plan: Plan;
  seat: Seat;
  url: string;
  /** The room's link. */
  room: string;
  figures: Figures;
  /** Also told of each latency, for what is shown while the test runs. */
  onLatency(milliseconds: number): void;
}

export class Occupant {
  private readonly bot: Bot;
  private readonly network: Network;
  private shown: { participants: MeetingState['participants']; dominantSpeaker: string | null } | null = null;
  private view: ViewedTile[] = [];
  private viewAt = 0;
  private nextChat: number;
  private nextMute: number;
  private nextOutage: number;
  private status: MeetingState['status'] = 'idle';
  private restless = true;

  /** Its way to the server is its own where the plan breaks it. */
  static async create(options: OccupantOptions): Promise<Occupant> {
    return new Occupant(options, options.plan.outages ? await BreakableWay.open(options.url) : null);
  }

  private constructor(
    private readonly options: OccupantOptions,
    private readonly way: BreakableWay | null,
  ) {
    const { plan, seat, url, room } = options;
    const now = performance.now();
    this.nextChat = soon(now, plan.chatEvery);
    this.nextMute = soon(now, seat.publishes ? plan.muteEvery : 0);
    this.nextOutage = soon(now, plan.outages?.every ?? 0);
    this.network = new Network(plan.network ?? null);
    this.bot = new Bot({
      url: way?.url ?? url,
      room,
      displayName: `Bot ${seat.index + 1}`,
      picturesAtFirst: picturesOf(plan.layout),
      rates: { framesPerSecond: plan.frameRate, voicePacketsPerSecond, bitrateShare: plan.bitrateShare },
      camera: cameraSize(plan),
      network: this.network,
      meter: this.meter(),
    });
    this.bot.client.subscribe(() => this.noteStatus());
  }

  /** Rejects as joining does. */
  async join(): Promise<JoinSteps> {
    const { figures, seat } = this.options;
    const began = performance.now();
    const { firsts } = this.bot.media;
    const steps = await this.bot.joinMeasured(seat.publishes, completionLimit);
    figures.of('connect').add(steps.connect);
    figures.of('join').add(steps.answer);

    if (steps.published !== null) {
      figures.of('published').add(steps.published);
    }

    if (steps.transport !== null) {
      figures.of('transport').add(steps.transport);
    }

    figures.of('complete').add(Math.max(steps.answer, steps.published ?? 0, steps.transport ?? 0));
    this.noteFirsts(began, firsts);

    return steps;
  }

  /** Why its media did not get through; `null` where it did, or nothing was to be sent or received. */
  get mediaFailure(): string | null {
    return this.bot.media.failure;
  }

  /** In the meeting, and connected. */
  get isPresent(): boolean {
    return this.bot.client.state.status === 'joined';
  }

  /** Does what is due, which is nothing for most of the time. */
  tick(now: number): void {
    const { plan, seat } = this.options;
    this.bot.speaking = speaks(plan, seat, timeOfDay(now));

    if (!this.isPresent) {
      return;
    }

    this.look(now);

    if (now >= this.nextChat) {
      this.nextChat = soon(now, plan.chatEvery);
      this.request('chat', () => this.bot.client.sendMessage(`Message of bot ${seat.index + 1}`));
      this.options.figures.counts.chatMessages += 1;
    }

    if (now >= this.nextMute && this.restless) {
      this.nextMute = soon(now, plan.muteEvery);
      this.request('signalling', () => this.toggleMicrophone());
    }

    if (now >= this.nextOutage && this.restless && plan.outages) {
      this.nextOutage = soon(now, plan.outages.every);
      this.loseConnection(plan.outages.lasting);
    }
  }

  /** Nothing that changes what flows happens any more, so that it can be looked at. */
  settle(): void {
    this.restless = false;
  }

  /**
   * What should flow now, with the packets of it so far; `null` for what was not offered. Cameras are those of the plan: one that the
   * server never told of is as missing as one of which nothing comes.
   */
  tracks(): (ExpectedTrack & { packets: number | null })[] {
    const packets = new Map([...this.bot.media.incoming.values()].map((media) => [media.trackId, media.packets]));
    const known = this.bot
      .expectedTracks(this.view)
      .map((track) => ({ ...track, packets: packets.get(track.trackId ?? '') ?? null }));
    const cameras = known.filter(({ source }) => source === 'camera').length;
    const untold = { participantId: '', source: 'camera' as const, trackId: undefined, packets: null };

    return [...known, ...Array(Math.max(0, this.camerasInPlan - cameras)).fill(untold)];
  }

  /** How many of the others' cameras are on the screen when everybody is there. */
  private get camerasInPlan(): number {
    const { plan, seat } = this.options;
    const { publishers = plan.participants } = plan;

    return Math.min(picturesOf(plan.layout), seat.publishes ? publishers - 1 : publishers);
  }

  /** Adds what this one has sent and received so far. */
  addCounts(counts: Counts): void {
    const { figures, losses } = this.bot.media;
    const { received, sent } = figures;
    counts.packetsSent += sent.packets;
    counts.packetsReceived += received.packets;
    counts.packetsExpected += losses.expected;
    counts.packetsLost += losses.lost;
    counts.packetsRecovered += losses.recovered;
    counts.packetsWanted += figures.packetsWanted;
    counts.packetsWantedOfUs += figures.packetsWantedOfUs;
    counts.packetsSentAgain += figures.packetsSentAgain;
    counts.keyFrameRequests += figures.keyFrameRequests;
    counts.decrypted += figures.decrypted;
    counts.undecipherable += figures.undecipherable;
    counts.audioBytesSent += sent.audioBytes;
    counts.audioBytesReceived += received.audioBytes;

    for (const layer of [0, 1, 2] as const) {
      counts[`videoBytesSent${layer}`] += sent.videoBytes[layer] ?? 0;
      counts[`videoBytesReceived${layer}`] += received.videoBytes[layer] ?? 0;
    }
  }

  async leave(): Promise<void> {
    this.restless = false;
    await this.bot.leave();
    this.way?.close();
  }

  private meter(): MediaMeter {
    const { figures, onLatency } = this.options;
    const [audioLatency, videoLatency] = [figures.of('audioLatency'), figures.of('videoLatency')];

    return {
      latency: (kind, milliseconds) => {
        (kind === 'audio' ? audioLatency : videoLatency).add(milliseconds);
        onLatency(milliseconds);
      },
      roundTrip: (milliseconds) => figures.of('roundTrip').add(milliseconds),
      jitter: (kind, milliseconds) => figures.of(kind === 'audio' ? 'audioJitter' : 'videoJitter').add(milliseconds),
    };
  }

  /** The first packet and picture count where there was somebody to see when this one came. */
  private noteFirsts(began: number, firsts: Bot['media']['firsts']): void {
    const { figures, plan } = this.options;
    const sees = this.bot.client.state.participants.some(({ media }) => media.camera && !media.camera.paused);

    if (!sees || plan.layout === 'none') {
      return;
    }

    this.bot.media.onFirst('packet', () => figures.of('firstPacket').add(firsts.packet! - began));
    this.bot.media.onFirst('keyFrame', () => figures.of('firstKeyFrame').add(firsts.keyFrame! - began));
  }

  /** Counts how often it came back to where it was. */
  private noteStatus(): void {
    const { status } = this.bot.client.state;

    if (status === 'joined' && this.status === 'reconnecting') {
      this.options.figures.counts.reconnects += 1;
    }

    this.status = status;
  }

  private look(now: number): void {
    const { participants, dominantSpeaker } = this.bot.client.state;

    if (
      now - this.viewAt < viewInterval ||
      (this.shown?.participants === participants && this.shown.dominantSpeaker === dominantSpeaker)
    ) {
      return;
    }

    this.shown = { participants, dominantSpeaker };
    this.viewAt = now;
    const view = viewOf(this.options.plan.layout, this.bot.client.state);

    if (JSON.stringify(view) !== JSON.stringify(this.view) || this.view.length === 0) {
      this.view = view;
      this.request('signalling', () => this.bot.client.setView(view));
    }
  }

  private async toggleMicrophone(): Promise<void> {
    const { client } = this.bot;
    await (client.state.localMedia.microphone?.paused ? client.unmute('microphone') : client.mute('microphone'));
  }

  private loseConnection(seconds: number): void {
    this.options.figures.counts.outages += 1;
    this.network.interrupt(seconds * 1000);
    this.way?.break();
  }

  /** Measures how long the server takes to answer. */
  private request(name: 'signalling' | 'chat', ask: () => Promise<unknown>): void {
    const { figures } = this.options;
    const began = performance.now();
    figures.counts.requests += 1;
    ask().then(
      () => figures.of(name).add(performance.now() - began),
      (error: unknown) => {
        const wasCutOff = error instanceof MeetingError && (error.code === 'aborted' || !this.isPresent);
        figures.counts.requestsFailed += wasCutOff ? 0 : 1;
      },
    );
  }
}

/** A moment that lies so many seconds ahead on average; never, where they are none. */
function soon(now: number, seconds: number): number {
  return seconds === 0 ? Infinity : now + seconds * 1000 * (0.5 + Math.random());
}
