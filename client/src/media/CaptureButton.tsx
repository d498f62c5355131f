/** Switches microphone or camera, before and in a meeting. */
import CircularProgress from '@mui/material/CircularProgress';
import MicOffRounded from '@mui/icons-material/MicOffRounded';
import MicRounded from '@mui/icons-material/MicRounded';
import VideocamOffRounded from '@mui/icons-material/VideocamOffRounded';
import VideocamRounded from '@mui/icons-material/VideocamRounded';
import { RoundButton } from '../common/RoundButton';
import { useStore } from '../common/use-store';
import type { CaptureKind } from './device-problem';
import type { LocalCapture } from './local-capture';

const looks = {
  microphone: { On: MicRounded, Off: MicOffRounded, label: 'microphone', shortcut: 'M' },
  camera: { On: VideocamRounded, Off: VideocamOffRounded, label: 'camera', shortcut: 'V' },
};

interface CaptureButtonProps {
  capture: LocalCapture;
  kind: CaptureKind;
  overVideo?: boolean;
  /** Show the key that does the same. */
  withShortcut?: boolean;
  /** Why it cannot be switched on now; it can still be switched off. */
  blocked?: string | undefined;
}

export function CaptureButton({ capture, kind, overVideo, withShortcut, blocked }: CaptureButtonProps) {
  const { on, starting, problem, interrupted } = useStore(capture, (state) => state[kind]);
  const silent = useStore(capture.monitor, (state) => state.silent) && kind === 'microphone';
  const { On, Off, label, shortcut } = looks[kind];
  const action = on ? `Turn off ${label}` : `Turn on ${label}`;
  if (blocked && !on) {
    return (
      <RoundButton label={blocked} tone="off" disabled onClick={() => undefined} testId={`toolbar-${kind}`} state="off">
        <Off />
      </RoundButton>
    );
  }
  return (
    <RoundButton
      label={withShortcut ? `${action} (${shortcut})` : action}
      tone={on ? (overVideo ? 'overVideo' : 'plain') : 'off'}
      warning={problem !== null || interrupted || silent}
      onClick={() => void capture.toggle(kind)}
      testId={`toolbar-${kind}`}
      state={on ? 'on' : 'off'}
    >
      {starting ? <CircularProgress size={22} color="inherit" aria-hidden /> : on ? <On /> : <Off />}
    </RoundButton>
  );
}
