/**
 * Who receives what, and in which quality: a pure function of the meeting's state, of the plan before and of the time.
 *
 * Everything that happens in a meeting changes the state and asks for a new plan; the reconciler makes mediasoup agree
 * with it. Nothing else creates, pauses or closes a consumer.
 */
import { limits, type Layers, type Source, type ViewedTile } from '@minimeet/protocol';
import { keepWithin, type CappedVideo } from './bitrate-cap.js';
import { atMost, fittingLayers, highestLayers } from './fitting-layers.js';
import type { SentVideo } from './sent-video.js';

/** What an operator decides about forwarding. */
export interface ForwardingPolicy {
  /** Other people's voices that one participant receives at one time. */
  voices: number;
  /** Participants up to whom video that a receiver does not see keeps a paused consumer. */
  hiddenVideoUpTo: number;
  /** Participants up to whom every microphone has a consumer, if a paused one. */
  silentVoicesUpTo: number;
  /** Seconds after which video that nobody sees loses its consumer in a larger meeting. */
  unseenSeconds: number;
  /** Bit/s that one meeting may send to all its participants together; 0: any. */
  maxMeetingBitrate: number;
}

export interface PlannedProducer {
  producerId: string;
  participantId: string;
  source: Source;
  /** Of a camera or a screen. */
  video: SentVideo | null;
}

export interface PlannedReceiver {
  participantId: string;
  /** The highest layers that this receiver asked for, by producer id. */
  preferredLayers: ReadonlyMap<string, Layers>;
  /** What is on their screen; `null`: they did not tell yet. */
  view: readonly ViewedTile[] | null;
  /** How many pictures they are taken to see until they tell; `null`: all. */
  picturesAtFirst: number | null;
}

export interface ForwardingState {
  policy: ForwardingPolicy;
  /** How many are in the meeting, whether or not they can receive. */
  participants: number;
  producers: readonly PlannedProducer[];
  /** The participants who told what they can receive. */
  receivers: readonly PlannedReceiver[];
  /** Participants with microphones: those who shall be heard first. */
  voices: readonly string[];
  /** Milliseconds on a clock that never goes back. */
  now: number;
  before: ForwardingPlan;
}

/** How one producer is forwarded to one receiver. */
export interface Forwarding {
  paused: boolean;
  /** `null`: there are none to choose from, or nothing flows. */
  preferredLayers: Required<Layers> | null;
  /** 1 to 255: whose share of the receiver's bandwidth comes first. */
  priority: number;
  /** The layers that its tile is worth, before any limit; the next plan looks at them. */
  fit: Required<Layers> | null;
  /** Nobody knows how large it will be seen: it takes the layers that flow anyway, and is no reason to send more than one. */
  provisional?: boolean;
  /** When the receiver stopped to see it; `null` where they do. */
  unseenSince: number | null;
}

/** By receiver's participant id, then by producer id. What is not in it is not forwarded. */
export type ForwardingPlan = ReadonlyMap<string, ReadonlyMap<string, Forwarding>>;

/** Beside those who get through, as many who spoke last stay at hand in a large meeting: they are likely to speak again. */
const recentVoices = 8;
/** Bit/s of what is never left out. */
const audioBitrate: Partial<Record<Source, number>> = { microphone: 40_000, screen_audio: 128_000 };

const flowingAudio: Forwarding = { paused: false, preferredLayers: null, priority: 1, fit: null, unseenSince: null };
const pausedAudio: Forwarding = { ...flowingAudio, paused: true };

export function planForwarding(state: ForwardingState): ForwardingPlan {
  const sent = new SentMedia(state.producers);
  const plan = new Map(
    state.receivers.map((receiver) => {
      const forwardings = new Map<string, Forwarding>();
      planSound(state, sent, receiver, forwardings);
      planVideo(state, sent, receiver, forwardings);

      return [receiver.participantId, forwardings];
    }),
  );

  return state.policy.maxMeetingBitrate > 0 ? capped(plan, sent, state.policy) : plan;
}

/** All producers, so that a receiver costs as much as what they get, and not as what there is. */
class SentMedia {
  /** By producer id. */
  readonly byId = new Map<string, PlannedProducer>();
  readonly microphones = new Map<string, PlannedProducer>();
  readonly screenSounds: PlannedProducer[] = [];
  /** Screens first, then by who came first. */
  readonly videos: PlannedProducer[];
  readonly videoIds: string[];
  private readonly videosOf = new Map<string, PlannedProducer[]>();

  constructor(producers: readonly PlannedProducer[]) {
    const cameras: PlannedProducer[] = [];
    const screens: PlannedProducer[] = [];

    for (const producer of producers) {
      const { producerId, participantId, source, video } = producer;
      this.byId.set(producerId, producer);

      if (video) {
        (source === 'screen' ? screens : cameras).push(producer);
        this.videosOf.set(participantId, [...this.videosFrom(participantId), producer]);
      } else if (source === 'microphone') {
        this.microphones.set(participantId, producer);
      } else {
        this.screenSounds.push(producer);
      }
    }

    this.videos = [...screens, ...cameras];
    this.videoIds = this.videos.map(({ producerId }) => producerId);
  }

  videosFrom(participantId: string): readonly PlannedProducer[] {
    return this.videosOf.get(participantId) ?? [];
  }
}

/** When a plan that was made in this state has to be made anew although nothing happened; `null`: never. */
export function planExpiry(
  plan: ForwardingPlan,
  { policy, participants }: Pick<ForwardingState, 'policy' | 'participants'>,
): number | null {
  let first = Infinity;

  for (const forwardings of participants > policy.hiddenVideoUpTo ? plan.values() : []) {
    for (const { unseenSince } of forwardings.values()) {
      first = Math.min(first, unseenSince ?? Infinity);
    }
  }

  return first === Infinity ? null : first + unseenLimit(policy);
}

/** Of the order of voices, what a plan depends on: two that differ in other ways lead to the same plan. */
export function voicesInPlan(voices: readonly string[], policy: Pick<ForwardingPolicy, 'voices'>): string {
  const sorted = (from: number, to: number) => voices.slice(from, to).toSorted();
  // Whoever gets through or is at hand is no voice for themself: the next one takes their place.
  const through = policy.voices;
  const atHand = through + recentVoices;
  const groups = [
    [0, through],
    [through, through + 1],
    [through + 1, atHand],
    [atHand, atHand + 1],
  ] as const;

  return JSON.stringify(groups.map(([from, to]) => sorted(from, to)));
}

function planSound(
  { participants, voices, policy }: ForwardingState,
  { microphones, screenSounds }: SentMedia,
  { participantId: receiverId }: PlannedReceiver,
  forwardings: Map<string, Forwarding>,
): void {
  for (const { producerId, participantId } of screenSounds) {
    if (participantId !== receiverId) {
      forwardings.set(producerId, flowingAudio);
    }
  }

  let before = 0;

  for (const participantId of voices) {
    if (before === policy.voices + recentVoices) {
      break;
    }

    if (participantId !== receiverId) {
      const microphone = microphones.get(participantId);

      if (microphone) {
        forwardings.set(microphone.producerId, before < policy.voices ? flowingAudio : pausedAudio);
      }

      before += 1;
    }
  }

  for (const { producerId, participantId } of participants <= policy.silentVoicesUpTo ? microphones.values() : []) {
    if (participantId !== receiverId && !forwardings.has(producerId)) {
      forwardings.set(producerId, pausedAudio);
    }
  }
}

function planVideo(
  state: ForwardingState,
  sent: SentMedia,
  receiver: PlannedReceiver,
  forwardings: Map<string, Forwarding>,
): void {
  const { participantId: receiverId, view, picturesAtFirst } = receiver;
  const before = state.before.get(receiverId);
  const seen = (producer: PlannedProducer, video: SentVideo, tile: ViewedTile | undefined) =>
    forwardings.set(producer.producerId, seenVideo(producer, video, receiver, tile, before?.get(producer.producerId)));

  if (view) {
    for (const [participantId, tiles] of tilesOf(view)) {
      for (const producer of participantId === receiverId ? [] : sent.videosFrom(participantId)) {
        const tile = tiles.get(producer.source);

        if (producer.video && tile) {
          seen(producer, producer.video, tile);
        }
      }
    }
  } else {
    let left = picturesAtFirst ?? limits.viewTiles;

    for (const producer of sent.videos) {
      if (left === 0) {
        break;
      }

      if (producer.video && producer.participantId !== receiverId) {
        seen(producer, producer.video, undefined);
        left -= 1;
      }
    }
  }

  planUnseenVideo(state, sent, receiverId, forwardings);
}

/** What is not seen is kept, paused, where it can be expected to be: all of it in a small meeting, what was seen lately in a larger one. */
function planUnseenVideo(
  { policy, participants, now, before }: ForwardingState,
  sent: SentMedia,
  receiverId: string,
  forwardings: Map<string, Forwarding>,
): void {
  const forwardedBefore = before.get(receiverId) ?? new Map<string, Forwarding>();
  const isSmall = participants <= policy.hiddenVideoUpTo;
  const candidates = isSmall ? sent.videoIds : forwardedBefore.keys();

  for (const producerId of candidates) {
    const producer = sent.byId.get(producerId);

    if (!producer?.video || producer.participantId === receiverId || forwardings.has(producerId)) {
      continue;
    }

    const unseenSince = forwardedBefore.get(producerId)?.unseenSince ?? now;

    if (isSmall || now - unseenSince < unseenLimit(policy)) {
      forwardings.set(producerId, { paused: true, preferredLayers: null, priority: 1, fit: null, unseenSince });
    }
  }
}

/** @param tile `undefined` where the receiver never told what they see */
function seenVideo(
  { producerId, source }: PlannedProducer,
  video: SentVideo,
  { preferredLayers, view, picturesAtFirst }: PlannedReceiver,
  tile: ViewedTile | undefined,
  before: Forwarding | undefined,
): Forwarding {
  const fit = tile ? fittingLayers(tile, video, before?.fit ?? null) : highestLayers(video);

  return {
    paused: false,
    preferredLayers: isLayered(video) ? atMost(fit, preferredLayers.get(producerId)) : null,
    priority: priorityOf(source, tile),
    fit,
    provisional: view === null && picturesAtFirst !== null,
    unseenSince: null,
  };
}

/** By participant id, then by source. Of two tiles with the same picture, the larger one decides. */
function tilesOf(view: readonly ViewedTile[]): Map<string, Map<Source, ViewedTile>> {
  const tiles = new Map<string, Map<Source, ViewedTile>>();

  for (const tile of view) {
    const { participantId, source, width, height, pinned } = tile;
    const ofParticipant = tiles.get(participantId) ?? new Map<Source, ViewedTile>();
    const other = ofParticipant.get(source);
    const larger = other && other.width * other.height >= width * height ? other : tile;
    tiles.set(participantId, ofParticipant);
    ofParticipant.set(source, { ...larger, pinned: pinned || (other?.pinned ?? false) });
  }

  return tiles;
}

/**
 * Shared screens first, then what is pinned, then by size. A size counts in powers of two, so that a resize changes few.
 * The largest that the protocol takes is 2^28 pixels.
 */
function priorityOf(source: Source, tile: ViewedTile | undefined): number {
  const size = tile ? Math.round(Math.log2(tile.width * tile.height)) : 0;

  return 1 + size + (tile?.pinned ? 50 : 0) + (source === 'screen' ? 100 : 0);
}

function isLayered({ layers, temporalLayers }: SentVideo): boolean {
  return layers.length > 1 || temporalLayers > 1;
}

function unseenLimit({ unseenSeconds }: ForwardingPolicy): number {
  return unseenSeconds * 1000;
}

/** The plan within the bitrate of a meeting. Voices stay: they cost little, and are what a meeting is for. */
function capped(plan: ForwardingPlan, { byId }: SentMedia, policy: ForwardingPolicy): ForwardingPlan {
  const videos = new Map<Forwarding, CappedVideo>();
  let rest = policy.maxMeetingBitrate;

  for (const [producerId, forwarding] of [...plan.values()].flatMap((forwardings) => [...forwardings])) {
    const { source, video } = byId.get(producerId) as PlannedProducer;

    if (video) {
      const { paused, priority, preferredLayers } = forwarding;
      const spatialLayer = (preferredLayers ?? highestLayers(video)).spatialLayer;
      videos.set(forwarding, { video, priority, paused, spatialLayer });
    } else {
      rest -= forwarding.paused ? 0 : (audioBitrate[source] ?? 0);
    }
  }

  keepWithin(Math.max(0, rest), [...videos.values()]);

  return new Map(
    [...plan].map(([receiverId, forwardings]) => [
      receiverId,
      new Map(
        [...forwardings].map(([producerId, forwarding]) => [producerId, within(videos.get(forwarding), forwarding)]),
      ),
    ]),
  );
}

function within(capped: CappedVideo | undefined, forwarding: Forwarding): Forwarding {
  if (!capped) {
    return forwarding;
  }

  const { paused, spatialLayer } = capped;
  const { preferredLayers } = forwarding;

  return { ...forwarding, paused, preferredLayers: preferredLayers && { ...preferredLayers, spatialLayer } };
}
