/**
 * Who receives what, and in which quality: a pure function of the meeting's state.
 *
 * Everything that happens in a meeting changes the state and asks for a new plan; the reconciler makes mediasoup agree
 * with it. Nothing else creates, pauses or closes a consumer.
 */
import type { Layers, Source } from '@minimeet/protocol';

export interface PlannedProducer {
  producerId: string;
  participantId: string;
  source: Source;
}

export interface PlannedReceiver {
  participantId: string;
  /** The highest layers that this receiver asked for, by producer id. */
  preferredLayers: ReadonlyMap<string, Layers>;
}

export interface ForwardingState {
  producers: readonly PlannedProducer[];
  /** The participants who told what they can receive. */
  receivers: readonly PlannedReceiver[];
}

/** How one producer is forwarded to one receiver. */
export interface Forwarding {
  paused: boolean;
  /** `null`: as good as the bandwidth allows. */
  preferredLayers: Layers | null;
}

/** By receiver's participant id, then by producer id. What is not in it is not forwarded. */
export type ForwardingPlan = ReadonlyMap<string, ReadonlyMap<string, Forwarding>>;

/** The first policy: everyone receives everyone else. */
export function planForwarding({ producers, receivers }: ForwardingState): ForwardingPlan {
  return new Map(
    receivers.map(({ participantId, preferredLayers }) => [
      participantId,
      new Map(
        producers
          .filter((producer) => producer.participantId !== participantId)
          .map(({ producerId }) => [
            producerId,
            { paused: false, preferredLayers: preferredLayers.get(producerId) ?? null },
          ]),
      ),
    ]),
  );
}
