/** Devices that misbehave as real ones do: unplugged, busy, silent, refused. Around the browser's own fake devices, whose media is real. */
import type { Page } from 'playwright-core';

interface OddDevices {
  /** Labels of devices that are not connected. */
  unplugged: Set<string>;
  /** Labels of devices that another program holds. */
  busy: Set<string>;
  /** How many attempts at any device fail before one works, as after a quick off and on. */
  busyFor: number;
  /** What the microphone hears instead: digital silence or a voice. */
  sound: 'zeros' | 'voice' | null;
  attempts: number;
  tracks: MediaStreamTrack[];
}

type OddWindow = Window & { odd: OddDevices };

/** To be called before the page is opened. */
export async function makeDevicesOdd(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const odd: OddDevices = {
      unplugged: new Set(),
      busy: new Set(),
      busyFor: 0,
      sound: null,
      attempts: 0,
      tracks: [],
    };
    (window as unknown as OddWindow).odd = odd;
    const { mediaDevices } = navigator;
    const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
    const capture = mediaDevices.getUserMedia.bind(mediaDevices);
    const exactOf = (constraints: boolean | MediaTrackConstraints | undefined) =>
      ((constraints as MediaTrackConstraints | undefined)?.deviceId as ConstrainDOMStringParameters | undefined)?.exact;

    const artificial = (sound: 'zeros' | 'voice'): MediaStreamTrack => {
      const context = new AudioContext();
      const target = context.createMediaStreamDestination();
      const gain = new GainNode(context, { gain: sound === 'voice' ? 0.5 : 0 });
      const voice = new OscillatorNode(context, { frequency: 220 });
      voice.connect(gain).connect(target);
      voice.start();

      return target.stream.getAudioTracks()[0]!;
    };

    mediaDevices.enumerateDevices = async () =>
      (await enumerate()).filter(({ label }) => !odd.unplugged.has(label)) as MediaDeviceInfo[];
    mediaDevices.getUserMedia = async (constraints = {}) => {
      odd.attempts += 1;
      const devices = await enumerate();

      if (odd.busyFor > 0) {
        odd.busyFor -= 1;
        throw new DOMException('Could not start video source', 'NotReadableError');
      }

      const adapted: MediaStreamConstraints = {};

      for (const part of ['audio', 'video'] as const) {
        const wanted = constraints[part];

        if (!wanted) {
          continue;
        }

        const kind = part === 'audio' ? 'audioinput' : 'videoinput';
        const there = devices.filter((device) => device.kind === kind && !odd.unplugged.has(device.label));
        const exact = exactOf(wanted);
        const meant = exact === undefined ? there[0] : there.find(({ deviceId }) => deviceId === exact);

        if (!meant) {
          throw new DOMException('Requested device not found', exact ? 'OverconstrainedError' : 'NotFoundError');
        }

        if (odd.busy.has(meant.label)) {
          throw new DOMException('Could not start source', 'NotReadableError');
        }

        // The browser would choose a device that is unplugged here.
        adapted[part] = {
          ...(wanted === true ? {} : wanted),
          ...(meant.deviceId && { deviceId: { exact: meant.deviceId } }),
        };
      }

      const stream = await capture(adapted);

      if (odd.sound && adapted.audio) {
        stream.getAudioTracks().forEach((track) => {
          track.stop();
          stream.removeTrack(track);
        });
        stream.addTrack(artificial(odd.sound));
      }

      odd.tracks.push(...stream.getTracks());

      return stream;
    };
  });
}

/** Pulls devices out: their tracks end, and the list changes. */
export async function unplug(page: Page, ...labels: string[]): Promise<void> {
  await page.evaluate((unplugged) => {
    const { odd } = window as unknown as OddWindow;
    unplugged.forEach((label) => odd.unplugged.add(label));

    for (const track of odd.tracks) {
      if (unplugged.includes(track.label) && track.readyState === 'live') {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    }

    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }, labels);
}

/** Plugs them in again. */
export async function plugIn(page: Page, ...labels: string[]): Promise<void> {
  await page.evaluate((back) => {
    const { odd } = window as unknown as OddWindow;
    back.forEach((label) => odd.unplugged.delete(label));
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }, labels);
}

/** Changes what is odd from now on. */
export async function setOdd(
  page: Page,
  change: { busy?: string[]; busyFor?: number; sound?: OddDevices['sound'] },
): Promise<void> {
  await page.evaluate(({ busy, ...others }) => {
    const { odd } = window as unknown as OddWindow;
    Object.assign(odd, others, busy && { busy: new Set(busy) });
  }, change);
}
