/** Real WebRTC in Node: libwebrtc with an encoder, a jitter buffer and a decoder, fed by drawn pictures and a tone. */
import wrtc from '@roamhq/wrtc';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';

const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate, MediaStream, MediaStreamTrack, nonstandard } = wrtc;

/**
 * Keeps the local description that was set instead of asking libwebrtc for it: @roamhq/wrtc crashes when that is read while
 * a candidate is being added to it (https://github.com/node-webrtc/node-webrtc/issues/696). mediasoup needs no candidates
 * of the client.
 */
class SafePeerConnection extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    let local: RTCSessionDescriptionInit | null = null;
    const setLocalDescription = async (description: RTCSessionDescriptionInit) => {
      await super.setLocalDescription(description);
      local = description;
    };
    // The library defines its properties on each object, for good, so that no subclass can define them again.
    return new Proxy(this, {
      get(target, name) {
        if (name === 'localDescription') return local;
        if (name === 'setLocalDescription') return setLocalDescription;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

// mediasoup-client's handler for Chrome looks for these where a browser has them.
Object.assign(globalThis, {
  RTCPeerConnection: SafePeerConnection,
  RTCSessionDescription,
  RTCIceCandidate,
  MediaStream,
  MediaStreamTrack,
});

const devices = new Set<{ stop(): void }>();

/** Stops every camera and microphone that still runs. */
export function stopDevices(): void {
  for (const device of devices) device.stop();
}

export const handlerFactory = Chrome111.createFactory({});

/** A camera that films a moving gradient. */
export class SyntheticCamera {
  readonly track: MediaStreamTrack;
  private readonly source = new nonstandard.RTCVideoSource();
  private readonly timer: NodeJS.Timeout;
  private filmed = 0;

  constructor({ width = 160, height = 90, framesPerSecond = 5 } = {}) {
    this.track = this.source.createTrack();
    devices.add(this);
    // I420: a plane of brightness, then two of colour at a quarter of its size, here grey.
    const picture = new Uint8ClampedArray((width * height * 3) / 2).fill(128);
    this.timer = setInterval(() => {
      this.filmed += 1;
      for (let index = 0; index < width * height; index++) {
        picture[index] = ((index % width) + Math.floor(index / width) + this.filmed * 6) & 255;
      }
      this.source.onFrame({ width, height, data: picture as unknown as Uint8Array });
    }, 1000 / framesPerSecond);
  }

  stop(): void {
    devices.delete(this);
    clearInterval(this.timer);
    this.track.stop();
  }
}

/** A microphone that hears syllables of 440 Hz, or nothing while it is `silent`. */
export class SyntheticMicrophone {
  silent = false;
  readonly track: MediaStreamTrack;
  private readonly source = new nonstandard.RTCAudioSource();
  private readonly timer: NodeJS.Timeout;
  private heard = 0;

  constructor() {
    this.track = this.source.createTrack();
    devices.add(this);
    let next = performance.now();
    this.timer = setInterval(() => {
      // Timers come late. To make up for more than a little would make a busy machine busier still.
      for (next = Math.max(next, performance.now() - 10); next <= performance.now(); next += 10) this.hear();
    }, 10);
  }

  /** libwebrtc takes 10 ms at a time. */
  private hear(): void {
    const sampleRate = 48_000;
    const samples = new Int16Array(sampleRate / 100);
    for (let index = 0; index < samples.length; index++, this.heard++) {
      const seconds = this.heard / sampleRate;
      // As loud and quiet by turns as syllables: what never changes is taken for noise.
      const loudness = this.silent ? 0 : 0.1 + 0.9 * Math.abs(Math.sin(seconds * 2 * Math.PI * 2));
      samples[index] = Math.sin(seconds * 2 * Math.PI * 440) * 8000 * loudness;
    }
    this.source.onData({ samples, sampleRate, bitsPerSample: 16, channelCount: 1, numberOfFrames: samples.length });
  }

  stop(): void {
    devices.delete(this);
    clearInterval(this.timer);
    this.track.stop();
  }
}

/** Counts what a track delivers after decoding: pictures, or blocks of sound that are not silence. */
export class TrackCounter {
  count = 0;
  private readonly sink;

  constructor(track: MediaStreamTrack, onFirst: () => void = () => undefined) {
    const counted = () => {
      this.count += 1;
      if (this.count === 1) onFirst();
    };
    if (track.kind === 'video') {
      this.sink = Object.assign(new nonstandard.RTCVideoSink(track), { onframe: counted });
    } else {
      const ondata = ({ samples }: { samples: Int16Array }) => {
        if (samples.some((sample) => Math.abs(sample) > 500)) counted();
      };
      this.sink = Object.assign(new nonstandard.RTCAudioSink(track), { ondata });
    }
  }

  stop(): void {
    this.sink.stop();
  }
}
