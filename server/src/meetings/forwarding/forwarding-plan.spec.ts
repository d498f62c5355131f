import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sources, type ViewedTile } from '@minimeet/protocol';
import {
  planExpiry,
  planForwarding,
  voicesInPlan,
  type Forwarding,
  type ForwardingPlan,
  type ForwardingPolicy,
  type ForwardingState,
  type PlannedProducer,
  type PlannedReceiver,
} from './forwarding-plan.js';
import { sentVideo } from './sent-video.js';

const participantIds = ['ada', 'bob', 'eve', 'kim', 'lin', 'max', 'ned'];
const policy: ForwardingPolicy = {
  voices: 2,
  hiddenVideoUpTo: 4,
  silentVoicesUpTo: 5,
  unseenSeconds: 30,
  maxMeetingBitrate: 0,
};
const simulcast = [{ maxBitrate: 120_000 }, { maxBitrate: 600_000 }, { maxBitrate: 1_700_000 }].map((encoding) => ({
  ...encoding,
  scalabilityMode: 'L1T3',
}));

function producerOf(participantId: string, source: PlannedProducer['source'], encodings = simulcast): PlannedProducer {
  const isVideo = source === 'camera' || source === 'screen';

  return {
    producerId: `${participantId}'s ${source}`,
    participantId,
    source,
    video: isVideo ? sentVideo(encodings) : null,
  };
}

function receiver(participantId: string, view: PlannedReceiver['view'] = null): PlannedReceiver {
  return { participantId, preferredLayers: new Map(), view, picturesAtFirst: null };
}

function tile(participantId: string, width: number, height: number, changes: Partial<ViewedTile> = {}): ViewedTile {
  return { participantId, source: 'camera', width, height, pinned: false, ...changes };
}

/** Of as many people as there are producers' names, where nothing else is said. */
function stateOf(changes: Partial<ForwardingState>): ForwardingState {
  return { policy, participants: 3, producers: [], receivers: [], voices: [], now: 0, before: new Map(), ...changes };
}

const tiles = fc.record({
  participantId: fc.constantFrom(...participantIds),
  source: fc.constantFrom('camera' as const, 'screen' as const),
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 2200 }),
  pinned: fc.boolean(),
});
const layers = fc.record({ spatialLayer: fc.nat(7), temporalLayer: fc.option(fc.nat(7), { nil: undefined }) });
const encodings = fc.constantFrom(
  simulcast,
  simulcast.slice(0, 2),
  [{ maxBitrate: 900_000 }],
  [{ scalabilityMode: 'L3T3', maxBitrate: 2_000_000 }],
) as fc.Arbitrary<typeof simulcast>;

const states: fc.Arbitrary<ForwardingState> = fc
  .record({
    producers: fc.uniqueArray(
      fc.record({ participantId: fc.constantFrom(...participantIds), source: fc.constantFrom(...sources), encodings }),
      { selector: ({ participantId, source }) => `${participantId} ${source}`, maxLength: 28 },
    ),
    receivers: fc.uniqueArray(
      fc.record({
        participantId: fc.constantFrom(...participantIds),
        view: fc.option(fc.array(tiles, { maxLength: 10 })),
        picturesAtFirst: fc.option(fc.nat(5)),
        preferred: fc.array(layers, { maxLength: 5 }),
      }),
      { selector: ({ participantId }) => participantId },
    ),
    voices: fc.shuffledSubarray(participantIds),
    participants: fc.integer({ min: 1, max: 9 }),
    now: fc.integer({ min: 0, max: 100_000 }),
    maxMeetingBitrate: fc.constantFrom(0, 50_000, 500_000, 3_000_000, 20_000_000),
  })
  .map(({ producers, receivers, maxMeetingBitrate, ...rest }) => {
    const planned = producers.map((each) => producerOf(each.participantId, each.source, each.encodings));

    return {
      ...rest,
      policy: { ...policy, maxMeetingBitrate },
      producers: planned,
      receivers: receivers.map(({ participantId, view, picturesAtFirst, preferred }) => ({
        participantId,
        view,
        picturesAtFirst,
        preferredLayers: new Map(
          preferred.flatMap((each, index) => (planned[index] ? [[planned[index].producerId, each]] : [])),
        ),
      })),
      before: new Map(),
    };
  });

/** Two states of one meeting, one after the other. */
const histories = fc
  .tuple(states, states, fc.integer({ min: 0, max: 60_000 }))
  .map(([first, second, passed]): ForwardingState => ({
    ...second,
    now: first.now + passed,
    before: planForwarding(first),
  }));

function eachForwarding(
  state: ForwardingState,
  look: (forwarding: Forwarding, producer: PlannedProducer, receiver: PlannedReceiver) => void,
): void {
  for (const [receiverId, forwardings] of planForwarding(state)) {
    for (const [producerId, forwarding] of forwardings) {
      const producer = state.producers.find((each) => each.producerId === producerId);
      const planned = state.receivers.find(({ participantId }) => participantId === receiverId);
      look(forwarding, producer as PlannedProducer, planned as PlannedReceiver);
    }
  }
}

function holdsForEach(look: Parameters<typeof eachForwarding>[1]): void {
  fc.assert(fc.property(histories, (state) => eachForwarding(state, look)));
}

/** Bit/s of the video that flows. */
function videoBitrate(state: ForwardingState): number {
  let sum = 0;
  eachForwarding(state, ({ paused, preferredLayers }, { video }) => {
    if (video && !paused) {
      const layer = preferredLayers?.spatialLayer ?? video.layers.length - 1;
      sum += Math.max(...video.layers.slice(0, layer + 1).map(({ bitrate }) => bitrate));
    }
  });

  return sum;
}

function cameraOfAda(plan: ForwardingPlan): Forwarding | undefined {
  return plan.get('bob')?.get("ada's camera");
}

describe('every forwarding plan', () => {
  it('forwards nobody to themself', () => {
    holdsForEach((_, producer, { participantId }) => expect(producer.participantId).not.toBe(participantId));
  });

  it('has no more voices for anyone than there may be, and every screen’s sound', () => {
    fc.assert(
      fc.property(histories, (state) => {
        for (const [receiverId, forwardings] of planForwarding(state)) {
          const flowing = state.producers.filter(({ producerId }) => forwardings.get(producerId)?.paused === false);
          expect(flowing.filter(({ source }) => source === 'microphone').length).toBeLessThanOrEqual(policy.voices);
          const isSound = ({ source, participantId }: PlannedProducer) =>
            source === 'screen_audio' && participantId !== receiverId;
          expect(flowing.filter(isSound)).toEqual(state.producers.filter(isSound));
        }
      }),
    );
  });

  it('lets no video flow that is not in view', () => {
    holdsForEach(({ paused }, { video, participantId, source }, { view }) => {
      if (video && !paused && view) {
        expect(view.some((each) => each.participantId === participantId && each.source === source)).toBe(true);
      }
    });
  });

  it('lets no more pictures flow than a client shows until it says which', () => {
    fc.assert(
      fc.property(histories, (state) => {
        const plan = planForwarding(state);

        for (const { participantId, picturesAtFirst } of state.receivers.filter(({ view }) => !view)) {
          const forwardings = plan.get(participantId);
          const others = state.producers.filter((each) => each.video && each.participantId !== participantId);
          const pictures = others.filter(({ producerId }) => forwardings?.get(producerId)?.fit);
          expect(pictures).toHaveLength(Math.min(picturesAtFirst ?? Infinity, others.length));
        }
      }),
    );
  });

  it('has layers that exist and are no higher than the client asked for, and a priority that mediasoup takes', () => {
    holdsForEach(({ preferredLayers, priority }, { video, producerId }, { preferredLayers: asked }) => {
      expect(priority).toBeGreaterThanOrEqual(1);
      expect(priority).toBeLessThanOrEqual(255);

      if (preferredLayers && video) {
        const bound = asked.get(producerId);
        expect(preferredLayers.spatialLayer).toBeLessThanOrEqual(
          Math.min(video.layers.length - 1, bound?.spatialLayer ?? 7),
        );
        expect(preferredLayers.temporalLayer).toBeLessThanOrEqual(
          Math.min(video.temporalLayers - 1, bound?.temporalLayer ?? 7),
        );
      }
    });
  });

  it('keeps a meeting within its bitrate', () => {
    fc.assert(
      fc.property(histories, (state) => {
        const { maxMeetingBitrate } = state.policy;
        expect(maxMeetingBitrate === 0 || videoBitrate(state) <= maxMeetingBitrate).toBe(true);
      }),
    );
  });

  it('stays as it is when nothing happens', () => {
    fc.assert(
      fc.property(histories, (state) => {
        const plan = planForwarding(state);
        expect(planForwarding({ ...state, before: plan })).toEqual(plan);
      }),
    );
  });

  it('is made anew in time for the next one that expires, and then has nothing that had expired', () => {
    fc.assert(
      fc.property(histories, (state) => {
        const plan = planForwarding(state);
        const expiry = planExpiry(plan, state);

        if (expiry !== null) {
          expect(expiry).toBeGreaterThan(state.now);
          const next = planForwarding({ ...state, now: expiry, before: plan });
          expect(planExpiry(next, state) ?? Infinity).toBeGreaterThan(expiry);
        }
      }),
    );
  });
});

describe('video in a plan', () => {
  const producers = [producerOf('ada', 'camera')];
  const seenAs = (width: number, height: number, before: ForwardingPlan = new Map()) =>
    planForwarding(stateOf({ producers, receivers: [receiver('bob', [tile('ada', width, height)])], before }));

  it('is as large as its tile', () => {
    expect(cameraOfAda(seenAs(320, 180))?.preferredLayers).toEqual({ spatialLayer: 0, temporalLayer: 2 });
    expect(cameraOfAda(seenAs(640, 360))?.preferredLayers?.spatialLayer).toBe(1);
    expect(cameraOfAda(seenAs(700, 400))?.preferredLayers?.spatialLayer).toBe(1);
    expect(cameraOfAda(seenAs(960, 540))?.preferredLayers?.spatialLayer).toBe(2);
    expect(cameraOfAda(seenAs(4000, 2000))?.preferredLayers?.spatialLayer).toBe(2);
  });

  it('does not flap when a tile changes its size a little', () => {
    const large = seenAs(760, 420);
    expect(cameraOfAda(large)?.preferredLayers?.spatialLayer).toBe(2);
    const less = seenAs(700, 390, large);
    expect(cameraOfAda(less)?.preferredLayers?.spatialLayer).toBe(2);
    const small = seenAs(630, 350, less);
    expect(cameraOfAda(small)?.preferredLayers?.spatialLayer).toBe(1);
    expect(cameraOfAda(seenAs(700, 390, small))?.preferredLayers?.spatialLayer).toBe(1);
  });

  it('has fewer frames a second on a small tile', () => {
    const small = seenAs(160, 90);
    expect(cameraOfAda(small)?.preferredLayers).toEqual({ spatialLayer: 0, temporalLayer: 1 });
    expect(cameraOfAda(seenAs(230, 130, small))?.preferredLayers?.temporalLayer).toBe(1);
    expect(cameraOfAda(seenAs(256, 144, small))?.preferredLayers?.temporalLayer).toBe(2);
  });

  it('is as good as can be for those who never said what they see, and at most what they asked for', () => {
    const plan = planForwarding(
      stateOf({
        producers,
        receivers: [
          { ...receiver('bob'), preferredLayers: new Map([["ada's camera", { spatialLayer: 1 }]]) },
          receiver('eve'),
        ],
      }),
    );

    expect(cameraOfAda(plan)?.preferredLayers).toEqual({ spatialLayer: 1, temporalLayer: 2 });
    expect(plan.get('eve')?.get("ada's camera")?.preferredLayers).toEqual({ spatialLayer: 2, temporalLayer: 2 });
  });

  it('is of screens and of those who came first for a client that has yet to say which it shows', () => {
    const plan = planForwarding(
      stateOf({
        participants: 9,
        producers: [producerOf('ada', 'camera'), producerOf('bob', 'camera'), producerOf('eve', 'screen')],
        receivers: [
          { ...receiver('kim'), picturesAtFirst: 2 },
          { ...receiver('lin'), picturesAtFirst: 0 },
        ],
      }),
    );
    expect([...(plan.get('kim')?.keys() ?? [])]).toEqual(["eve's screen", "ada's camera"]);
    expect(plan.get('lin')?.size).toBe(0);
  });

  it('has no layers where its sender sends but one', () => {
    const plain = [producerOf('ada', 'screen', [{ maxBitrate: 3_000_000 }] as typeof simulcast)];
    const plan = planForwarding(stateOf({ producers: plain, receivers: [receiver('bob')] }));
    expect(plan.get('bob')?.get("ada's screen")).toMatchObject({ paused: false, preferredLayers: null });
  });

  it('shares the bandwidth out: screens first, then what is pinned, then by size', () => {
    const plan = planForwarding(
      stateOf({
        producers: [
          producerOf('ada', 'camera'),
          producerOf('eve', 'camera'),
          producerOf('kim', 'camera'),
          producerOf('kim', 'screen'),
        ],
        receivers: [
          receiver('bob', [
            tile('ada', 1280, 720),
            tile('eve', 160, 90, { pinned: true }),
            tile('kim', 160, 90),
            tile('kim', 16_000, 16_000, { source: 'screen', pinned: true }),
          ]),
        ],
      }),
    );
    const inOrder = [...(plan.get('bob') ?? [])].sort(([, one], [, other]) => other.priority - one.priority);
    expect(inOrder.map(([producerId]) => producerId)).toEqual([
      "kim's screen",
      "eve's camera",
      "ada's camera",
      "kim's camera",
    ]);
  });

  it('is kept at hand, paused, in a small meeting while it is not seen', () => {
    const hidden = stateOf({ producers, receivers: [receiver('bob', [])] });
    expect(cameraOfAda(planForwarding(hidden))?.paused).toBe(true);
    const before = planForwarding(hidden);
    expect(cameraOfAda(planForwarding({ ...hidden, now: 1e9, before }))?.paused).toBe(true);
    expect(planExpiry(before, hidden)).toBeNull();
  });

  it('is not there in a large meeting until it is seen, and goes when it was not seen for a while', () => {
    const hidden = stateOf({ participants: 9, producers, receivers: [receiver('bob', [])] });
    expect(cameraOfAda(planForwarding(hidden))).toBeUndefined();

    const seen = planForwarding({ ...hidden, receivers: [receiver('bob', [tile('ada', 320, 180)])] });
    const unseen = planForwarding({ ...hidden, now: 1000, before: seen });
    expect(cameraOfAda(unseen)).toMatchObject({ paused: true, unseenSince: 1000 });
    expect(planExpiry(unseen, hidden)).toBe(31_000);
    expect(cameraOfAda(planForwarding({ ...hidden, now: 30_999, before: unseen }))?.paused).toBe(true);
    expect(cameraOfAda(planForwarding({ ...hidden, now: 31_000, before: unseen }))).toBeUndefined();
  });

  it('gives way in a meeting with a limit: small tiles first, the screen last', () => {
    const view = [tile('ada', 1280, 720), tile('eve', 640, 360), tile('kim', 1280, 720, { source: 'screen' as const })];
    const within = (maxMeetingBitrate: number) => {
      const plan = planForwarding(
        stateOf({
          policy: { ...policy, maxMeetingBitrate },
          producers: [
            producerOf('ada', 'camera'),
            producerOf('eve', 'camera'),
            producerOf('kim', 'screen', [{ maxBitrate: 1_000_000 }] as typeof simulcast),
          ],
          receivers: [receiver('bob', view)],
        }),
      );

      return [...(plan.get('bob')?.values() ?? [])].map(({ paused, preferredLayers }) =>
        paused ? 'paused' : (preferredLayers?.spatialLayer ?? 'flows'),
      );
    };

    expect(within(10_000_000)).toEqual([2, 1, 'flows']);
    expect(within(2_900_000)).toEqual([2, 0, 'flows']);
    expect(within(2_000_000)).toEqual([1, 0, 'flows']);
    expect(within(1_120_000)).toEqual([0, 'paused', 'flows']);
    expect(within(1_000_000)).toEqual(['paused', 'paused', 'flows']);
  });
});

describe('voices in a plan', () => {
  const speakers = ['ada', 'bob', 'eve', 'kim'];
  const producers = speakers.map((participantId) => producerOf(participantId, 'microphone'));
  const heardBy = (receiverId: string, voices: string[], participants = 4) => {
    const plan = planForwarding(stateOf({ participants, producers, receivers: [receiver(receiverId)], voices }));
    const names = (paused: boolean) =>
      [...(plan.get(receiverId) ?? [])]
        .filter(([, forwarding]) => forwarding.paused === paused)
        .map(([producerId]) => producerId.slice(0, 3));

    return { through: names(false), atHand: names(true) };
  };

  it('are those first in line, and the next one for a speaker in place of themself', () => {
    expect(heardBy('lin', ['kim', 'ada', 'bob', 'eve'])).toEqual({ through: ['kim', 'ada'], atHand: ['bob', 'eve'] });
    expect(heardBy('kim', ['kim', 'ada', 'bob', 'eve'])).toEqual({ through: ['ada', 'bob'], atHand: ['eve'] });
  });

  it('lead to the same plan, but for its order, where they are said to', () => {
    const many = Array.from({ length: 14 }, (_, index) => `person ${index}`);
    const producers = many.map((participantId) => producerOf(participantId, 'microphone'));
    const receivers = many.map((participantId) => receiver(participantId));
    const planned = (voices: readonly string[]) =>
      planForwarding(stateOf({ participants: 20, producers, receivers, voices }));
    let differing = 0;
    const orders = fc.tuple(fc.constant(many), fc.nat(13), fc.nat(13)).map(([voices, one, other]) => {
      const swapped = [...voices];
      [swapped[one], swapped[other]] = [voices[other]!, voices[one]!];

      return swapped;
    });
    fc.assert(
      fc.property(orders, (voices) => {
        if (voicesInPlan(voices, policy) === voicesInPlan(many, policy)) {
          expect(planned(voices)).toEqual(planned(many));
        } else {
          differing += 1;
          expect(planned(voices)).not.toEqual(planned(many));
        }
      }),
      { numRuns: 300 },
    );
    expect(differing).toBeGreaterThan(0);
  });

  it('are everyone’s where there are few', () => {
    expect(heardBy('eve', ['ada', 'bob', 'eve'])).toMatchObject({ through: ['ada', 'bob'] });
  });

  it('have no consumer in a large meeting but for those who spoke lately', () => {
    const many = Array.from({ length: 30 }, (_, index) => `person ${index}`);
    const plan = planForwarding(
      stateOf({
        participants: 31,
        producers: many.map((participantId) => producerOf(participantId, 'microphone')),
        receivers: [receiver('lin')],
        voices: many,
      }),
    );
    expect(plan.get('lin')?.size).toBe(10);
  });
});
