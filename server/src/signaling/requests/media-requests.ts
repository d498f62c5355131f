/** What a participant sends, sees and says of their media. */
import type { IceServer } from '@minimeet/protocol';
import { mediaAnswer } from '../join-answer.js';
import type { RequestHandlers } from '../request-dispatcher.js';
import type { Seat } from '../seats.js';
import type { SignalingEvents } from '../signaling-events.js';

type MediaRequest =
  | 'set_rtp_capabilities'
  | 'connect_transport'
  | 'restart_ice'
  | 'rebuild_media'
  | 'produce'
  | 'pause_producer'
  | 'resume_producer'
  | 'close_producer'
  | 'request_key_frame'
  | 'set_preferred_layers'
  | 'set_video_size'
  | 'set_view'
  | 'report_quality';

export interface MediaRequestsOptions {
  /** The seat of whoever asks; throws not_joined. */
  seated(): Seat;
  /** Fresh credentials for whoever asks. */
  iceServers(): IceServer[];
  events: SignalingEvents;
}

export function mediaRequests({
  seated,
  iceServers,
  events,
}: MediaRequestsOptions): Pick<RequestHandlers, MediaRequest> {
  return {
    set_rtp_capabilities: ({ rtpCapabilities }) => {
      seated().participant.setRtpCapabilities(rtpCapabilities);

      return {};
    },

    connect_transport: async ({ transportId, dtlsParameters }) => {
      await seated().participant.connectTransport(transportId, dtlsParameters);
    },

    restart_ice: async ({ transportId }) => ({
      iceParameters: await seated().participant.restartIce(transportId),
      iceServers: iceServers(),
    }),

    rebuild_media: async () => {
      const { meeting, participant } = seated();
      await meeting.rebuildMedia(participant);

      return mediaAnswer(participant, iceServers());
    },

    produce: async (payload) => ({ producerId: (await seated().participant.produce(payload)).id }),

    pause_producer: async ({ producerId }) => {
      await seated().participant.pauseProducer(producerId);
    },

    resume_producer: async ({ producerId }) => {
      await seated().participant.resumeProducer(producerId);
    },

    close_producer: ({ producerId }) => {
      seated().participant.closeProducer(producerId);

      return {};
    },

    request_key_frame: async ({ consumerId }) => {
      await seated().participant.requestKeyFrame(consumerId);
    },

    set_preferred_layers: ({ consumerId, ...layers }) => {
      seated().participant.setPreferredLayers(consumerId, layers);

      return {};
    },

    set_video_size: ({ producerId, videoSize }) => {
      seated().participant.setVideoSize(producerId, videoSize);

      return {};
    },

    set_view: ({ tiles }) => {
      seated().participant.setView(tiles);

      return {};
    },

    report_quality: (report) => {
      const { participant } = seated();
      participant.quality.add(report);
      events.emit('quality_reported', report);

      if (report.join && !participant.hasReportedJoin) {
        participant.hasReportedJoin = true;
        events.emit('join_reported', report.join);
      }

      return {};
    },
  };
}
