/** One video element for one track. */
import { useEffect, useRef, useState } from 'react';
import { styled } from '@mui/material/styles';
import { play } from './playback';

interface VideoViewProps {
  track: MediaStreamTrack;
  /** As in a mirror: how people know themselves. */
  mirrored?: boolean;
  /** Show all of the picture, with bars beside it, instead of filling the tile. */
  whole?: boolean;
  label: string;
}

/**
 * Not to be seen before its first frame, so that what is below it shows until then. When another track takes the place of one, the
 * last picture of that stays until the other one has its first.
 */
export function VideoView({ track, mirrored = false, whole = false, label }: VideoViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [stream] = useState(() => new MediaStream());
  const [begun, setBegun] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    const forget = play(element);
    return () => {
      forget();
      element.srcObject = null;
    };
  }, [stream]);

  useEffect(() => {
    const before = stream.getTracks();
    stream.addTrack(track);
    for (const each of before) if (each !== track) stream.removeTrack(each);
  }, [stream, track]);

  return (
    <Video
      ref={video}
      autoPlay
      playsInline
      muted
      onLoadedData={() => setBegun(true)}
      disablePictureInPicture={mirrored}
      aria-label={label}
      data-begun={begun || undefined}
      data-mirrored={mirrored || undefined}
      data-whole={whole || undefined}
    />
  );
}

const Video = styled('video')({
  position: 'absolute',
  inset: 0,
  width: '100%',
  height: '100%',
  objectFit: 'cover',
  opacity: 0,
  '&[data-begun]': { opacity: 1 },
  '&[data-mirrored]': { transform: 'scaleX(-1)' },
  '&[data-whole], *:fullscreen &': { objectFit: 'contain', backgroundColor: '#000' },
});
