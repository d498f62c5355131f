/** Listens to the microphone's track on this device alone: whether it gives any sound, and whether somebody talks while it is off. */
import { acquireAudioContext, releaseAudioContext } from './audio-context';

export interface MonitorState {
  /** The microphone is on, and nothing but zeros has come from it for some seconds: a switch on the device, or a dead one. */
  readonly silent: boolean;
  /** Somebody talks into the microphone, which is off. */
  readonly talkingWhileOff: boolean;
}

/** Between two looks. One analyser's buffer holds more than that, so that nothing is missed. */
const lookIntervalMs = 500;
/** Samples, of which each look takes the newest. */
const bufferSize = 32_768;
/** Of zeros, until the microphone counts as silent. */
const silentAfterMs = 4000;
/** For which the hint stays after the last word. */
const hintLastsMs = 5000;
/** A microphone that works is never this still (full scale is 2): half of the smallest step of 16 bits. */
const stillRange = 1 / 65_536;
/** Root mean square of speech at an ordinary distance, after automatic gain control; a quiet room stays far below. */
const speechLevel = 0.02;
/** Milliseconds of speech in two successive looks: a cough or a key is shorter. */
const speechMs = 250;
const blockMs = 50;

const nothing: MonitorState = { silent: false, talkingWhileOff: false };

/** `state` is replaced on every change; `subscribe` tells of it. */
export class MicrophoneMonitor {
  private current = nothing;
  private readonly listeners = new Set<() => void>();
  private track: MediaStreamTrack | null = null;
  private on = false;
  private stop = () => {};

  get state(): MonitorState {
    return this.current;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Listens to this track from now on; `on`: whether the others hear it. */
  watch(track: MediaStreamTrack | null, on: boolean): void {
    if (track === this.track && on === this.on) return;
    this.on = on;
    this.show(nothing);
    if (track === this.track) return;
    this.stop();
    this.track = track;
    this.stop = track ? this.listenTo(track) : () => {};
  }

  private listenTo(track: MediaStreamTrack): () => void {
    if (typeof AudioContext !== 'function') return () => {};
    // The track itself carries silence while it is off.
    const open = track.clone();
    open.enabled = true;
    const context = acquireAudioContext();
    const analyser = new AnalyserNode(context, { fftSize: bufferSize });
    const source = context.createMediaStreamSource(new MediaStream([open]));
    source.connect(analyser);
    const samples = new Float32Array(bufferSize);
    let stillMs = 0;
    let talkedBefore = false;
    let hintUntil = 0;
    const look = () => {
      // Without a running context there are zeros of its own, and what the system mutes is told by the track.
      if (context.state !== 'running' || track.readyState !== 'live' || track.muted) return;
      analyser.getFloatTimeDomainData(samples);
      const newest = samples.subarray(
        -Math.min(samples.length, Math.floor((context.sampleRate * lookIntervalMs) / 1000)),
      );
      stillMs = isStill(newest) ? stillMs + lookIntervalMs : 0;
      const talks = spokenMs(newest, context.sampleRate) >= speechMs / 2;
      if (talks && talkedBefore) hintUntil = Date.now() + hintLastsMs;
      talkedBefore = talks;
      this.show({
        silent: this.on && stillMs >= silentAfterMs,
        talkingWhileOff: !this.on && Date.now() < hintUntil,
      });
      if (this.on) hintUntil = 0;
    };
    const timer = setInterval(look, lookIntervalMs);
    return () => {
      clearInterval(timer);
      source.disconnect();
      open.stop();
      releaseAudioContext();
    };
  }

  private show(state: MonitorState): void {
    const { silent, talkingWhileOff } = this.current;
    if (silent === state.silent && talkingWhileOff === state.talkingWhileOff) return;
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

/** Zeros, or one and the same value. */
export function isStill(samples: Float32Array): boolean {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const sample of samples) {
    if (sample < lowest) lowest = sample;
    if (sample > highest) highest = sample;
  }
  return highest - lowest < stillRange;
}

/** For how many milliseconds of these samples somebody speaks. */
export function spokenMs(samples: Float32Array, sampleRate: number): number {
  const block = Math.floor((sampleRate * blockMs) / 1000);
  let spoken = 0;
  for (let start = 0; start + block <= samples.length; start += block) {
    let energy = 0;
    for (let index = start; index < start + block; index++) energy += samples[index]! ** 2;
    if (Math.sqrt(energy / block) >= speechLevel) spoken += blockMs;
  }
  return spoken;
}
