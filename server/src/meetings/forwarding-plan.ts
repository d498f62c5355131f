/**
 * Who receives what, and in which quality: a pure function of the meeting's state, of the plan before and of the time.
 *
 * Everything that happens in a meeting changes the state and asks for a new plan; the reconciler makes mediasoup agree
 * with it. Nothing else creates, pauses or closes a consumer.
 */
import type { Layers, Source, ViewedTile } from '@minimeet/protocol';
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
  /** What is on their screen; `null`: everything. */
  view: readonly ViewedTile[] | null;
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
  /** When the receiver stopped to see it; `null` where they do. */
  unseenSince: number | null;
}

/** By receiver's participant id, then by producer id. What is not in it is not forwarded. */
export type ForwardingPlan = ReadonlyMap<string, ReadonlyMap<string, Forwarding>>;

/** Beside those who get through, as many who spoke last stay at hand in a large meeting: they are likely to speak again. */
const recentVoices = 12;
/** Bit/s of what is never left out. */
const audioBitrate: Partial<Record<Source, number>> = { microphone: 40_000, screen_audio: 128_000 };

const flowingAudio: Forwarding = { paused: false, preferredLayers: null, priority: 1, fit: null, unseenSince: null };
const pausedAudio: Forwarding = { ...flowingAudio, paused: true };

export function planForwarding(state: ForwardingState): ForwardingPlan {
  const plan = new Map(
    state.receivers.map((receiver) => [
      receiver.participantId,
      new Map([...plannedVoices(state, receiver), ...plannedVideo(state, receiver)]),
    ]),
  );

  return state.policy.maxMeetingBitrate > 0 ? capped(plan, state) : plan;
}

/** When a plan that was made in this state has to be made anew although nothing happened; `null`: never. */
export function planExpiry(
  plan: ForwardingPlan,
  state: Pick<ForwardingState, 'policy' | 'participants'>,
): number | null {
  if (state.participants <= state.policy.hiddenVideoUpTo) {
    return null;
  }

  const unseen = [...plan.values()].flatMap((forwardings) =>
    [...forwardings.values()].flatMap(({ unseenSince }) => unseenSince ?? []),
  );

  return unseen.length > 0 ? unseen.reduce((one, other) => Math.min(one, other)) + unseenLimit(state.policy) : null;
}

function* plannedVoices(
  { producers, participants, voices, policy }: ForwardingState,
  { participantId: receiverId }: PlannedReceiver,
): Iterable<[string, Forwarding]> {
  const others = voices.filter((participantId) => participantId !== receiverId);
  const through = new Set(others.slice(0, policy.voices));
  const atHand = new Set(others.slice(0, policy.voices + recentVoices));
  const everyone = participants <= policy.silentVoicesUpTo;

  for (const { producerId, participantId, source } of producers) {
    if (participantId === receiverId) {
      continue;
    }

    if (source === 'screen_audio' || (source === 'microphone' && through.has(participantId))) {
      yield [producerId, flowingAudio];
    } else if (source === 'microphone' && (everyone || atHand.has(participantId))) {
      yield [producerId, pausedAudio];
    }
  }
}

function* plannedVideo(state: ForwardingState, receiver: PlannedReceiver): Iterable<[string, Forwarding]> {
  const tiles = receiver.view && tilesOf(receiver.view);

  for (const producer of state.producers) {
    if (producer.participantId !== receiver.participantId && producer.video) {
      const tile = tiles?.get(nameOf(producer));
      const before = state.before.get(receiver.participantId)?.get(producer.producerId);
      const planned =
        tiles && !tile ? unseenVideo(state, before) : seenVideo(producer, producer.video, receiver, tile, before);

      if (planned) {
        yield [producer.producerId, planned];
      }
    }
  }
}

/** @param tile `undefined` where the receiver never told what they see */
function seenVideo(
  { producerId, source }: PlannedProducer,
  video: SentVideo,
  { preferredLayers }: PlannedReceiver,
  tile: ViewedTile | undefined,
  before: Forwarding | undefined,
): Forwarding {
  const fit = tile ? fittingLayers(tile, video, before?.fit ?? null) : highestLayers(video);

  return {
    paused: false,
    preferredLayers: isLayered(video) ? atMost(fit, preferredLayers.get(producerId)) : null,
    priority: priorityOf(source, tile),
    fit,
    unseenSince: null,
  };
}

/** Kept for a while, paused, where it can be expected to be seen again; `null`: not kept. */
function unseenVideo(
  { policy, participants, now }: ForwardingState,
  before: Forwarding | undefined,
): Forwarding | null {
  const unseenSince = before?.unseenSince ?? now;
  const isKept = participants <= policy.hiddenVideoUpTo || (before && now - unseenSince < unseenLimit(policy));

  return isKept ? { paused: true, preferredLayers: null, priority: 1, fit: null, unseenSince } : null;
}

/** Of two tiles with the same picture, the larger one decides. */
function tilesOf(view: readonly ViewedTile[]): Map<string, ViewedTile> {
  const tiles = new Map<string, ViewedTile>();

  for (const tile of view) {
    const other = tiles.get(nameOf(tile));
    const larger = !other || other.width * other.height < tile.width * tile.height ? tile : other;
    tiles.set(nameOf(tile), { ...larger, pinned: tile.pinned || (other?.pinned ?? false) });
  }

  return tiles;
}

function nameOf({ participantId, source }: Pick<PlannedProducer, 'participantId' | 'source'>): string {
  return `${participantId} ${source}`;
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
function capped(plan: ForwardingPlan, { policy, producers }: ForwardingState): ForwardingPlan {
  const byId = new Map(producers.map((producer) => [producer.producerId, producer]));
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
