import { describe, expect, it } from '@jest/globals';
import { sources, type Participant, type ProducerState, type Source } from '@minimeet/protocol';
import fc from 'fast-check';
import { Attendance } from './attendance.js';

const participantOf = (id: string, producers: ProducerState[] = []): Participant => ({
  id,
  userId: `user of ${id}`,
  displayName: id,
  isGuest: true,
  role: 'speaker',
  joinedAt: '2026-01-01T00:00:00.000Z',
  deviceInfo: { kind: 'desktop' },
  connected: true,
  producers,
});

const producerOf = (participantId: string, source: Source, paused = false): ProducerState => ({
  id: `${participantId}'s ${source}`,
  source,
  kind: source === 'microphone' || source === 'screen_audio' ? 'audio' : 'video',
  paused,
});

/** Only its identity matters here. */
const trackOf = (producerId: string) => ({ id: producerId }) as MediaStreamTrack;

const arrivalOf = (participantId: string, source: Source) => {
  const producerId = `${participantId}'s ${source}`;
  const consumerId = `consumer of ${producerId}`;
  return { participantId, producerId, consumerId, track: trackOf(producerId), held: false, congested: false };
};

describe('attendance', () => {
  it('shows a producer without a track until that arrives', () => {
    const attendance = new Attendance();
    attendance.reset([participantOf('Ada', [producerOf('Ada', 'camera', true)])]);
    expect(attendance.participants).toMatchObject([
      { id: 'Ada', media: { camera: { kind: 'video', paused: true, track: null, consumerId: null } } },
    ]);
    const arrival = arrivalOf('Ada', 'camera');
    attendance.addTrack(arrival);
    expect(attendance.participants[0]?.media.camera).toMatchObject({ track: arrival.track, paused: true });
    attendance.removeTrack(arrival.consumerId);
    expect(attendance.participants[0]?.media.camera).toMatchObject({ track: null, consumerId: null });
  });

  it('says what the server holds back', () => {
    const attendance = new Attendance();
    attendance.join(participantOf('Ada', [producerOf('Ada', 'camera')]));
    const arrival = { ...arrivalOf('Ada', 'camera'), held: true, congested: false };
    const isHeld = () => attendance.participants[0]?.media.camera?.held;
    attendance.addTrack(arrival);
    expect(isHeld()).toBe(true);
    attendance.changeTrack(arrival.consumerId, { held: false });
    attendance.changeTrack('no such consumer', { held: true });
    expect(isHeld()).toBe(false);
    expect(attendance.participants[0]?.media.camera?.track).toBe(arrival.track);
  });

  it('comes to the same view in whatever order participants, producers and tracks become known', () => {
    const steps = ['Ada', 'Bob'].flatMap((id) => [
      (attendance: Attendance) => attendance.join(participantOf(id)),
      ...(['microphone', 'camera'] as const).flatMap((source) => [
        (attendance: Attendance) => attendance.addProducer(id, producerOf(id, source)),
        (attendance: Attendance) => attendance.addTrack(arrivalOf(id, source)),
      ]),
    ]);
    const view = (attendance: Attendance) => new Map(attendance.participants.map((each) => [each.id, each]));
    const expected = new Attendance();
    for (const step of steps) step(expected);
    expect(expected.participants).toHaveLength(2);

    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (shuffled) => {
        const attendance = new Attendance();
        for (const step of shuffled) step(attendance);
        expect(view(attendance)).toEqual(view(expected));
      }),
    );
  });

  it('keeps nothing of those who left and of what they stopped, whatever happened before', () => {
    const step = fc.record({
      what: fc.constantFrom('join', 'produce', 'pause', 'resume', 'stop', 'arrive', 'end', 'leave', 'reset'),
      id: fc.constantFrom('Ada', 'Bob', 'Eve'),
      source: fc.constantFrom(...sources),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (history) => {
        const attendance = new Attendance();
        for (const { what, id, source } of history) {
          const producer = producerOf(id, source);
          if (what === 'join') attendance.join(participantOf(id, [producer]));
          if (what === 'produce') attendance.addProducer(id, producer);
          if (what === 'pause' || what === 'resume') attendance.pauseProducer(producer.id, what === 'pause');
          if (what === 'stop') attendance.removeProducer(id, producer.id);
          if (what === 'arrive') attendance.addTrack(arrivalOf(id, source));
          if (what === 'end') attendance.removeTrack(arrivalOf(id, source).consumerId);
          if (what === 'leave') attendance.leave(id);
          if (what === 'reset') attendance.reset([participantOf(id, [producer])]);
          // Every snapshot is whole: each one there once, each medium with a producer of theirs.
          const ids = attendance.participants.map((participant) => participant.id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const participant of attendance.participants) {
            for (const [key, media] of Object.entries(participant.media)) {
              expect(media).toMatchObject({ source: key, producerId: `${participant.id}'s ${key}` });
            }
          }
        }
        for (const id of ['Ada', 'Bob', 'Eve']) attendance.leave(id);
        expect(attendance.participants).toEqual([]);
        attendance.join(participantOf('Ada'));
        expect(attendance.participants[0]?.media).toEqual({});
      }),
    );
  });

  it('keeps the identity of what did not change', () => {
    const attendance = new Attendance();
    attendance.reset([
      participantOf('Ada', [producerOf('Ada', 'microphone'), producerOf('Ada', 'camera')]),
      participantOf('Bob'),
    ]);
    const [ada, bob] = attendance.participants;
    attendance.pauseProducer("Ada's camera", true);
    expect(attendance.participants[0]).not.toBe(ada);
    expect(attendance.participants[0]?.media.microphone).toBe(ada?.media.microphone);
    expect(attendance.participants[1]).toBe(bob);

    const before = attendance.participants;
    attendance.pauseProducer("Ada's camera", true);
    attendance.removeTrack('no such consumer');
    attendance.leave('nobody');
    expect(attendance.participants).toBe(before);
  });

  it('keeps participants of the same id through a reset, and forgets their tracks', () => {
    const attendance = new Attendance();
    const snapshot = () => [participantOf('Ada', [producerOf('Ada', 'camera')]), participantOf('Bob')];
    attendance.reset(snapshot());
    attendance.addTrack(arrivalOf('Ada', 'camera'));
    const [, bob] = attendance.participants;
    attendance.reset(snapshot());
    expect(attendance.participants[0]?.media.camera?.track).toBeNull();
    expect(attendance.participants[1]).toBe(bob);
  });

  it('shows the newer of two producers of one source', () => {
    const attendance = new Attendance();
    attendance.join(participantOf('Ada', [{ ...producerOf('Ada', 'camera'), id: 'first' }]));
    attendance.addProducer('Ada', { ...producerOf('Ada', 'camera'), id: 'second' });
    attendance.removeProducer('Ada', 'first');
    expect(attendance.participants[0]?.media.camera?.producerId).toBe('second');
  });
});
