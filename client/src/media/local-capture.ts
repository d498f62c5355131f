/** This person's microphone and camera: the one owner of their tracks, before and during a meeting. */
import type { CaptureFormat } from '../links/entry-options';
import { type CaptureKind, type DeviceProblem, deviceProblemOf } from './device-problem';
import { type DeviceLists, listDevices, noDevices } from './devices';

export interface CapturedDevice {
  /** The person wants to be heard or seen. */
  readonly on: boolean;
  /** A microphone that was switched off keeps its track, so that it is back at once; a camera gives it up and goes dark. */
  readonly track: MediaStreamTrack | null;
  /** Permission is being asked or the device is starting. */
  readonly starting: boolean;
  readonly problem: DeviceProblem | null;
  /** The device in use, or else the one to try first. */
  readonly deviceId: string | undefined;
}

export interface CaptureState {
  readonly microphone: CapturedDevice;
  readonly camera: CapturedDevice;
  readonly devices: DeviceLists;
}

export interface CaptureOptions {
  microphoneId?: string;
  cameraId?: string;
  cameraFormat?: CaptureFormat;
}

/** What a camera is asked for when nothing else is said. */
const defaultFormat: CaptureFormat = { width: 1280, height: 720, frameRate: 30 };

const off = { on: false, track: null, starting: false, problem: null };

/** `state` is replaced on every change; `subscribe` tells of it. */
export class LocalCapture {
  private current: CaptureState;
  private readonly listeners = new Set<() => void>();
  private readonly format: CaptureFormat;
  /** The latest attempt to start each device: an earlier one that ends later gives its track back. */
  private readonly attempts = { microphone: 0, camera: 0 };
  private readonly refreshDevices = () => void this.listDevices();

  constructor({ microphoneId, cameraId, cameraFormat = defaultFormat }: CaptureOptions) {
    this.format = cameraFormat;
    this.current = {
      microphone: { ...off, deviceId: microphoneId },
      camera: { ...off, deviceId: cameraId },
      devices: noDevices,
    };
  }

  get state(): CaptureState {
    return this.current;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Switches on what is wanted, with one question for permission where both are. Never throws: see `problem`. */
  async start(wanted: Record<CaptureKind, boolean>): Promise<void> {
    navigator.mediaDevices?.addEventListener('devicechange', this.refreshDevices);
    const kinds = (['microphone', 'camera'] as const).filter((kind) => wanted[kind]);
    for (const kind of kinds) this.change(kind, { on: true });
    await this.capture(kinds);
  }

  /** Gives all devices back. `start()` may be called again. */
  stop(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.refreshDevices);
    for (const kind of ['microphone', 'camera'] as const) {
      this.release(kind);
      this.change(kind, { on: false, starting: false });
    }
  }

  async setOn(kind: CaptureKind, on: boolean): Promise<void> {
    const { track } = this.current[kind];
    if (!on && kind === 'camera') this.release(kind);
    if (kind === 'microphone' && track) track.enabled = on;
    this.change(kind, { on, problem: null });
    if (on && !this.current[kind].track) await this.capture([kind]);
  }

  toggle(kind: CaptureKind): Promise<void> {
    return this.setOn(kind, !this.current[kind].on);
  }

  /** Uses another microphone or camera, now if it is on, otherwise when it is switched on. */
  async choose(kind: CaptureKind, deviceId: string): Promise<void> {
    const { on, problem } = this.current[kind];
    this.release(kind);
    this.change(kind, { deviceId, problem: null, on: on || problem !== null });
    if (this.current[kind].on) await this.capture([kind]);
  }

  /** The person has read it. */
  dismissProblem(kind: CaptureKind): void {
    this.change(kind, { problem: null });
  }

  /** The others cannot get it: switches it off, so that nobody believes to be heard or seen. */
  reportUnsent(kind: CaptureKind): void {
    void this.setOn(kind, false);
    this.change(kind, { problem: 'unsent' });
  }

  private async capture(kinds: readonly CaptureKind[]): Promise<void> {
    if (kinds.length === 0) return;
    const attempts = kinds.map((kind) => [kind, ++this.attempts[kind]] as const);
    for (const kind of kinds) this.change(kind, { starting: true, problem: null });
    const tracks = await this.openTogether(kinds);
    for (const [kind, attempt] of attempts) {
      const opened = tracks[kind];
      if (attempt !== this.attempts[kind] || !this.current[kind].on) {
        if (opened instanceof MediaStreamTrack) opened.stop();
        if (attempt === this.attempts[kind]) this.change(kind, { starting: false });
      } else if (opened instanceof MediaStreamTrack) {
        opened.addEventListener('ended', () => void this.replaceLost(kind, opened));
        this.change(kind, { track: opened, starting: false, deviceId: opened.getSettings().deviceId });
      } else {
        this.change(kind, { on: false, starting: false, problem: opened ?? 'unknown' });
      }
    }
    await this.listDevices();
  }

  /** One question for both; when that fails, each alone, so that a missing camera does not cost the microphone. */
  private async openTogether(
    kinds: readonly CaptureKind[],
  ): Promise<Partial<Record<CaptureKind, MediaStreamTrack | DeviceProblem>>> {
    if (!navigator.mediaDevices) return Object.fromEntries(kinds.map((kind) => [kind, 'insecure' as const]));
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: kinds.includes('microphone') && this.constraintsOf('microphone'),
        video: kinds.includes('camera') && this.constraintsOf('camera'),
      });
      return { microphone: stream.getAudioTracks()[0], camera: stream.getVideoTracks()[0] };
    } catch (error) {
      const [kind, other] = kinds;
      if (!kind) return {};
      if (!other) return { [kind]: deviceProblemOf(error) };
      return { ...(await this.openTogether([kind])), ...(await this.openTogether([other])) };
    }
  }

  private constraintsOf(kind: CaptureKind): MediaTrackConstraints {
    const { deviceId } = this.current[kind];
    // `ideal`: a remembered device that is not there today is no reason to fail.
    const device = deviceId ? { deviceId: { ideal: deviceId } } : {};
    if (kind === 'microphone') {
      return { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    }
    const { width, height, frameRate } = this.format;
    return {
      ...(deviceId ? device : { facingMode: 'user' }),
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: frameRate },
    };
  }

  /** The browser ended a track: the device was unplugged or permission was taken back. Another device may do. */
  private async replaceLost(kind: CaptureKind, lost: MediaStreamTrack): Promise<void> {
    if (this.current[kind].track !== lost) return;
    const { on } = this.current[kind];
    this.change(kind, { track: null, deviceId: undefined });
    if (!on) return this.listDevices();
    await this.capture([kind]);
    if (this.current[kind].problem === 'missing') this.change(kind, { problem: 'unplugged' });
  }

  private release(kind: CaptureKind): void {
    this.attempts[kind]++;
    this.current[kind].track?.stop();
    this.change(kind, { track: null, starting: false });
  }

  private async listDevices(): Promise<void> {
    if (!navigator.mediaDevices) return;
    this.update({ devices: await listDevices() });
  }

  private change(kind: CaptureKind, change: Partial<CapturedDevice>): void {
    this.update({ [kind]: { ...this.current[kind], ...change } });
  }

  private update(change: Partial<CaptureState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}
