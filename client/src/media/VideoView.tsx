/** One video element for one track. */
import { useEffect, useRef, useState } from 'react';
import { styled } from '@mui/material/styles';

interface VideoViewProps {
  track: MediaStreamTrack;
  /** As in a mirror: how people know themselves. */
  mirrored?: boolean;
  /** Show all of the picture, with bars beside it, instead of filling the tile. */
  whole?: boolean;
  label: string;
}

/** Not to be seen before its first frame, so that what is below it shows until then. */
export function VideoView({ track, mirrored = false, whole = false, label }: VideoViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [begun, setBegun] = useState<MediaStreamTrack | null>(null);

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
      onLoadedData={() => setBegun(track)}
      disablePictureInPicture={mirrored}
      aria-label={label}
      data-begun={begun === track || undefined}
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
