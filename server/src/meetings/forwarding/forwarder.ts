/** Keeps what a meeting forwards as the plan says: makes a new plan whenever something happened, and has it carried out. */
import { EventEmitter } from 'node:events';
import type { Source } from '@minimeet/protocol';
import type { Producer, Router } from 'mediasoup/types';
import {
  planExpiry,
  planForwarding,
  voicesInPlan,
  type ForwardingPlan,
  type ForwardingPolicy,
} from './forwarding-plan.js';
import type { KeyFrameRequests } from './key-frame-requests.js';
import { LayersWanted, layersWantedBy } from './layers-wanted.js';
import type { Participant } from '../participant.js';

export interface ForwarderOptions {
  policy: ForwardingPolicy;
  /** Who is in the meeting now, by id. */
  participants: ReadonlyMap<string, Participant>;
  /** Participants with microphones, whose voice shall get through first. */
  voices(): readonly string[];
}

/** A producer that is there now, and whose it is. */
export interface FoundProducer {
  producer: Producer;
  /** The router that it lives on. */
  home: Router;
  participantId: string;
  source: Source;
  keyFrameRequests: KeyFrameRequests | undefined;
}

/** After a plan, so many times what it took is left to everything else: in a rush, it is planned less often. */
const restAfterPlan = 4;
/** Milliseconds; the most that a plan is put off. */
const longestRest = 250;

/** What one plan cost, in milliseconds. */
export interface PlanningCost {
  /** To make it. */
  planning: number;
  /** To compare it with the consumers that exist and to ask for the differences; the answers come later. */
  reconciling: number;
}

export class Forwarder extends EventEmitter<{ planned: [PlanningCost] }> {
  private plan: ForwardingPlan = new Map();
  /** All producers that there were when it was made, by id. */
  private found = new Map<string, FoundProducer>();
  /** As {@link voicesInPlan} puts them. */
  private plannedVoices = '';
  private scheduled = false;
  private putOff: NodeJS.Timeout | undefined;
  /** Until when planning rests, in milliseconds on a clock that never goes back. */
  private restsUntil = 0;
  private closed = false;
  private expiry: NodeJS.Timeout | undefined;
  private readonly layersWanted = new LayersWanted((producerId, spatialLayer) => {
    const participantId = this.findProducer(producerId)?.participantId ?? '';
    this.options.participants.get(participantId)?.channel.send('producer_layers_wanted', { producerId, spatialLayer });
  });

  constructor(private readonly options: ForwarderOptions) {
    super();
  }

  /** All that happens in one tick leads to one plan; in a large meeting in which much happens, all that happens in some of them. */
  replan(): void {
    if (this.scheduled) {
      return;
    }

    this.scheduled = true;
    const rest = this.restsUntil - performance.now();

    if (rest >= 1) {
      this.putOff = setTimeout(() => this.planNow(), rest);
    } else {
      setImmediate(() => this.planNow());
    }
  }

  /** The voices are others, or in another order, which may not matter. */
  replanVoices(): void {
    const { policy, voices } = this.options;

    if (voicesInPlan(voices(), policy) !== this.plannedVoices) {
      this.replan();
    }
  }

  /** One that is in the plan. */
  findProducer(producerId: string): FoundProducer | undefined {
    const found = this.found.get(producerId);

    return found?.producer.closed ? undefined : found;
  }

  /** For a sender who may have missed what was told of the layers that anybody wants. */
  tellAgain({ producers }: Participant): void {
    for (const { id } of producers.values()) {
      this.layersWanted.tellAgain(id);
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.expiry);
    clearTimeout(this.putOff);
    this.layersWanted.close();
  }

  private planNow(): void {
    this.scheduled = false;

    if (this.closed) {
      return;
    }

    const cost = this.carryOut();
    const took = cost.planning + cost.reconciling;
    this.restsUntil = performance.now() + Math.min(took * restAfterPlan, longestRest);
    this.emit('planned', cost);
  }

  private carryOut(): PlanningCost {
    const begin = performance.now();
    const participants = [...this.options.participants.values()];
    this.found = new Map(participants.flatMap(producersOf));
    const producers = participants.flatMap((participant) => participant.plannedProducers);
    const state = {
      policy: this.options.policy,
      participants: participants.length,
      producers,
      receivers: participants
        .filter(({ canReceive }) => canReceive)
        .map(({ id, preferredLayers, view, picturesAtFirst }) => ({
          participantId: id,
          preferredLayers,
          view,
          picturesAtFirst,
        })),
      voices: this.options.voices(),
      now: performance.now(),
      before: this.plan,
    };
    this.plan = planForwarding(state);
    this.plannedVoices = voicesInPlan(state.voices, state.policy);
    const planned = performance.now();

    for (const participant of participants) {
      participant.apply(this.plan, (producerId) => this.found.has(producerId));
    }

    this.layersWanted.update(layersWantedBy(this.plan, producers));
    clearTimeout(this.expiry);
    const expiresAt = planExpiry(this.plan, state);

    if (expiresAt !== null) {
      this.expiry = setTimeout(() => this.replan(), Math.ceil(expiresAt - state.now));
    }

    return { planning: planned - begin, reconciling: performance.now() - planned };
  }
}

function producersOf({
  id: participantId,
  placed: { router: home },
  producers,
  media,
}: Participant): [string, FoundProducer][] {
  return [...producers].map(([source, producer]) => {
    const keyFrameRequests = media.keyFrameRequests.get(producer.id);

    return [producer.id, { producer, home, participantId, source, keyFrameRequests }];
  });
}
