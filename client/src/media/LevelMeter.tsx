/** Shows how loud a microphone is, so that people see that they are heard. */
import { useEffect, useRef } from 'react';
import { styled } from '@mui/material/styles';
import { acquireAudioContext, releaseAudioContext } from './audio-context';

/** Speech at an ordinary distance reaches about this share of full scale (root mean square). */
const loudSpeech = 0.15;

export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = bar.current;
    if (!element || !track) return;
    const stop = afterFirstTouch(() => measure(track, (level) => (element.style.transform = `scaleX(${level})`)));
    return () => {
      stop();
      element.style.transform = 'scaleX(0)';
    };
  }, [track]);

  return (
    <Track aria-hidden data-testid="level-meter">
      <Bar ref={bar} />
    </Track>
  );
}

/** Calls `show` with 0 to 1 on every frame that the browser draws; returns the function that ends it. */
function measure(track: MediaStreamTrack, show: (level: number) => void): () => void {
  const context = acquireAudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  let frame = requestAnimationFrame(function next() {
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    // Falls slowly, so that the bar can be read.
    level = Math.max(Math.min(1, Math.sqrt(loudness / loudSpeech)), level * 0.92);
    show(level);
    frame = requestAnimationFrame(next);
  });
  return () => {
    cancelAnimationFrame(frame);
    source.disconnect();
    releaseAudioContext();
  };
}

/**
 * Browsers start no AudioContext on a page that nobody has touched, and complain in the console: so wait for the first
 * touch. Returns the function that ends the waiting, or what `begin` began.
 */
function afterFirstTouch(begin: () => () => void): () => void {
  if (navigator.userActivation?.hasBeenActive ?? true) return begin();
  let end: (() => void) | null = null;
  const touched = new AbortController();
  for (const event of ['pointerup', 'keyup']) {
    window.addEventListener(
      event,
      () => {
        touched.abort();
        end = begin();
      },
      { signal: touched.signal },
    );
  }
  return () => {
    touched.abort();
    end?.();
  };
}

const Track = styled('div')({
  height: 6,
  borderRadius: 3,
  overflow: 'hidden',
  // Readable on a page and on a video alike.
  backgroundColor: 'rgb(128 128 128 / 0.5)',
});

const Bar = styled('div')({
  height: '100%',
  borderRadius: 3,
  backgroundColor: '#2dd4bf',
  transformOrigin: 'left',
  transform: 'scaleX(0)',
});
