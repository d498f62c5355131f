import { describe, expect, it } from '@jest/globals';
import { beginsKeyFrame, CameraRecording, numberPayload, voiceRecording } from './recordings.js';

describe('a recorded camera', () => {
  it('begins with the only key frame, and says so in its first packet', () => {
    const recording = CameraRecording.of(180);
    const frames = Array.from({ length: recording.length }, (_, index) => recording.frame(index));
    expect(frames.map(({ isKey }) => isKey).indexOf(true, 1)).toBe(-1);
    expect(frames.map(({ payloads }) => beginsKeyFrame(payloads[0]!))).toEqual(frames.map(({ isKey }) => isKey));
    expect(frames[0]!.payloads.slice(1).some(beginsKeyFrame)).toBe(false);
    expect(frames.length % 4).toBe(0);
    expect(frames.slice(0, 5).map(({ temporalLayer }) => temporalLayer)).toEqual([0, 2, 1, 2, 0]);
  });

  it('has the size of the nearest picture', () => {
    // Width and height follow the start code in a key frame's header (RFC 6386 section 9.1).
    const heightOf = (height: number) =>
      CameraRecording.of(height)
        .frame(0)
        .payloads[0]!.readUInt16LE(6 + 8) & 0x3fff;
    expect([100, 200, 480, 1080].map(heightOf)).toEqual([180, 180, 360, 720]);
  });

  it('is filled up to a size, in packets that fit', () => {
    const { payloads } = CameraRecording.of(720, 9000).frame(5);
    expect(payloads.reduce((sum, { length }) => sum + length - 6, 0)).toBe(9000);
    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(1150);
  });

  it('is numbered in 15 and in 8 bits', () => {
    const [payload] = CameraRecording.of(180).frame(1).payloads;
    numberPayload(payload!, 0x8001, 0x102);
    expect([...payload!.subarray(2, 5)]).toEqual([0x80, 0x01, 0x02]);
  });
});

describe('a recorded voice', () => {
  it('speaks for four seconds, at the bitrate of a voice, and needs less to be silent', () => {
    const { speech, silence } = voiceRecording();
    const mean = speech.reduce((sum, { length }) => sum + length, 0) / speech.length;
    expect(speech).toHaveLength(200);
    expect((mean * 8) / 20).toBeCloseTo(26, -1);
    expect(silence.length).toBeGreaterThan(0);
    expect(silence.length).toBeLessThan(mean);
  });
});
