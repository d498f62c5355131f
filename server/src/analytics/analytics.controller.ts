/** The record of meetings: figures of a room and of all rooms, the meetings of a room, one meeting. */
import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import {
  analyticsQuerySchema,
  meetingQuerySchema,
  idSchema,
  meetingReportSchema,
  meetingSummarySchema,
  meetingsQuerySchema,
  overviewSchema,
  pageOf,
  roomAnalyticsSchema,
  roomReferenceSchema,
  type AnalyticsQuery,
  type MeetingQuery,
  type MeetingReport,
  type MeetingSummary,
  type MeetingsQuery,
  type Overview,
  type Page,
  type RoomAnalytics,
} from '@minimeet/protocol';
import type { Response } from 'express';
import { CurrentUser, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { AnalyticsService } from './analytics.service.js';
import { actsCsv, analyticsCsv, csvName, meetingCsv, meetingsCsv, type CsvFile } from './csv.js';

const csvType = 'text/csv; charset=utf-8';
const asCsv = (subject: string) => `With format=csv, a file with a row for each ${subject}`;

@ApiProduces('application/json', 'text/csv')
@Controller()
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Get('rooms/:idOrSlug/analytics')
  @ApiOperation({
    summary: 'Figures of the meetings in a room, for its owner and administrators',
    description: asCsv('bucket'),
  })
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
      ? download(response, await analyticsCsv(`analytics-${analytics.room.slug}`, analytics))
      : analytics;
  }

  @Get('rooms/:idOrSlug/meetings')
  @ApiOperation({
    summary: 'The meetings in a room, newest first, for its owner and administrators',
    description: `${asCsv('meeting')}; of all that there are, whatever limit and offset say`,
  })
  @ApiOkResponse({ standardSchema: pageOf(meetingSummarySchema) })
  @Refuses('room_not_found', 'not_allowed')
  async meetings(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Query({ schema: meetingsQuerySchema }) { format, ...query }: MeetingsQuery,
  ): Promise<Page<MeetingSummary> | StreamableFile> {
    if (format === 'json') {
      return this.analytics.meetings(caller, idOrSlug, query);
    }

    const { room, portions } = await this.analytics.allMeetings(caller, idOrSlug, query);
    const file = new StreamableFile(Readable.from(meetingsCsv(portions)), {
      type: csvType,
      disposition: disposition(csvName(`meetings-${room.slug}`)),
    });

    // A list that ends early must not look complete: the connection breaks instead.
    return file.setErrorHandler((_error, response) => response.destroy?.());
  }

  @Get('analytics/overview')
  @ApiOperation({
    summary: 'Figures of the meetings in all rooms that you own, of all meetings for an administrator',
    description: asCsv('bucket'),
  })
  @ApiOkResponse({ standardSchema: overviewSchema })
  async overview(
    @CurrentUser() caller: AuthenticatedUser,
    @Query({ schema: analyticsQuerySchema }) { format, ...interval }: AnalyticsQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Overview | string> {
    const overview = await this.analytics.overview(caller, interval);

    return format === 'csv' ? download(response, await analyticsCsv('overview', overview)) : overview;
  }

  @Get('meetings/:id')
  @ApiOperation({
    summary:
      'Who was in a meeting when, how well connected, and what moderators did, for the room’s owner and administrators',
    description: `${asCsv('participation')}, or with rows=acts for each act of a moderator`,
  })
  @ApiOkResponse({ standardSchema: meetingReportSchema })
  @Refuses('meeting_not_found', 'not_allowed')
  async meeting(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('id', { schema: idSchema }) id: string,
    @Query({ schema: meetingQuerySchema }) { format, rows }: MeetingQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MeetingReport | string> {
    const report = await this.analytics.meeting(caller, id);

    if (format === 'json') {
      return report;
    }

    return download(response, await (rows === 'acts' ? actsCsv(report) : meetingCsv(report)));
  }
}

/** The text, which a browser saves under the file's name. */
function download(response: Response, { name, text }: CsvFile): string {
  response.setHeader('Content-Type', csvType);
  response.setHeader('Content-Disposition', disposition(name));

  return text;
}

function disposition(name: string): string {
  return `attachment; filename="${name}"`;
}
