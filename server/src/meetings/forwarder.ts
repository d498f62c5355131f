/** Keeps what a meeting forwards as the plan says: makes a new plan whenever something happened, and has it carried out. */
import { EventEmitter } from 'node:events';
import type { Source } from '@minimeet/protocol';
import type { Producer, Router } from 'mediasoup/types';
import { planExpiry, planForwarding, type ForwardingPlan, type ForwardingPolicy } from './forwarding-plan.js';
import { LayersWanted, layersWantedBy } from './layers-wanted.js';
import type { Participant } from './participant.js';

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
}

/** What one plan cost, in milliseconds. */
export interface PlanningCost {
  /** To make it. */
  planning: number;
  /** To compare it with the consumers that exist and to ask for the differences; the answers come later. */
  reconciling: number;
}

export class Forwarder extends EventEmitter<{ planned: [PlanningCost] }> {
  private plan: ForwardingPlan = new Map();
  private scheduled = false;
  private closed = false;
  private expiry: NodeJS.Timeout | undefined;
  private readonly layersWanted = new LayersWanted((producerId, spatialLayer) => {
    const participantId = this.findProducer(producerId)?.participantId ?? '';
    this.options.participants.get(participantId)?.channel.send('producer_layers_wanted', { producerId, spatialLayer });
  });

  constructor(private readonly options: ForwarderOptions) {
    super();
  }

  /** All that happens in one tick leads to one plan. */
  replan(): void {
    if (this.scheduled) {
      return;
    }

    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;

      if (!this.closed) {
        this.emit('planned', this.carryOut());
      }
    });
  }

  findProducer(producerId: string): FoundProducer | undefined {
    for (const { id, placed, producers } of this.options.participants.values()) {
      for (const [source, producer] of producers) {
        if (producer.id === producerId && !producer.closed) {
          return { producer, home: placed.router, participantId: id, source };
        }
      }
    }

    return undefined;
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
    this.layersWanted.close();
  }

  private carryOut(): PlanningCost {
    const begin = performance.now();
    const participants = [...this.options.participants.values()];
    const producers = participants.flatMap((participant) => participant.plannedProducers);
    const state = {
      policy: this.options.policy,
      participants: participants.length,
      producers,
      receivers: participants
        .filter(({ canReceive }) => canReceive)
        .map(({ id, preferredLayers, view }) => ({ participantId: id, preferredLayers, view })),
      voices: this.options.voices(),
      now: performance.now(),
      before: this.plan,
    };
    this.plan = planForwarding(state);
    const planned = performance.now();

    for (const participant of participants) {
      participant.apply(this.plan, (producerId) => this.findProducer(producerId) !== undefined);
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
