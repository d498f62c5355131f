/** This user's microphone and camera: the one owner of their tracks, before and during a meeting. */
import type { CaptureFormat } from '../links/entry-options';
import { type CaptureKind, type DeviceProblem, diagnoseProblem } from './device-problem';
import { type DeviceLists, type DeviceReference, devicesOf, findDevice, listDevices, noDevices } from './devices';
import { MicrophoneMonitor } from './microphone-monitor';
import { isAboutDevice, isBusyError, openDevice, openExactly } from './open-device';

export interface CapturedDevice {
  /** The user wants to be heard or seen. */
  readonly on: boolean;
  /** A microphone that was switched off keeps its track, so that it is back at once; a camera gives it up and goes dark. */
  readonly track: MediaStreamTrack | null;
  /** Permission is being asked or the device is starting. */
  readonly starting: boolean;
  readonly problem: DeviceProblem | null;
  /** The device in use, or else the one to try first. */
  readonly deviceId: string | undefined;
  /** The chosen device does not work: what is used instead, by their labels. */
  readonly substitute: { readonly wanted: string; readonly used: string } | null;
  /** The system or a switch on the device holds sound or picture back (`MediaStreamTrack.muted`). */
  readonly interrupted: boolean;
}

export interface CaptureState {
  readonly microphone: CapturedDevice;
  readonly camera: CapturedDevice;
  readonly devices: DeviceLists;
}

export interface CaptureOptions {
  /** What the user chose at an earlier time. */
  chosen?: Partial<Record<CaptureKind, DeviceReference | undefined>>;
  cameraFormat?: CaptureFormat | undefined;
}

/** What a camera is asked for when nothing else is said. */
const defaultFormat: CaptureFormat = { width: 1280, height: 720, frameRate: 30 };
/** Between two looks at whether tracks have ended or are held back: not every browser fires the events. */
const lookIntervalMs = 1000;
/** For which the track before goes on after another one took its place, until that is what the others see. */
const overlapMs = 300;
/** Within which a camera that was unplugged starts again when it is back; later, that would be a surprise. */
const cameraReturnMs = 60_000;

const kinds = ['microphone', 'camera'] as const;
const off = { on: false, track: null, starting: false, problem: null, substitute: null, interrupted: false };

/** `state` is replaced on every change; `subscribe` tells of it. */
export class LocalCapture {
  /** What the microphone's track carries, also while it is switched off. */
  readonly monitor = new MicrophoneMonitor();
  private current: CaptureState;
  private readonly listeners = new Set<() => void>();
  private readonly format: CaptureFormat;
  private readonly chosen: Partial<Record<CaptureKind, DeviceReference | undefined>>;
  /** The latest attempt to start each device: an earlier one that ends later gives its track back. */
  private readonly attempts = { microphone: 0, camera: 0 };
  /** When a device was lost that nothing could replace (milliseconds since 1970); `null` while nothing is waited for. */
  private readonly lostAt: Record<CaptureKind, number | null> = { microphone: null, camera: null };
  /** Of the device behind Chromium's entry `default`, when it was opened: that entry may come to mean another one. */
  private readonly groupIds: Partial<Record<CaptureKind, string | undefined>> = {};
  private readonly retiring = new Map<MediaStreamTrack, ReturnType<typeof setTimeout>>();
  private stopLooking = () => {};

  constructor({ chosen = {}, cameraFormat = defaultFormat }: CaptureOptions) {
    this.format = cameraFormat;
    this.chosen = { ...chosen };
    this.current = {
      microphone: { ...off, deviceId: chosen.microphone?.id },
      camera: { ...off, deviceId: chosen.camera?.id },
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
    this.look();
    const switchedOn = kinds.filter((kind) => wanted[kind]);
    for (const kind of switchedOn) this.change(kind, { on: true });
    await this.capture(switchedOn);
  }

  /** Gives all devices back. `start()` may be called again. */
  stop(): void {
    this.stopLooking();
    for (const kind of kinds) {
      this.release(kind);
      this.change(kind, { on: false, substitute: null, interrupted: false });
    }
    for (const track of this.retiring.keys()) this.retire(track, 0);
  }

  async setOn(kind: CaptureKind, on: boolean): Promise<void> {
    const { track } = this.current[kind];
    this.lostAt[kind] = null;
    if (!on && (kind === 'camera' || !track)) this.release(kind);
    if (kind === 'microphone' && track) track.enabled = on;
    this.change(kind, { on, problem: null });
    if (on && !this.current[kind].track) await this.capture([kind]);
  }

  toggle(kind: CaptureKind): Promise<void> {
    return this.setOn(kind, !this.current[kind].on);
  }

  /**
   * Uses another microphone or camera, now if there is a track of it, otherwise when it is switched on. The track before goes on until the
   * new one is there; `substitute` says so where that fails.
   */
  async choose(kind: CaptureKind, deviceId: string): Promise<void> {
    const label = devicesOf(this.current.devices, kind).find((device) => device.deviceId === deviceId)?.label ?? '';
    this.chosen[kind] = { id: deviceId, label };
    const { on, problem, track } = this.current[kind];
    this.change(kind, { problem: null, substitute: null, on: on || problem !== null });
    if (track) return this.exchange(kind, track, true);
    this.change(kind, { deviceId });
    if (this.current[kind].on) await this.capture([kind]);
  }

  /** The user has read it. */
  dismissProblem(kind: CaptureKind): void {
    this.change(kind, { problem: null, substitute: null });
  }

  /** The others cannot get it: switches it off, so that nobody believes to be heard or seen. */
  reportUnsent(kind: CaptureKind): void {
    void this.setOn(kind, false);
    this.change(kind, { problem: 'unsent' });
  }

  private async capture(wanted: readonly CaptureKind[], isLost = false): Promise<void> {
    if (wanted.length === 0) return;
    const attempts = wanted.map((kind) => [kind, ++this.attempts[kind]] as const);
    for (const kind of wanted) this.change(kind, { starting: true, problem: null });
    const tracks = await this.openTogether(wanted);
    await this.listDevices();
    for (const [kind, attempt] of attempts) {
      const opened = tracks[kind];
      if (attempt !== this.attempts[kind] || !this.current[kind].on) {
        if (opened instanceof MediaStreamTrack) opened.stop();
        if (attempt === this.attempts[kind]) this.change(kind, { starting: false });
      } else if (opened instanceof MediaStreamTrack) {
        this.take(kind, opened);
      } else {
        this.fail(kind, opened ?? 'unknown', isLost);
      }
    }
  }

  /**
   * Puts the chosen device in the place of a track that goes on until then.
   *
   * @param mayInterrupt stop that track where the device is busy: phones open one camera at a time
   */
  private async exchange(kind: CaptureKind, before: MediaStreamTrack, mayInterrupt: boolean): Promise<void> {
    const wanted = this.chosen[kind];
    if (!wanted) return;
    const attempt = ++this.attempts[kind];
    const isCurrent = () => attempt === this.attempts[kind];
    const request = { kind, constraints: this.constraintsOf(kind), wanted, isCurrent };
    this.change(kind, { starting: true });
    const found = findDevice(devicesOf(await listDevices(), kind), wanted)?.deviceId ?? wanted.id;
    let opened: MediaStreamTrack | DeviceProblem;
    try {
      opened = await openExactly(request, found, []).catch((error: unknown) => {
        if (!isBusyError(error) || !mayInterrupt) throw error;
        before.stop();
        return openDevice(request);
      });
    } catch (error) {
      opened = before.readyState === 'live' && isAboutDevice(error) ? before : await diagnoseProblem(kind, error);
    }
    await this.listDevices();
    if (!isCurrent()) {
      if (opened instanceof MediaStreamTrack && opened !== this.current[kind].track) opened.stop();
    } else if (opened instanceof MediaStreamTrack) {
      this.take(kind, opened);
    } else {
      this.release(kind);
      this.fail(kind, opened, false);
    }
  }

  /** One question for both; when that fails, each alone, so that a missing camera does not cost the microphone. */
  private async openTogether(
    wanted: readonly CaptureKind[],
  ): Promise<Partial<Record<CaptureKind, MediaStreamTrack | DeviceProblem>>> {
    if (!navigator.mediaDevices) return Object.fromEntries(wanted.map((kind) => [kind, 'insecure' as const]));
    if (wanted.length > 1) {
      try {
        const { microphones, cameras } = await listDevices();
        const stream = await navigator.mediaDevices.getUserMedia({
          audio: { ...this.constraintsOf('microphone'), ...exactly(microphones, this.chosen.microphone) },
          video: { ...this.constraintsOf('camera'), ...exactly(cameras, this.chosen.camera) },
        });
        return { microphone: stream.getAudioTracks()[0], camera: stream.getVideoTracks()[0] };
      } catch {
        // Each alone says which of the two it was.
      }
    }
    const opened: Partial<Record<CaptureKind, MediaStreamTrack | DeviceProblem>> = {};
    for (const kind of wanted) opened[kind] = await this.openAlone(kind);
    return opened;
  }

  private async openAlone(kind: CaptureKind): Promise<MediaStreamTrack | DeviceProblem> {
    const attempt = this.attempts[kind];
    const isCurrent = () => attempt === this.attempts[kind] && this.current[kind].on;
    const wanted = this.chosen[kind] ?? null;
    try {
      return await openDevice({ kind, constraints: this.constraintsOf(kind), wanted, isCurrent });
    } catch (error) {
      return diagnoseProblem(kind, error);
    }
  }

  private constraintsOf(kind: CaptureKind): MediaTrackConstraints {
    if (kind === 'microphone') return { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const { width, height, frameRate } = this.format;
    return {
      ...(!this.chosen.camera && { facingMode: 'user' }),
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: frameRate },
    };
  }

  private take(kind: CaptureKind, track: MediaStreamTrack): void {
    const { track: before, on } = this.current[kind];
    const { deviceId, groupId } = track.getSettings();
    if (kind === 'microphone') track.enabled = on;
    if (track !== before) track.addEventListener('ended', () => void this.replaceLost(kind, track));
    this.lostAt[kind] = null;
    this.groupIds[kind] = groupId;
    const substitute = this.isChosen(kind, deviceId)
      ? null
      : { wanted: this.chosen[kind]?.label ?? '', used: track.label };
    this.change(kind, { track, starting: false, problem: null, deviceId, substitute, interrupted: false });
    if (before && track !== before) this.retire(before, overlapMs);
  }

  private fail(kind: CaptureKind, problem: DeviceProblem, isLost: boolean): void {
    const awaits = isLost && problem !== 'refused' && problem !== 'system';
    this.lostAt[kind] = awaits ? Date.now() : null;
    // The microphone stays wanted: giving it up would cost the right to speak where only moderators can unmute.
    this.change(kind, {
      on: awaits && kind === 'microphone',
      starting: false,
      problem: awaits && problem === 'missing' ? 'unplugged' : problem,
    });
  }

  private isChosen(kind: CaptureKind, deviceId: string | undefined): boolean {
    const chosen = this.chosen[kind];
    if (!chosen || deviceId === undefined || deviceId === chosen.id) return true;
    return deviceId === findDevice(devicesOf(this.current.devices, kind), chosen)?.deviceId;
  }

  /** The browser ended a track: the device was unplugged or permission was taken back. Another device may do. */
  private async replaceLost(kind: CaptureKind, lost: MediaStreamTrack): Promise<void> {
    if (this.current[kind].track !== lost) return;
    const { on } = this.current[kind];
    this.change(kind, { track: null, deviceId: this.chosen[kind]?.id, starting: on, interrupted: false });
    if (on) await this.capture([kind], true);
    else await this.listDevices();
  }

  /** Something was plugged in or out: what was lost or chosen may be back. */
  private readonly followDevices = (): void => void this.takeWhatIsThere();

  private async takeWhatIsThere(): Promise<void> {
    await this.listDevices();
    for (const kind of kinds) {
      const { track, starting, problem } = this.current[kind];
      const isPresent = devicesOf(this.current.devices, kind).length > 0;
      const lostAt = this.lostAt[kind];
      if (starting) continue;
      if (track?.readyState === 'ended') void this.replaceLost(kind, track);
      else if (track && this.isAnotherMeant(kind)) void this.exchange(kind, track, false);
      else if (isPresent && lostAt !== null) void this.takeBack(kind, lostAt);
      else if (isPresent && (problem === 'missing' || problem === 'unplugged')) this.change(kind, { problem: null });
    }
  }

  private async takeBack(kind: CaptureKind, lostAt: number): Promise<void> {
    this.lostAt[kind] = null;
    const isSoon = kind === 'microphone' || Date.now() - lostAt < cameraReturnMs;
    this.change(kind, { problem: null, ...(isSoon && { on: true }) });
    if (isSoon) await this.capture([kind], true);
  }

  /** Whether the chosen device is there and not in use, or the system's choice, which is followed, has become another device. */
  private isAnotherMeant(kind: CaptureKind): boolean {
    const chosen = this.chosen[kind];
    const { deviceId } = this.current[kind];
    const found = chosen && findDevice(devicesOf(this.current.devices, kind), chosen);
    if (!found) return false;
    if (found.deviceId !== deviceId) return true;
    const groupId = this.groupIds[kind];
    return deviceId === 'default' && groupId !== undefined && found.groupId !== '' && found.groupId !== groupId;
  }

  private look(): void {
    this.stopLooking();
    const { mediaDevices } = navigator;
    const timer = setInterval(() => this.checkTracks(), lookIntervalMs);
    mediaDevices?.addEventListener('devicechange', this.followDevices);
    this.stopLooking = () => {
      clearInterval(timer);
      mediaDevices?.removeEventListener('devicechange', this.followDevices);
    };
  }

  private checkTracks(): void {
    for (const kind of kinds) {
      const { track, interrupted, on } = this.current[kind];
      if (track?.readyState === 'ended') void this.replaceLost(kind, track);
      else if (interrupted !== (on && (track?.muted ?? false))) this.change(kind, { interrupted: !interrupted });
    }
  }

  private release(kind: CaptureKind): void {
    this.attempts[kind]++;
    this.lostAt[kind] = null;
    this.current[kind].track?.stop();
    this.change(kind, { track: null, starting: false });
  }

  /** Stops a track that is no longer in use, after so many milliseconds. */
  private retire(track: MediaStreamTrack, delayMs: number): void {
    clearTimeout(this.retiring.get(track));
    const stop = () => {
      this.retiring.delete(track);
      track.stop();
    };
    if (delayMs === 0) stop();
    else this.retiring.set(track, setTimeout(stop, delayMs));
  }

  private async listDevices(): Promise<void> {
    this.update({ devices: await listDevices() });
  }

  private change(kind: CaptureKind, change: Partial<CapturedDevice>): void {
    this.update({ [kind]: { ...this.current[kind], ...change } });
  }

  private update(change: Partial<CaptureState>): void {
    this.current = { ...this.current, ...change };
    const { track, on } = this.current.microphone;
    this.monitor.watch(track, on);
    for (const listener of this.listeners) listener();
  }
}

/** Asks for this very device: Chromium takes `ideal` for no choice at all. */
function exactly(devices: readonly MediaDeviceInfo[], chosen: DeviceReference | undefined): MediaTrackConstraints {
  if (!chosen) return {};
  return { deviceId: { exact: findDevice(devices, chosen)?.deviceId ?? chosen.id } };
}
