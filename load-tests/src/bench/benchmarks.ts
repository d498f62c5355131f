/** Which benchmarks there are. */
import type { Benchmark } from './benchmark.js';

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: 'overhead',
    question: 'what MiniMeet adds to the cost of a packet through bare mediasoup',
    minutes: 3,
    load: () => import('./overhead.js'),
  },
  {
    name: 'capacity',
    question: 'how many streams, and how much of them, one core forwards in time and without loss',
    minutes: 2,
    load: () => import('./capacity.js'),
  },
  {
    name: 'growth',
    question: 'what each participant is sent in meetings of 4 to 100, with views and with everything',
    minutes: 3,
    load: () => import('./growth.js'),
  },
  {
    name: 'join',
    question: 'how many can join in a second, what a join costs, and whether those inside notice',
    minutes: 2,
    load: () => import('./join.js'),
  },
  {
    name: 'mesh',
    question: 'what a participant uploads, encodes and computes in a mesh and with the server, in real browsers',
    minutes: 2,
    load: () => import('./mesh.js'),
  },
  {
    name: 'memory',
    question: 'what a participant and a consumer weigh in node and in a media worker',
    minutes: 1,
    load: () => import('./memory.js'),
  },
];
