/** `/admin/live`: what runs now. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { liveSchema, type Live } from '@minimeet/protocol';
import { AdminOnly } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { LiveStatsStore } from '../live-stats/live-stats-store.js';
import { RoomsService } from '../rooms/rooms.service.js';

@Controller('admin')
@AdminOnly()
export class LiveController {
  constructor(
    private readonly liveStats: LiveStatsStore,
    private readonly rooms: RoomsService,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Servers, media workers and meetings now, on all servers that share the databases' })
  @ApiOkResponse({ standardSchema: liveSchema })
  @Refuses('not_allowed')
  async live(): Promise<Live> {
    const { servers, meetings, degraded } = await this.liveStats.all();
    const rooms = await this.rooms.named(meetings.map(({ roomId }) => roomId));

    return {
      servers: servers.map(({ startedAt, ...server }) => ({ ...server, startedAt: startedAt.toISOString() })),
      meetings: meetings.map(({ beganAt, ...meeting }) => ({
        ...meeting,
        room: rooms.get(meeting.roomId) ?? null,
        beganAt: beganAt.toISOString(),
      })),
      degraded,
    };
  }
}
