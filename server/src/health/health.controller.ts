/** `/health`: whether the server lives, and whether it can serve. */
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Anonymous } from '../common/access.js';
import { verdictOnPublicPort } from '../common/metrics-access.js';
import { version } from '../common/version.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Readiness } from './readiness.js';

const livenessSchema = z.object({ alive: z.literal(true), version: z.string().optional() });

/** What everybody may know, and what only those do who may read the metrics. */
const readinessSchema = z.object({
  /** It is useful to those in its meetings, and to whoever comes to one. */
  ready: z.boolean(),
  /** Another meeting can begin here: it is ready, not full, and every database that this takes answers. */
  canHostMeetings: z.boolean(),
  /** It was told to stop: meetings that run may go on for a while, others begin elsewhere. */
  stopping: z.boolean(),
  version: z.string().optional(),
  /**
   * Those that are not required only take something away: chat, or figures of other servers. One that is `local` is this server's own;
   * the others are the same for every server.
   */
  dependencies: z
    .array(z.object({ name: z.string(), up: z.boolean(), required: z.boolean(), local: z.boolean() }))
    .optional(),
  mediaWorkers: z.object({ running: z.int(), wanted: z.int() }).optional(),
  /** `false` while nobody’s media gets through although somebody tries; `null` while nobody shows either. */
  mediaReachable: z.boolean().nullable().optional(),
  /** `most` is `null` where there is no limit. A full server is ready: those in its meetings need it. */
  participants: z.object({ now: z.int(), most: z.int().nullable() }).optional(),
});

const readinessQuerySchema = z.strictObject({
  /** Whether another meeting can begin, instead of whether those that run can go on. */
  for: z.literal('meetings').optional(),
});

@Controller('health')
@Anonymous()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the server runs' })
  @ApiOkResponse({ standardSchema: livenessSchema })
  live(@Req() request: Request): z.infer<typeof livenessSchema> {
    return { alive: true, ...(this.mayKnow(request) && { version }) };
  }

  @Get('ready')
  @ApiOperation({
    summary:
      'Whether the server is useful to those in its meetings; with for=meetings, whether another meeting can begin on it',
  })
  @ApiOkResponse({ standardSchema: readinessSchema })
  @ApiServiceUnavailableResponse({ standardSchema: readinessSchema })
  ready(
    @Query({ schema: readinessQuerySchema }) { for: purpose }: z.infer<typeof readinessQuerySchema>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): z.infer<typeof readinessSchema> {
    const { ready, canHostMeetings, stopping, ...details } = this.readiness.state;
    response.status((purpose === 'meetings' ? canHostMeetings : ready) ? 200 : 503);

    return { ready, canHostMeetings, stopping, ...(this.mayKnow(request) && { version, ...details }) };
  }

  private mayKnow(request: Request): boolean {
    return verdictOnPublicPort(request, this.settings.metrics.token) === 'allowed';
  }
}
