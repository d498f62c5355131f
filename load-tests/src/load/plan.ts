/** What a load test does: how many come, how fast, what they do there, what gets in their way, and which figures count as good. */
import { limits } from '@minimeet/protocol';
import { z } from 'zod';

const seconds = z.number().min(0).max(86_400);
const share = z.number().min(0).max(1);
const milliseconds = z.number().positive().max(60_000);

export const layouts = ['none', 'speaker', '3x3', '5x5'] as const;
export const cameras = ['320x180', '640x360', '1280x720'] as const;

/** Each is an upper limit; what is left out is not looked at. */
export const thresholdsSchema = z.strictObject({
  /** Milliseconds: from the first request of a join to the answer to `join_room`. */
  joinP95: milliseconds.optional(),
  joinP99: milliseconds.optional(),
  /** Milliseconds: from there to everything published and connected, too. */
  completeP95: milliseconds.optional(),
  firstPacketP95: milliseconds.optional(),
  firstKeyFrameP95: milliseconds.optional(),
  /** Milliseconds from bot to bot. */
  latencyP50: milliseconds.optional(),
  latencyP99: milliseconds.optional(),
  /** Of packets, also after those that were sent again: 0 to 1. */
  loss: share.optional(),
  /** Of tracks that should flow at the end: 0 to 1. */
  missingTracks: share.optional(),
  /** Milliseconds. */
  signallingP95: milliseconds.optional(),
  /** Of one core: the busiest worker, and Node. */
  workerCpu: z.number().positive().optional(),
  nodeCpu: z.number().positive().optional(),
  /** Milliseconds of Node's event loop. */
  eventLoopP99: milliseconds.optional(),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

export const planSchema = z
  .strictObject({
    name: z.string().min(1).max(80).default('custom'),
    description: z.string().max(400).default(''),
    rooms: z.int().min(1).max(1000).default(1),
    /** Of each room. */
    participants: z.int().min(2).max(limits.maxParticipants).default(10),
    /** Of each room's participants, those who send a camera and a microphone. Default: all. */
    publishers: z.int().min(0).max(limits.maxParticipants).optional(),
    /** Who speak at one time in each room, in turns. */
    speakers: z.int().min(0).max(50).default(1),
    /** What each sees of the others. */
    layout: z.enum(layouts).default('3x3'),
    /** Joins per second, in all rooms together. */
    joinRate: z.number().positive().max(1000).default(5),
    /** Seconds for which the meetings go on when the last one has joined. */
    duration: z.number().min(1).max(86_400).default(30),
    camera: z.enum(cameras).default('1280x720'),
    /** Frames per second. */
    frameRate: z.int().min(1).max(30).default(20),
    /** Of the highest bitrate of each simulcast layer, what a camera sends. */
    bitrateShare: share.default(0.7),
    /** Seconds from one chat message of a participant to the next, on average; 0: they write none. */
    chatEvery: seconds.default(30),
    /** Seconds from one muting or unmuting of a publisher to the next, on average; 0: they never do. */
    muteEvery: seconds.default(30),
    /** Seconds for which a participant stays on average, before another comes in their place; 0: to the end. */
    stay: seconds.default(0),
    /** Each participant loses the connection, media and all, now and then, and comes back. Seconds. */
    outages: z.strictObject({ every: z.number().positive(), lasting: z.number().min(0).max(60) }).optional(),
    /** Of all bots, in each direction; delay and jitter in milliseconds. */
    network: z
      .strictObject({
        loss: share.default(0),
        delay: z.number().min(0).max(5000).default(0),
        jitter: z.number().min(0).max(5000).default(0),
      })
      .optional(),
    /** Seconds after the last has joined, at each of which a media worker is killed; only on a server of the command's own. */
    killWorkerAfter: z.array(seconds).max(100).default([]),
    thresholds: thresholdsSchema.default({}),
  })
  .refine(({ publishers = 0, participants }) => publishers <= participants, {
    path: ['publishers'],
    message: 'must not be more than the participants',
  });
export type Plan = z.infer<typeof planSchema>;

/** Width and height of a plan's camera. */
export function cameraSize({ camera }: Pick<Plan, 'camera'>): { width: number; height: number } {
  const [width = 0, height = 0] = camera.split('x').map(Number);

  return { width, height };
}

/** What each room needs: somebody who comes in another's place may be there before that one's seat is free. */
export function seatsWithSpare({ participants, stay }: Pick<Plan, 'participants' | 'stay'>, browsers: number): number {
  return participants + browsers + (stay > 0 ? Math.ceil(participants / 4) : 0);
}

/** A participant's place in the plan; the one who sits there may change. */
export interface Seat {
  /** Counted from 0 in order of joining. */
  index: number;
  room: number;
  /** Counted from 0 in the room; the first ones publish. */
  indexInRoom: number;
  publishes: boolean;
  /** Milliseconds after the beginning at which they join. */
  joinAt: number;
}

/** In order of joining: one of each room, then the next of each room. */
export function seatsOf({ rooms, participants, publishers = participants, joinRate }: Plan): Seat[] {
  return Array.from({ length: rooms * participants }, (_, index) => {
    const indexInRoom = Math.floor(index / rooms);

    return {
      index,
      room: index % rooms,
      indexInRoom,
      publishes: indexInRoom < publishers,
      joinAt: (index / joinRate) * 1000,
    };
  });
}
