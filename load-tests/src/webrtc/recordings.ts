/**
 * What bots show and say: recordings that `npm run record:bot-media` makes, cut into the payloads of RTP packets.
 *
 * All bots of a process share the payloads. What differs from one packet to the next is written into them at the moment of
 * being sent; encrypting makes a copy.
 */
import { readFileSync } from 'node:fs';

/** Of the pictures that there are. */
const heights = [180, 360, 720] as const;
/** Bytes of a payload at most: with headers, extensions and a tag below what any network carries in one piece. */
const mostPayload = 1150;
const descriptorLength = 6;
const ivfHeader = 32;
const ivfFrameHeader = 12;

/**
 * How frames in turn depend on others, as the encoder makes them (the recording's script checks that): the temporal layer, and
 * whether nothing is needed but frames of the lowest one, so that a receiver may begin with it to be sent this layer.
 */
const pattern = [
  { temporalLayer: 0, needsLowestOnly: false },
  { temporalLayer: 2, needsLowestOnly: true },
  { temporalLayer: 1, needsLowestOnly: true },
  { temporalLayer: 2, needsLowestOnly: false },
];

/** A frame in packets, ready but for its numbers. */
export interface RecordedFrame {
  readonly isKey: boolean;
  readonly temporalLayer: number;
  /** Each with the payload descriptor of RFC 7741: a picture id of 15 bits, TL0PICIDX and TID. */
  readonly payloads: readonly Buffer[];
}

/** Frames in their order; the first one is a key frame, after which any number of them may follow. */
export class CameraRecording {
  private static readonly recordings = new Map<string, CameraRecording>();
  private readonly frames: (RecordedFrame | undefined)[];

  /**
   * The picture that is nearest in size.
   *
   * @param frameBytes as large are frames made that are smaller, key frames apart; what is behind the picture, decoders pass over
   */
  static of(height: number, frameBytes = 0): CameraRecording {
    const [nearest] = [...heights].sort((one, other) => Math.abs(one - height) - Math.abs(other - height));
    const name = `${nearest}/${Math.round(frameBytes)}`;
    const recording =
      this.recordings.get(name) ?? new CameraRecording(encodedFrames(nearest ?? heights[0]), Math.round(frameBytes));
    this.recordings.set(name, recording);

    return recording;
  }

  private constructor(
    private readonly encoded: readonly Buffer[],
    private readonly frameBytes: number,
  ) {
    this.frames = encoded.map(() => undefined);
  }

  get length(): number {
    return this.encoded.length;
  }

  frame(index: number): RecordedFrame {
    return (this.frames[index] ??= this.cut(index));
  }

  private cut(index: number): RecordedFrame {
    const isKey = index === 0;
    const { temporalLayer, needsLowestOnly } = pattern[index % pattern.length]!;
    const picture = this.encoded[index]!;
    const frame = Buffer.alloc(isKey ? picture.length : Math.max(picture.length, this.frameBytes));
    picture.copy(frame);
    const count = Math.ceil(frame.length / (mostPayload - descriptorLength));
    const size = Math.ceil(frame.length / count);
    const payloads = Array.from({ length: count }, (_, part) => {
      const descriptor = Buffer.alloc(descriptorLength);
      descriptor[0] = 0x80 | (part === 0 ? 0x10 : 0);
      descriptor[1] = 0xe0;
      descriptor[2] = 0x80;
      descriptor[5] = (temporalLayer << 6) | (needsLowestOnly ? 0x20 : 0);

      return Buffer.concat([descriptor, frame.subarray(part * size, (part + 1) * size)]);
    });

    return { isKey, temporalLayer, payloads };
  }
}

/** Writes into a payload of a RecordedFrame which frame it is of. */
export function numberPayload(payload: Buffer, pictureId: number, lowestLayerFrames: number): void {
  payload.writeUInt16BE(0x8000 | (pictureId & 0x7fff), 2);
  payload[4] = lowestLayerFrames & 0xff;
}

/** Whether a decrypted payload of VP8 is the first of a key frame (RFC 7741 sections 4.2 and 4.3). */
export function beginsKeyFrame(payload: Buffer): boolean {
  const first = payload[0] ?? 0;
  const isBegin = (first & 0x10) !== 0 && (first & 0x07) === 0;

  if (!isBegin) {
    return false;
  }

  let offset = 1;

  if (first & 0x80) {
    const extensions = payload[offset++] ?? 0;
    offset += extensions & 0x80 ? ((payload[offset] ?? 0) & 0x80 ? 2 : 1) : 0;
    offset += extensions & 0x40 ? 1 : 0;
    offset += extensions & 0x30 ? 1 : 0;
  }

  return offset < payload.length && (payload[offset]! & 0x01) === 0;
}

export interface VoiceRecording {
  /** Payloads of 20 ms each, of somebody who speaks. */
  readonly speech: readonly Buffer[];
  /** What is sent now and then while nobody does: the noise of a silent room. */
  readonly silence: Buffer;
}

let voice: VoiceRecording | undefined;

export function voiceRecording(): VoiceRecording {
  return (voice ??= readVoice());
}

function readVoice(): VoiceRecording {
  const file = read('voice.opus-packets');
  const packets: Buffer[] = [];

  for (let offset = 0; offset < file.length;) {
    const length = file.readUInt16BE(offset);
    packets.push(file.subarray(offset + 2, offset + 2 + length));
    offset += 2 + length;
  }

  return { speech: packets.slice(0, -1), silence: packets.at(-1)! };
}

const encoded = new Map<number, Buffer[]>();

function encodedFrames(height: number): Buffer[] {
  const known = encoded.get(height);

  if (known) {
    return known;
  }

  const file = read(`camera-${height}.ivf`);
  const frames: Buffer[] = [];

  for (let offset = ivfHeader; offset < file.length;) {
    const begin = offset + ivfFrameHeader;
    const end = begin + file.readUInt32LE(offset);
    frames.push(file.subarray(begin, end));
    offset = end;
  }

  encoded.set(height, frames);

  return frames;
}

function read(name: string): Buffer {
  return readFileSync(new URL(`../../media/${name}`, import.meta.url));
}
