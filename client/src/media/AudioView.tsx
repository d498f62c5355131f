/** One audio element for one track. */
import { useEffect, useRef } from 'react';
import { play } from './playback';

interface AudioViewProps {
  track: MediaStreamTrack;
  /** The speaker to use, where the browser can choose. */
  speakerId?: string;
}

export function AudioView({ track, speakerId }: AudioViewProps) {
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
    if (!element || !('setSinkId' in element)) return;
    // A speaker that is gone leaves the sound where it was.
    if (element.sinkId !== (speakerId ?? '')) element.setSinkId(speakerId ?? '').catch(() => undefined);
  }, [speakerId]);

  return <audio ref={audio} />;
}
