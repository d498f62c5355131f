/** Sound files for fake microphones: somebody who talks for a while and then listens, over and over. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sampleRate = 48_000;

export interface SpeechFile {
  /** A WAV file. */
  path: string;
  remove(): Promise<void>;
}

/** A voice of so many hertz that talks and then is silent, for so many seconds each. */
export async function speechFile(voice: { hertz: number; talks: number; listens: number }): Promise<SpeechFile> {
  const folder = await mkdtemp(join(tmpdir(), 'minimeet-speech-'));
  const path = join(folder, 'speech.wav');
  await writeFile(path, wav(speech(voice)));

  return { path, remove: () => rm(folder, { recursive: true }) };
}

/** Twelve harmonics in four syllables a second: noise suppression takes it for a voice, as it would not take a tone. */
function speech({ hertz, talks, listens }: { hertz: number; talks: number; listens: number }): Int16Array {
  const samples = new Int16Array((talks + listens) * sampleRate);

  for (let index = 0; index < talks * sampleRate; index++) {
    const second = index / sampleRate;
    const pitch = 2 * Math.PI * hertz * second + Math.sin(2 * Math.PI * 3 * second);
    let sound = 0;

    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      sound += Math.sin(harmonic * pitch) / harmonic;
    }

    samples[index] = 9_000 * sound * Math.sin(Math.PI * 4 * second) ** 2;
  }

  return samples;
}

/** 16 bits, one channel. */
function wav(samples: Int16Array): Buffer {
  const data = Buffer.from(samples.buffer);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(2 * sampleRate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);

  return Buffer.concat([header, data]);
}
