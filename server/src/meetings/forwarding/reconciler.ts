/** Makes the consumers of one receiver agree with the forwarding plan. */
import type { ConsumerState } from '@minimeet/protocol';
import type { Consumer } from 'mediasoup/types';
import { ConsumerSlot, type SlotOptions } from './consumer-slot.js';
import type { Forwarding } from './forwarding-plan.js';

type OfProducer = Pick<SlotOptions, 'producer' | 'home' | 'participantId' | 'source' | 'keyFrameRequests'>;

/** Finds what a slot needs to know of a producer; `undefined` when it closed since the plan was made. */
export type FindProducer = (producerId: string) => OfProducer | undefined;

export class Reconciler {
  private readonly slots = new Map<string, ConsumerSlot>();
  /** Whoever comes is served at once; one more video in a large meeting is a consumer for each of the others. */
  private isNew = true;

  constructor(
    private readonly receiver: Omit<SlotOptions, keyof OfProducer>,
    private readonly findProducer: FindProducer,
  ) {}

  /** Opens, changes and closes consumers until they are as `forwardings` says. Does not wait for the answers. */
  apply(forwardings: ReadonlyMap<string, Forwarding>): void {
    const isPaced = !this.isNew;
    this.isNew = false;

    for (const [producerId, slot] of this.slots) {
      if (!forwardings.has(producerId)) {
        this.slots.delete(producerId);
        slot.close();
      }
    }

    for (const [producerId, forwarding] of forwardings) {
      const current = this.slots.get(producerId);
      // A producer that was restored has the id of the one that closed.
      const slot = current?.isOver ? undefined : current;
      const producer = slot ? undefined : this.findProducer(producerId);

      if (slot) {
        slot.update(forwarding);
      } else if (producer) {
        this.slots.set(producerId, new ConsumerSlot({ ...this.receiver, ...producer }, forwarding, isPaced));
      }
    }
  }

  /** @returns the slot and its producer's id, for a consumer id that the client names. */
  find(consumerId: string): { producerId: string; slot: ConsumerSlot } | undefined {
    for (const [producerId, slot] of this.slots) {
      if (slot.consumerId === consumerId) {
        return { producerId, slot };
      }
    }

    return undefined;
  }

  /** All consumers that the client was told of. */
  get told(): ConsumerState[] {
    return [...this.slots.values()].flatMap(({ told }) => told ?? []);
  }

  /** Those that the worker has. */
  get consumers(): Consumer[] {
    return [...this.slots.values()].flatMap(({ current }) => current ?? []);
  }

  get size(): number {
    return this.slots.size;
  }
}
