import { describe, expect, it } from '@jest/globals';
import { errorAnswerSchema, errorCodes } from './errors.js';
import { notifications, requests, type RequestName } from './events.js';
import { limits } from './limits.js';
import { kindOfSource, sources } from './sources.js';

const opus = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
const produce = {
  transportId: 'transport',
  kind: 'audio',
  source: 'microphone',
  rtpParameters: { codecs: [opus], encodings: [{ ssrc: 1 }] },
};

const isTaken = (name: RequestName, payload: unknown) => requests[name].payload.safeParse(payload).success;

describe('the events', () => {
  it('are all named in snake case', () => {
    for (const name of [...Object.keys(requests), ...Object.keys(notifications)]) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    }
  });

  it('take no field that they do not know', () => {
    for (const name of Object.keys(requests) as RequestName[]) {
      expect(isTaken(name, { surprise: 1 })).toBe(false);
    }
  });

  it('fill in what may be left out', () => {
    expect(requests.produce.payload.parse(produce).paused).toBe(false);
    expect(requests.chat_history.payload.parse({}).limit).toBe(limits.recentMessages);
  });

  it('bound every list and text of media parameters', () => {
    const { rtpParameters } = produce;
    const tooMuch = [
      { ...rtpParameters, codecs: [] },
      { ...rtpParameters, codecs: Array.from({ length: 17 }, () => opus) },
      { ...rtpParameters, codecs: [{ ...opus, mimeType: `audio/${'x'.repeat(100)}` }] },
      { ...rtpParameters, codecs: [{ ...opus, payloadType: 128 }] },
      { ...rtpParameters, codecs: [{ ...opus, parameters: { nested: {} } }] },
      { ...rtpParameters, encodings: Array.from({ length: 5 }, (_, ssrc) => ({ ssrc })) },
      { ...rtpParameters, encodings: [{ ssrc: -1 }] },
      { ...rtpParameters, encodings: [{ ssrc: 2 ** 32 }] },
      { ...rtpParameters, mid: 'x'.repeat(33) },
    ];

    expect(isTaken('produce', produce)).toBe(true);

    for (const parameters of tooMuch) {
      expect(isTaken('produce', { ...produce, rtpParameters: parameters })).toBe(false);
    }
  });

  it('take DTLS fingerprints that are hexadecimal bytes', () => {
    const connect = (value: string) =>
      isTaken('connect_transport', {
        transportId: 'transport',
        dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] },
      });

    expect(connect(Array.from({ length: 32 }, () => 'AB').join(':'))).toBe(true);
    expect(connect('AB')).toBe(false);
    expect(connect(Array.from({ length: 32 }, () => 'XY').join(':'))).toBe(false);
  });

  it('take a message with text, and none without', () => {
    const message = (text: string) => isTaken('send_message', { text, clientMessageId: 'one' });

    expect(message('Hello')).toBe(true);
    expect(message(' \n ')).toBe(false);
    expect(message('x'.repeat(limits.messageText + 1))).toBe(false);
  });

  it('take no message under an id of the server', () => {
    const message = (clientMessageId: string) => isTaken('send_message', { text: 'Hello', clientMessageId });

    expect(message('left')).toBe(true);
    expect(message('joined:some-participant')).toBe(false);
    expect(message('left:some-participant')).toBe(false);
    expect(message('removed:some-participant')).toBe(false);
  });
});

describe('the sources', () => {
  it('are all either audio or video', () => {
    expect(Object.keys(kindOfSource).sort()).toEqual([...sources].sort());
  });
});

describe('an error answer', () => {
  it('has a code of the list and a message', () => {
    for (const [code, message] of Object.entries(errorCodes)) {
      expect(errorAnswerSchema.safeParse({ error: { code, message } }).success).toBe(true);
    }

    expect(errorAnswerSchema.safeParse({ error: { code: 'unheard_of', message: '' } }).success).toBe(false);
  });
});
