/** What integration tests of media and meetings share. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Notification, NotificationName } from '@minimeet/protocol';
import type { Logger } from 'pino';
import type { Socket } from 'socket.io-client';
import type { WorkerPoolOptions } from '../src/media/worker-pool.js';
import type { ForwardingPolicy } from '../src/meetings/forwarding/forwarding-plan.js';

/** Of media workers on loopback and any free port. */
export const poolOptions: Omit<WorkerPoolOptions, 'workers'> = {
  port: 0,
  listenAddresses: [{ ip: '127.0.0.1' }],
  logLevel: 'none',
  maxIncomingBitrate: 3_000_000,
  initialOutgoingBitrate: 1_000_000,
  maxOutgoingBitrate: 0,
  spreadLoadPercent: 50,
  restartDelay: 10,
  workerTimeoutSeconds: 6,
};

/** What the settings' defaults say. */
export const forwardingPolicy: ForwardingPolicy = {
  voices: 4,
  hiddenVideoUpTo: 12,
  silentVoicesUpTo: 50,
  unseenSeconds: 30,
  maxMeetingBitrate: 0,
};

/** Waits until something is true, looking often; rejects after a generous time that no test measures. */
export async function until(isTrue: () => boolean | Promise<boolean>, milliseconds = 60_000): Promise<void> {
  const deadline = Date.now() + milliseconds;

  while (!(await isTrue())) {
    if (Date.now() > deadline) {
      throw new Error(`still not true after ${milliseconds} ms: ${isTrue.toString()}`);
    }

    await delay(10);
  }
}

/** A logger that keeps what it is told. */
export function recordingLogger(): Logger & { messages: string[] } {
  const messages: string[] = [];
  const record = (_fields: object, message: string) => void messages.push(message);
  const logger = { messages, info: record, warn: record, error: record, debug: record, child: () => logger };

  return logger as unknown as Logger & { messages: string[] };
}

/** Listens to one kind of notification of a socket, alone or among others in one packet. */
export function listen<Name extends NotificationName>(
  socket: Socket,
  name: Name,
  listener: (payload: Notification<Name>) => void,
): void {
  socket.onAny((event: string, payload: unknown) => {
    for (const told of toldIn(event, payload)) {
      if (told.event === name) {
        listener(told.payload as Notification<Name>);
      }
    }
  });
}

/** What a socket was told in one packet: in a rush several things, each as if it had come alone. */
export function toldIn(event: string, payload: unknown): { event: string; payload: unknown }[] {
  return event === 'batch' ? (payload as Notification<'batch'>).notifications : [{ event, payload }];
}
