/** The record of meetings: figures of a room and of all rooms, the meetings of a room, one meeting. */
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import {
  analyticsQuerySchema,
  formatQuerySchema,
  idSchema,
  meetingReportSchema,
  meetingSummarySchema,
  overviewSchema,
  pageOf,
  pageQuerySchema,
  roomAnalyticsSchema,
  roomReferenceSchema,
  type AnalyticsQuery,
  type FormatQuery,
  type MeetingReport,
  type MeetingSummary,
  type Overview,
  type Page,
  type PageQuery,
  type RoomAnalytics,
} from '@minimeet/protocol';
import type { Response } from 'express';
import { CurrentUser, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { AnalyticsService } from './analytics.service.js';
import { analyticsCsv, meetingCsv, meetingsCsv, type CsvFile } from './csv.js';

const meetingsQuerySchema = pageQuerySchema.extend(formatQuerySchema.shape);

@ApiProduces('application/json', 'text/csv')
@Controller()
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Get('rooms/:idOrSlug/analytics')
  @ApiOperation({ summary: 'Figures of the meetings in a room, for its owner and administrators' })
  @ApiOkResponse({ standardSchema: roomAnalyticsSchema })
  @Refuses('room_not_found', 'not_allowed')
  async ofRoom(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Query({ schema: analyticsQuerySchema }) { format, ...interval }: AnalyticsQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RoomAnalytics | string> {
    const analytics = await this.analytics.ofRoom(caller, idOrSlug, interval);

    return format === 'csv'
      ? download(response, analyticsCsv(`analytics-${analytics.room.slug}`, analytics))
      : analytics;
  }

  @Get('rooms/:idOrSlug/meetings')
  @ApiOperation({ summary: 'The meetings in a room, newest first, for its owner and administrators' })
  @ApiOkResponse({ standardSchema: pageOf(meetingSummarySchema) })
  @Refuses('room_not_found', 'not_allowed')
  async meetings(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Query({ schema: meetingsQuerySchema }) { format, ...page }: PageQuery & FormatQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<MeetingSummary> | string> {
    const { room, ...meetings } = await this.analytics.meetings(caller, idOrSlug, page);

    return format === 'csv' ? download(response, meetingsCsv(`meetings-${room.slug}`, meetings.items)) : meetings;
  }

  @Get('analytics/overview')
  @ApiOperation({ summary: 'Figures of the meetings in all rooms that you own, of all meetings for an administrator' })
  @ApiOkResponse({ standardSchema: overviewSchema })
  async overview(
    @CurrentUser() caller: AuthenticatedUser,
    @Query({ schema: analyticsQuerySchema }) { format, ...interval }: AnalyticsQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Overview | string> {
    const overview = await this.analytics.overview(caller, interval);

    return format === 'csv' ? download(response, analyticsCsv('overview', overview)) : overview;
  }

  @Get('meetings/:id')
  @ApiOperation({
    summary: 'Who was in a meeting when, and how well connected, for the room’s owner and administrators',
  })
  @ApiOkResponse({ standardSchema: meetingReportSchema })
  @Refuses('meeting_not_found', 'not_allowed')
  async meeting(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('id', { schema: idSchema }) id: string,
    @Query({ schema: formatQuerySchema }) { format }: FormatQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MeetingReport | string> {
    const report = await this.analytics.meeting(caller, id);

    return format === 'csv' ? download(response, meetingCsv(report)) : report;
  }
}

/** The text, which a browser saves under the file's name. */
function download(response: Response, { name, text }: CsvFile): string {
  response.setHeader('Content-Type', 'text/csv; charset=utf-8');
  response.setHeader('Content-Disposition', `attachment; filename="${name}"`);

  return text;
}
