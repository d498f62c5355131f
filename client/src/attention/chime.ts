/** A short sound that is made here, so that no file has to be loaded. */

/** Hertz of its two tones; seconds that each lasts; how loud, of 1. */
const tones = [659, 880];
const length = 0.14;
const volume = 0.15;

let context: AudioContext | null = null;

/** Silent where the browser does not let the page make a sound yet. */
export function chime(): void {
  try {
    context ??= new AudioContext();
    void context.resume().catch(() => undefined);
    tones.forEach((hertz, index) => playTone(context as AudioContext, hertz, index * length));
  } catch {
    // A machine without a sound device.
  }
}

function playTone(context: AudioContext, hertz: number, delay: number): void {
  const start = context.currentTime + delay;
  const tone = new OscillatorNode(context, { frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume, start + 0.02);
  gain.gain.linearRampToValueAtTime(0, start + length);
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + length);
}
