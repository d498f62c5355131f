/** Keeps what this participant sends equal to what their microphone and camera give. */
import { type LocalMedia, type MeetingClient, MeetingError, type MeetingState, type Source } from '@minimeet/sdk';
import type { CaptureKind } from '../media/device-problem';
import type { CapturedDevice, LocalCapture } from '../media/local-capture';
import { ownRights } from '../moderation/own-rights';

export type PublishingStep = 'publish' | 'unpublish' | 'replaceTrack' | 'mute' | 'unmute';

/**
 * The next thing to do so that `published` becomes what `device` gives; `null` when it is.
 *
 * @param sends attendees send nothing, nor does whose join token does not grant it
 */
export function nextStep(
  device: Pick<CapturedDevice, 'on' | 'track'> & { starting?: boolean },
  published: Pick<LocalMedia, 'track' | 'paused'> | undefined,
  sends = true,
): PublishingStep | null {
  if (!sends) return published ? 'unpublish' : null;
  // A lost device that another one replaces, or that may come back, keeps its producer: publishing anew is a right that may be gone.
  if (!device.track) return published && !device.on && !device.starting ? 'unpublish' : null;
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
        const { sends } = ownRights(client.state);
        // Nobody shall believe to be heard or seen who is not.
        if (device.on && !sends) await capture.setOn(kind, false);
        const step = nextStep(device, client.state.localMedia[kind], sends);
        if (!step) return;
        await take(client, kind, step, device);
      }
    } catch (error) {
      // A lost connection is no failure: the client publishes again by itself. What remains was refused.
      const isOver = ended || (error instanceof MeetingError && error.code === 'aborted');
      if (!isOver) giveUp(kind, error);
    } finally {
      busy.delete(kind);
    }
  };

  /** What moderators do not allow is no fault of the device or the connection. */
  const giveUp = (kind: CaptureKind, error: unknown) => {
    if (error instanceof MeetingError && error.code === 'not_allowed') switchOff(kind);
    else capture.reportUnsent(kind);
  };
  const switchOff = (source: Source) => {
    if (isCaptured(source)) void capture.setOn(source, false);
  };

  const settleBoth = () => {
    void settle('microphone');
    void settle('camera');
  };
  const reportUnsent = ({ source, error }: { source: Source; error: MeetingError }) => {
    if (isCaptured(source)) giveUp(source, error);
  };
  const followMute = () => switchOff('microphone');
  /** After a long absence: what the sdk has muted is off here too, before anything is sent again. */
  const followReturn = () => {
    switchOff('microphone');
    switchOff('camera');
    client.unpublish('screen').catch(() => undefined);
  };
  const followStop = ({ source }: { source: Source }) => switchOff(source);
  let role = client.state.me?.role;
  const settleWithRole = ({ me }: MeetingState) => {
    if (me?.role === role) return;
    role = me?.role;
    settleBoth();
  };
  const unsubscribe = capture.subscribe(settleBoth);
  client.on('publish_failed', reportUnsent);
  client.on('muted', followMute);
  client.on('stopped', followStop);
  client.on('returned_muted', followReturn);
  client.on('state', settleWithRole);
  settleBoth();
  return () => {
    ended = true;
    unsubscribe();
    client.off('publish_failed', reportUnsent);
    client.off('muted', followMute);
    client.off('stopped', followStop);
    client.off('returned_muted', followReturn);
    client.off('state', settleWithRole);
  };
}

function isCaptured(source: Source): source is CaptureKind {
  return source === 'microphone' || source === 'camera';
}

async function take(
  client: MeetingClient,
  kind: CaptureKind,
  step: PublishingStep,
  device: CapturedDevice,
): Promise<void> {
  switch (step) {
    case 'publish':
      return device.track ? client.publish(kind, device.track, { paused: !device.on, whenEnded: 'keep' }) : undefined;
    case 'replaceTrack':
      return device.track ? client.replaceTrack(kind, device.track) : undefined;
    case 'unpublish':
    case 'mute':
    case 'unmute':
      return client[step](kind);
  }
}
