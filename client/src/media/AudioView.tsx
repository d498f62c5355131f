/** One audio element for one track. */
import { useEffect, useRef } from 'react';
import { play } from './playback';
import { reportSpeakerFailed } from './speaker';

interface AudioViewProps {
  track: MediaStreamTrack;
  /** The speaker to use, where the browser can choose; empty for the system's. */
  sinkId: string;
}

export function AudioView({ track, sinkId }: AudioViewProps) {
  const audio = useRef<HTMLAudioElement>(null);

  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    const forget = play(element);
    return () => {
      forget();
      element.srcObject = null;
    };
  }, [track]);

  useEffect(() => {
    const element = audio.current;
    if (!element || !('setSinkId' in element) || element.sinkId === sinkId) return;
    element.setSinkId(sinkId).catch(() => reportSpeakerFailed(sinkId));
  }, [sinkId]);

  return <audio ref={audio} />;
}
