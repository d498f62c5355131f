/** The answer to `join_room`: all that a client needs to send and to receive. */
import type { IceServer, RequestResult, TransportOptions } from '@minimeet/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { routerRtpCapabilities } from '../media/codecs.js';
import type { Arrival } from '../meetings/meetings.js';

export function joinAnswer(
  { meeting, participant, others, messages }: Arrival,
  iceServers: IceServer[],
): RequestResult<'join_room'> {
  const { id, slug, name, maxParticipants } = meeting.room;

  return {
    meetingId: meeting.id,
    room: { id, slug, name, maxParticipants },
    participant: participant.describe(),
    participants: others.map((other) => other.describe()),
    messages,
    routerRtpCapabilities,
    iceServers,
    sendTransport: describeTransport(participant.sendTransport),
    recvTransport: describeTransport(participant.recvTransport),
  };
}

function describeTransport({ id, iceParameters, iceCandidates, dtlsParameters }: WebRtcTransport): TransportOptions {
  // mediasoup types the candidates' literals wider than it fills them.
  return { id, iceParameters, iceCandidates: iceCandidates as TransportOptions['iceCandidates'], dtlsParameters };
}
