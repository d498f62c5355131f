/** Keeps what this participant sends equal to what their microphone and camera give. */
import { type LocalMedia, type MeetingClient, MeetingError } from '@minimeet/sdk';
import type { CaptureKind } from '../media/device-problem';
import type { CapturedDevice, LocalCapture } from '../media/local-capture';

export type PublishingStep = 'publish' | 'unpublish' | 'replaceTrack' | 'mute' | 'unmute';

/** The next thing to do so that `published` becomes what `device` gives; `null` when it is. */
export function nextStep(
  device: Pick<CapturedDevice, 'on' | 'track'>,
  published: Pick<LocalMedia, 'track' | 'paused'> | undefined,
): PublishingStep | null {
  if (!device.track) return published ? 'unpublish' : null;
  if (!published) return 'publish';
  if (published.track !== device.track) return 'replaceTrack';
  if (published.paused === device.on) return device.on ? 'unmute' : 'mute';
  return null;
}

/**
 * Publishes microphone and camera to `client` and follows every change of `capture`, one step at a time for each.
 * Returns the function that ends it.
 */
export function publishCaptured(client: MeetingClient, capture: LocalCapture): () => void {
  const busy = new Set<CaptureKind>();
  let ended = false;

  const settle = async (kind: CaptureKind): Promise<void> => {
    if (busy.has(kind)) return;
    busy.add(kind);
    try {
      while (!ended) {
        const device = capture.state[kind];
        const step = nextStep(device, client.state.localMedia[kind]);
        if (!step) return;
        await take(client, kind, step, device);
      }
    } catch (error) {
      // A lost connection is no failure: the client publishes again by itself. What remains was refused.
      const isOver = ended || (error instanceof MeetingError && error.code === 'aborted');
      if (!isOver) capture.reportUnsent(kind);
    } finally {
      busy.delete(kind);
    }
  };

  const settleBoth = () => {
    void settle('microphone');
    void settle('camera');
  };
  const reportUnsent = ({ source }: { source: string }) => {
    if (source === 'microphone' || source === 'camera') capture.reportUnsent(source);
  };
  const unsubscribe = capture.subscribe(settleBoth);
  client.on('publish_failed', reportUnsent);
  settleBoth();
  return () => {
    ended = true;
    unsubscribe();
    client.off('publish_failed', reportUnsent);
  };
}

async function take(
  client: MeetingClient,
  kind: CaptureKind,
  step: PublishingStep,
  device: CapturedDevice,
): Promise<void> {
  switch (step) {
    case 'publish':
      return device.track ? client.publish(kind, device.track, { paused: !device.on }) : undefined;
    case 'replaceTrack':
      return device.track ? client.replaceTrack(kind, device.track) : undefined;
    case 'unpublish':
    case 'mute':
    case 'unmute':
      return client[step](kind);
  }
}
