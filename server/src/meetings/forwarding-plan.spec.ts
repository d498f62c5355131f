import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sources } from '@minimeet/protocol';
import { planForwarding, type ForwardingState } from './forwarding-plan.js';

const participantIds = ['ada', 'bob', 'eve', 'kim', 'lin'];

const forwardingStates: fc.Arbitrary<ForwardingState> = fc
  .record({
    producers: fc.uniqueArray(
      fc.record({ participantId: fc.constantFrom(...participantIds), source: fc.constantFrom(...sources) }),
      { selector: ({ participantId, source }) => `${participantId} ${source}` },
    ),
    receiverIds: fc.uniqueArray(fc.constantFrom(...participantIds)),
    layers: fc.option(fc.record({ spatialLayer: fc.nat(2) })),
  })
  .map(({ producers, receiverIds, layers }) => {
    const withIds = producers.map((producer) => ({
      ...producer,
      producerId: `${producer.participantId}'s ${producer.source}`,
    }));

    return {
      producers: withIds,
      receivers: receiverIds.map((participantId) => ({
        participantId,
        preferredLayers: new Map(layers ? withIds.slice(0, 1).map(({ producerId }) => [producerId, layers]) : []),
      })),
    };
  });

describe('the forwarding plan', () => {
  it('never forwards anyone to themself', () => {
    fc.assert(
      fc.property(forwardingStates, (state) => {
        for (const [receiverId, forwardings] of planForwarding(state)) {
          for (const producerId of forwardings.keys()) {
            expect(state.producers.find((producer) => producer.producerId === producerId)?.participantId).not.toBe(
              receiverId,
            );
          }
        }
      }),
    );
  });

  it('forwards everyone to everyone else who can receive, and nothing to others', () => {
    fc.assert(
      fc.property(forwardingStates, (state) => {
        const plan = planForwarding(state);
        expect([...plan.keys()].sort()).toEqual(state.receivers.map(({ participantId }) => participantId).sort());

        for (const { participantId } of state.receivers) {
          expect(plan.get(participantId)?.size).toBe(
            state.producers.filter((producer) => producer.participantId !== participantId).length,
          );
        }
      }),
    );
  });

  it('gives a receiver the layers that it asked for, and no other receiver', () => {
    const producers = [{ producerId: 'camera of ada', participantId: 'ada', source: 'camera' as const }];
    const plan = planForwarding({
      producers,
      receivers: [
        { participantId: 'bob', preferredLayers: new Map([['camera of ada', { spatialLayer: 0 }]]) },
        { participantId: 'eve', preferredLayers: new Map() },
      ],
    });

    expect(plan.get('bob')?.get('camera of ada')?.preferredLayers).toEqual({ spatialLayer: 0 });
    expect(plan.get('eve')?.get('camera of ada')?.preferredLayers).toBeNull();
  });
});
