/** One of a participant's two WebRTC transports: connected without waiting, and repaired by an ICE restart. */
import type { IceServer, TransportOptions } from '@minimeet/protocol';
import type { Device } from 'mediasoup-client';
import type { Transport } from 'mediasoup-client/types';
import type { Line } from './line.js';
import { MeetingError } from './meeting-error.js';
import { delay } from './waiting.js';

/** How long each ICE restart may take before the next one, in milliseconds; after the last the transport counts as lost. */
const restartLimits = [4000, 8000];
/** How long the server may take to answer the request for one, in milliseconds. What broke media often broke the connection. */
const restartAnswerLimit = 5000;

export interface TransportContext {
  device: Device;
  signaling: Line;
  iceServers: IceServer[];
  /** Called once when the transport cannot be used any more; `worked`: packets had found their way over it. */
  onFailed: (error: MeetingError, worked: boolean) => void;
}

export function openTransport(
  direction: 'send' | 'recv',
  options: TransportOptions,
  { device, signaling, iceServers, onFailed }: TransportContext,
): Transport {
  const all = { ...options, iceServers };
  const transport = direction === 'send' ? device.createSendTransport(all) : device.createRecvTransport(all);

  let worked = false;
  // mediasoup-client starts ICE once the callback is called. The server answers ICE from the transport's creation on, and
  // knows the DTLS parameters half a round trip from now, before the first DTLS packet, which follows ICE's round trip.
  transport.on('connect', ({ dtlsParameters }, callback) => {
    signaling.insist('connect_transport', { transportId: transport.id, dtlsParameters }).catch((thrown) => {
      const error = MeetingError.from(thrown, 'connection_failed');
      // The answer to an earlier attempt was lost with its connection.
      if (error.code === 'transport_already_connected') return;
      if (!transport.closed) onFailed(error, worked);
    });
    callback();
  });

  let repairing = false;
  transport.on('connectionstatechange', (state) => {
    worked ||= state === 'connected';
    // Disconnected comes seconds after the last packet and often heals by itself, failed ten seconds later. A restart that
    // was not needed does no harm, and the seconds are a frozen picture, so it does not wait for failed.
    if ((state !== 'disconnected' && state !== 'failed') || repairing) return;
    repairing = true;
    repair(transport, signaling)
      .catch((cause: unknown) => {
        if (transport.closed) return;
        onFailed(new MeetingError('connection_failed', 'The media connection was lost', { cause }), worked);
      })
      .finally(() => (repairing = false));
  });
  return transport;
}

/** Restarts ICE until packets find a way again. Rejects when they do not. */
async function repair(transport: Transport, signaling: Line): Promise<void> {
  for (const limit of restartLimits) {
    await restartIce(transport, signaling);
    if (await comesToLife(transport, limit)) return;
  }
  throw new MeetingError('connection_failed', 'No packets arrive although ICE was restarted');
}

async function restartIce(transport: Transport, signaling: Line): Promise<void> {
  const { iceParameters, iceServers } = await signaling.insist(
    'restart_ice',
    { transportId: transport.id },
    restartAnswerLimit,
  );
  // A restart gathers candidates anew, so it needs TURN credentials that are valid now. mediasoup-client cannot change them
  // in Firefox: there the restart goes without relays that have expired, and joining again is what helps.
  if (!transport.closed) await transport.updateIceServers({ iceServers }).catch(() => undefined);
  if (!transport.closed) await transport.restartIce({ iceParameters });
}

/** Whether packets find their way within so many milliseconds, or nobody needs them any more. */
async function comesToLife(transport: Transport, milliseconds: number): Promise<boolean> {
  const settled = new AbortController();
  const look = () => {
    if (transport.closed || transport.connectionState === 'connected') settled.abort();
  };
  transport.on('connectionstatechange', look);
  transport.observer.on('close', look);
  look();
  await delay(milliseconds, settled.signal).catch(() => undefined);
  transport.off('connectionstatechange', look);
  transport.observer.off('close', look);
  return settled.signal.aborted;
}
