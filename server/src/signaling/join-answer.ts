/** The answers to who comes and to who comes back: all that a client needs to send and to receive. */
import type { IceServer, RequestResult, TransportOptions } from '@minimeet/protocol';
import type { WebRtcTransport } from 'mediasoup/types';
import { routerRtpCapabilities } from '../media/codecs.js';
import type { Meeting } from '../meetings/meeting.js';
import type { Arrival } from '../meetings/meetings.js';
import type { PlacedRouter } from '../media/placed-router.js';
import type { Participant } from '../meetings/participant.js';

export function joinAnswer(
  { meeting, participant, others, messages }: Arrival,
  iceServers: IceServer[],
  graceSeconds: number,
): RequestResult<'join_room'> {
  const { id, slug, name, maxParticipants } = meeting.room;

  return {
    ...meeting.moderation.order,
    meetingId: meeting.id,
    room: { id, slug, name, maxParticipants },
    participant: participant.describe(),
    participants: others.map((other) => other.describe()),
    messages,
    routerRtpCapabilities,
    ...mediaAnswer(participant, iceServers),
    resumeToken: participant.resumeToken,
    graceSeconds,
    grants: participant.grants && [...participant.grants],
  };
}

/** The transports that a participant has now, and the servers that help to reach them. */
export function mediaAnswer({ media }: Participant, iceServers: IceServer[]): RequestResult<'rebuild_media'> {
  return {
    iceServers,
    sendTransport: describeTransport(media.sendTransport, media.placed),
    recvTransport: describeTransport(media.recvTransport, media.placed),
  };
}

/** How everything stands for somebody who missed what was told for a while. */
export function resumeAnswer(meeting: Meeting, participant: Participant): RequestResult<'resume_session'> {
  const others = [...meeting.participants.values()].filter((other) => other !== participant);

  return {
    ...meeting.moderation.order,
    role: participant.role,
    participants: others.map((other) => other.describe()),
    producers: participant.describeProducers(),
    consumers: participant.consumers,
  };
}

function describeTransport(transport: WebRtcTransport, { worker }: PlacedRouter): TransportOptions {
  const { id, iceParameters, dtlsParameters } = transport;
  const iceCandidates = worker.iceCandidatesOf(transport);

  // mediasoup types the candidates' literals wider than it fills them.
  return { id, iceParameters, iceCandidates: iceCandidates as TransportOptions['iceCandidates'], dtlsParameters };
}
