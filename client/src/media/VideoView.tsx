/** One video element for one track. */
import { useEffect, useRef } from 'react';
import { styled } from '@mui/material/styles';

interface VideoViewProps {
  track: MediaStreamTrack;
  /** As in a mirror: how people know themselves. */
  mirrored?: boolean;
  /** Show all of the picture, with bars beside it, instead of filling the tile. */
  whole?: boolean;
  label: string;
}

export function VideoView({ track, mirrored = false, whole = false, label }: VideoViewProps) {
  const video = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);

  return (
    <Video
      ref={video}
      autoPlay
      playsInline
      muted
      disablePictureInPicture={mirrored}
      aria-label={label}
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
  '&[data-mirrored]': { transform: 'scaleX(-1)' },
  '&[data-whole], *:fullscreen &': { objectFit: 'contain', backgroundColor: '#000' },
});
