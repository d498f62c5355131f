/** Provides the live meetings and the media workers under them. */
import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { ChatModule } from '../chat/chat.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { HistoryModule } from '../history/history.module.js';
import { LiveStatsModule } from '../live-stats/live-stats.module.js';
import { AnnouncedAddresses } from '../media/announced-addresses.js';
import { listenAddresses } from '../media/listen-addresses.js';
import { WorkerPool } from '../media/worker-pool.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { AttendanceMessages } from './record/attendance-messages.js';
import { DoorLimits } from './entry/door-limits.js';
import { IncomingLimit } from './live/incoming-limit.js';
import { LiveReporter } from './live/live-reporter.js';
import { Lobby } from './entry/lobby.js';
import { MediaPaths } from './live/media-paths.js';
import { MediaSampler } from './live/media-sampler.js';
import { MeetingChat } from './meeting-chat.js';
import { MeetingRecorder } from './record/meeting-recorder.js';
import { Meetings } from './meetings.js';

@Module({
  imports: [ChatModule, ClusterModule, HistoryModule, LiveStatsModule],
  providers: [
    {
      provide: AnnouncedAddresses,
      inject: [SETTINGS, PinoLogger],
      useFactory: ({ media }: Settings, { logger }: PinoLogger) =>
        AnnouncedAddresses.create({ announced: media.announcedAddress, listen: listenAddresses(media), logger }),
    },
    {
      provide: WorkerPool,
      inject: [SETTINGS, PinoLogger, AnnouncedAddresses],
      useFactory: async ({ media }: Settings, { logger }: PinoLogger, announced: AnnouncedAddresses) => {
        try {
          const announce = announced.candidates.bind(announced);

          return await WorkerPool.create({ ...media, listenAddresses: listenAddresses(media), announce }, logger);
        } catch (error) {
          throw /address already in use/.test(String(error))
            ? new Error(`Media port ${media.port} or one after it is taken; choose others with MEDIA_PORT`)
            : error;
        }
      },
    },
    DoorLimits,
    Lobby,
    Meetings,
    MeetingChat,
    AttendanceMessages,
    MeetingRecorder,
    MediaSampler,
    MediaPaths,
    IncomingLimit,
    LiveReporter,
  ],
  exports: [DoorLimits, Lobby, Meetings, MeetingChat, MediaPaths, MediaSampler, WorkerPool],
})
export class MeetingsModule {}
