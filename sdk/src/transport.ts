/** One of a participant's two WebRTC transports: connected without waiting, and repaired by an ICE restart. */
import type { IceServer, TransportOptions } from '@minimeet/protocol';
import type { Device } from 'mediasoup-client';
import type { Transport } from 'mediasoup-client/types';
import { MeetingError } from './meeting-error.js';
import type { Signaling } from './signaling.js';

/** How long an ICE restart may take before the transport counts as lost, in milliseconds. */
const restartLimit = 10_000;

export interface TransportContext {
  device: Device;
  signaling: Signaling;
  iceServers: IceServer[];
  /** Called once when the transport cannot be used any more. */
  onFailed: (error: MeetingError) => void;
}

export function openTransport(
  direction: 'send' | 'recv',
  options: TransportOptions,
  { device, signaling, iceServers, onFailed }: TransportContext,
): Transport {
  const all = { ...options, iceServers };
  const transport = direction === 'send' ? device.createSendTransport(all) : device.createRecvTransport(all);

  // mediasoup-client starts ICE once the callback is called. The server answers ICE from the transport's creation on, and
  // knows the DTLS parameters half a round trip from now, before the first DTLS packet, which follows ICE's round trip.
  transport.on('connect', ({ dtlsParameters }, callback) => {
    signaling.request('connect_transport', { transportId: transport.id, dtlsParameters }).catch((error) => {
      if (!transport.closed) onFailed(MeetingError.from(error, 'connection_failed'));
    });
    callback();
  });

  let restart: ReturnType<typeof setTimeout> | null = null;
  const endRestart = () => {
    if (restart !== null) clearTimeout(restart);
    restart = null;
  };
  const lose = (cause?: unknown) => {
    endRestart();
    if (!transport.closed) onFailed(new MeetingError('connection_failed', 'The media connection was lost', { cause }));
  };
  transport.observer.on('close', endRestart);
  transport.on('connectionstatechange', (state) => {
    if (state === 'connected') endRestart();
    // Disconnected comes seconds after the last packet and often heals by itself, failed ten seconds later. A restart that
    // was not needed does no harm, and the seconds are a frozen picture, so it does not wait for failed.
    if ((state !== 'disconnected' && state !== 'failed') || restart !== null) return;
    restart = setTimeout(lose, restartLimit);
    restartIce(transport, signaling).catch(lose);
  });
  return transport;
}

async function restartIce(transport: Transport, signaling: Signaling): Promise<void> {
  const { iceParameters, iceServers } = await signaling.request('restart_ice', { transportId: transport.id });
  // A restart gathers candidates anew, so it needs TURN credentials that are valid now. mediasoup-client cannot change them
  // in Firefox: there the restart goes without relays that have expired, and joining again is what helps.
  if (!transport.closed) await transport.updateIceServers({ iceServers }).catch(() => undefined);
  if (!transport.closed) await transport.restartIce({ iceParameters });
}
