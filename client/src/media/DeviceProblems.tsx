/** Says what keeps microphone or camera from working, and which device is used instead of a chosen one. */
import { type ReactNode, useState } from 'react';
import CloseRounded from '@mui/icons-material/CloseRounded';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import { useStore } from '../common/use-store';
import { type CaptureKind, describeProblem } from './device-problem';
import type { CapturedDevice, LocalCapture } from './local-capture';
import { useSpeaker } from './speaker';

const kinds: readonly CaptureKind[] = ['microphone', 'camera'];

const interruptions: Record<CaptureKind, string> = {
  microphone: 'Your microphone is muted by a switch on it or by your system. Nobody hears you.',
  camera: 'Your camera is covered, switched off or held back by your system. Nobody sees you.',
};

export function DeviceProblems({ capture }: { capture: LocalCapture }) {
  const state = useStore(capture);
  return (
    <>
      {kinds.map((kind) => (
        <DeviceNotice key={kind} capture={capture} kind={kind} device={state[kind]} />
      ))}
      <SpeakerNotice />
    </>
  );
}

function DeviceNotice({ capture, kind, device }: { capture: LocalCapture; kind: CaptureKind; device: CapturedDevice }) {
  const { problem, substitute, interrupted } = device;
  const silent = useStore(capture.monitor, (state) => state.silent) && kind === 'microphone';
  if (problem)
    return (
      <Notice
        severity="warning"
        testId={`${kind}-problem`}
        closeLabel={`Dismiss the ${kind} message`}
        onClose={() => capture.dismissProblem(kind)}
        action={
          problem !== 'insecure' && (
            <Button color="inherit" size="small" onClick={() => void capture.setOn(kind, true)}>
              Try again
            </Button>
          )
        }
      >
        {describeProblem(kind, problem)} You can take part without it.
      </Notice>
    );
  if (interrupted || silent)
    return (
      <Closable key={interrupted ? 'interrupted' : 'silent'} kind={kind}>
        {interrupted
          ? interruptions[kind]
          : 'No sound comes from your microphone. Check its mute switch and cable, or choose another microphone.'}
      </Closable>
    );
  if (substitute)
    return (
      <Notice
        severity="info"
        testId={`${kind}-substitute`}
        closeLabel={`Dismiss the ${kind} message`}
        onClose={() => capture.dismissProblem(kind)}
      >
        {substituteSentence(kind, substitute.wanted, substitute.used)}
      </Notice>
    );
  return null;
}

/** For as long as the state lasts, unless it is closed. */
function Closable({ kind, children }: { kind: CaptureKind; children: ReactNode }) {
  const [closed, setClosed] = useState(false);
  if (closed) return null;
  return (
    <Notice
      severity="warning"
      testId={`${kind}-silent`}
      closeLabel={`Dismiss the ${kind} message`}
      onClose={() => setClosed(true)}
    >
      {children}
    </Notice>
  );
}

function SpeakerNotice() {
  const { missing } = useSpeaker();
  const [closed, setClosed] = useState<string | null>(null);
  if (missing === null || missing === closed) return null;
  return (
    <Notice
      severity="info"
      testId="speaker-substitute"
      closeLabel="Dismiss the speaker message"
      onClose={() => setClosed(missing)}
    >
      {substituteSentence('speaker', missing, "the system's speaker")}
    </Notice>
  );
}

function substituteSentence(kind: CaptureKind | 'speaker', wanted: string, used: string): string {
  return `${wanted || `The chosen ${kind}`} can't be used right now. Using ${used || 'another one'} instead.`;
}

interface NoticeProps {
  severity: 'warning' | 'info';
  testId: string;
  closeLabel: string;
  onClose: () => void;
  action?: ReactNode;
  children: ReactNode;
}

function Notice({ severity, testId, closeLabel, onClose, action, children }: NoticeProps) {
  return (
    <Alert
      severity={severity}
      data-testid={testId}
      action={
        <>
          {action}
          <IconButton color="inherit" size="small" onClick={onClose} aria-label={closeLabel}>
            <CloseRounded fontSize="small" />
          </IconButton>
        </>
      }
    >
      {children}
    </Alert>
  );
}
