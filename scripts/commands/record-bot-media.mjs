/**
 * `npm run record:bot-media`: makes what bots send, load-tests/media, with the encoders of a Chromium: a camera in three sizes
 * (VP8 with three temporal layers, as IVF files) and a voice (Opus). It only has to run again to change what they show or say.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { provideChromium } from '../lib/browser.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { ROOT } from '../lib/paths.mjs';
import { Failure, say } from '../lib/say.mjs';

const FOLDER = path.join(ROOT, 'load-tests', 'media');
/** Encoders are there for pages of secure origins; this one is answered by this script. */
const PAGE = 'https://recording.invalid/';
/** Small bitrates: a bot fills frames up to the bitrate that it is to send. */
const CAMERAS = [
  { width: 320, height: 180, bitrate: 50_000 },
  { width: 640, height: 360, bitrate: 90_000 },
  { width: 1280, height: 720, bitrate: 160_000 },
];
const FRAMES_PER_SECOND = 30;
/** Frames of a recording, a whole number of patterns of temporal layers (0, 2, 1, 2); the picture then is as at its begin. */
const FRAMES = 320;
/** Of each place in the pattern, whether it needs nothing but frames of the lowest layer: bots say so in each packet. */
const EXPECTED_PATTERN = { layers: [0, 2, 1, 2], needLowestOnly: [true, true, true, false] };

export default async function recordBotMedia() {
  await provideDependencies();
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: await provideChromium(), args: ['--no-sandbox'] });

  try {
    const page = await browser.newPage();
    await page.route(PAGE, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto(PAGE);
    mkdirSync(FOLDER, { recursive: true });

    for (const camera of CAMERAS) {
      const { frames, pattern } = await page.evaluate(film, { ...camera, FRAMES, FRAMES_PER_SECOND });
      say(`${camera.width}x${camera.height}: ${JSON.stringify(pattern)}`);
      if (frames.length !== FRAMES || JSON.stringify(pattern) !== JSON.stringify(EXPECTED_PATTERN)) {
        throw new Failure(`This Chromium encodes otherwise than bots say: ${frames.length} frames, see above.`);
      }
      save(`camera-${camera.height}.ivf`, ivf(camera, frames.map(bytesOf)));
    }

    const { packets, level } = await page.evaluate(speak);
    say(`voice: ${packets.length} packets, ${level.toFixed(1)} dB below the loudest`);
    save(
      'voice.opus-packets',
      Buffer.concat(packets.map(bytesOf).flatMap((packet) => [uint16(packet.length), packet])),
    );
    return 0;
  } finally {
    await browser.close();
  }
}

/** Runs in the page: somebody who sways, encoded. */
async function film({ width, height, bitrate, FRAMES, FRAMES_PER_SECOND }) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  const draw = (index) => {
    const angle = (2 * Math.PI * index) / FRAMES;
    const [x, y] = [width * (0.5 + 0.06 * Math.sin(3 * angle)), height * (0.42 + 0.02 * Math.sin(7 * angle))];
    pen.fillStyle = '#31506b';
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = '#7a3b2e';
    pen.beginPath();
    pen.ellipse(x, height, height * 0.42, height * 0.38, 0, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = '#e0b48c';
    pen.beginPath();
    pen.ellipse(x, y, height * 0.16, height * 0.22, 0, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = '#40201c';
    pen.beginPath();
    pen.ellipse(x, y + height * 0.1, height * 0.06, height * (0.012 + 0.02 * Math.abs(Math.sin(20 * angle))), 0, 0, 7);
    pen.fill();
  };

  const chunks = [];
  const layers = [];
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      chunks.push(chunk);
      layers.push(metadata?.svc?.temporalLayerId ?? 0);
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({
    codec: 'vp8',
    width,
    height,
    bitrate,
    framerate: FRAMES_PER_SECOND,
    scalabilityMode: 'L1T3',
    latencyMode: 'realtime',
    hardwareAcceleration: 'prefer-software',
  });

  for (let index = 0; index < FRAMES; index++) {
    draw(index);
    const frame = new VideoFrame(canvas, { timestamp: Math.round((index * 1e6) / FRAMES_PER_SECOND) });
    encoder.encode(frame, { keyFrame: index === 0 });
    frame.close();
    await encoder.flush();
  }

  encoder.close();

  /** The last picture after decoding these, as text to compare. */
  const picture = async (wanted) => {
    let last = '';
    const copies = [];
    const decoder = new VideoDecoder({
      output: (frame) => {
        const pixels = new Uint8Array(frame.allocationSize());
        copies.push(
          frame.copyTo(pixels).then(async () => {
            last = [...new Uint8Array(await crypto.subtle.digest('SHA-256', pixels))].join();
            frame.close();
          }),
        );
      },
      error: (error) => {
        throw error;
      },
    });
    decoder.configure({ codec: 'vp8', codedWidth: width, codedHeight: height });
    for (const chunk of wanted) decoder.decode(chunk);
    await decoder.flush();
    await Promise.all(copies);
    decoder.close();
    return last;
  };

  // A frame needs no others than those of the lowest layer if it is the same picture without all the others.
  const needLowestOnly = [];
  const group = 40;
  for (let place = 0; place < 4; place++) {
    const index = group + place;
    const lowestBefore = chunks.slice(0, index).filter((_, before) => before % 4 === 0);
    needLowestOnly.push(
      (await picture([...lowestBefore, chunks[index]])) === (await picture(chunks.slice(0, index + 1))),
    );
  }

  const text = (chunk) => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    return bytes.toBase64();
  };
  return { frames: chunks.map(text), pattern: { layers: layers.slice(group, group + 4), needLowestOnly } };
}

/** Runs in the page: four seconds of a voice, and the packet that follows when it is silent. */
async function speak() {
  const [sampleRate, seconds, silence] = [48_000, 4, 2];
  const samples = new Float32Array(sampleRate * (seconds + silence));
  // Twelve harmonics in four syllables a second: what suppresses noise takes it for a voice.
  for (let index = 0; index < sampleRate * seconds; index++) {
    const second = index / sampleRate;
    const pitch = 2 * Math.PI * 140 * second + Math.sin(2 * Math.PI * 3 * second);
    let sound = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) sound += Math.sin(harmonic * pitch) / harmonic;
    samples[index] = 0.06 * sound * Math.sin(Math.PI * 4 * second) ** 2;
  }
  const power = samples.subarray(0, sampleRate * seconds).reduce((sum, sample) => sum + sample ** 2, 0);

  const packets = [];
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      packets.push(bytes.toBase64());
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({
    codec: 'opus',
    sampleRate,
    numberOfChannels: 1,
    bitrate: 32_000,
    opus: { application: 'voip', signal: 'voice', frameDuration: 20_000, usedtx: true },
  });
  for (let from = 0; from < samples.length; from += 960) {
    const [timestamp, data] = [Math.round((from / sampleRate) * 1e6), samples.slice(from, from + 960)];
    encoder.encode(
      new AudioData({ format: 'f32-planar', sampleRate, numberOfFrames: 960, numberOfChannels: 1, timestamp, data }),
    );
  }
  await encoder.flush();
  encoder.close();

  const level = -10 * Math.log10(power / (sampleRate * seconds));
  return { packets: [...packets.slice(0, (1000 / 20) * seconds), packets.at(-1)], level };
}

/** @param {string} name @param {Buffer} content */
function save(name, content) {
  writeFileSync(path.join(FOLDER, name), content);
  say(`${name}: ${content.length} bytes`);
}

/** https://wiki.multimedia.cx/index.php/IVF */
function ivf({ width, height }, frames) {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0);
  header.writeUInt16LE(32, 6);
  header.write('VP80', 8);
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(FRAMES_PER_SECOND, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(frames.length, 24);
  return Buffer.concat([
    header,
    ...frames.flatMap((frame, index) => {
      const frameHeader = Buffer.alloc(12);
      frameHeader.writeUInt32LE(frame.length, 0);
      frameHeader.writeUInt32LE(index, 4);
      return [frameHeader, frame];
    }),
  ]);
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Buffer.from(base64, 'base64');
}

/** @param {number} value */
function uint16(value) {
  return Buffer.from([value >> 8, value & 0xff]);
}
