/** What a producer carries; without zod, so that a client's bundle can use it alone. */

/** A participant has at most one producer for each source. */
export const sources = ['microphone', 'camera', 'screen', 'screen_audio'] as const;
export type Source = (typeof sources)[number];

/** The kind of media that each source is. */
export const kindOfSource = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  screen_audio: 'audio',
} as const satisfies Record<Source, 'audio' | 'video'>;
