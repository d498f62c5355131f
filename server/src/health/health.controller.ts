/** `/health`: whether the server lives, and whether it can serve. */
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Anonymous } from '../common/access.js';
import { verdictOnPublicPort } from '../common/metrics-access.js';
import { WorkerPool } from '../media/worker-pool.js';
import { MediaPaths } from '../meetings/live/media-paths.js';
import { Meetings } from '../meetings/meetings.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Dependencies } from '../storage/dependencies.js';

const livenessSchema = z.object({ alive: z.literal(true) });

/** What everybody may know, and what only those do who may read the metrics. */
const readinessSchema = z.object({
  ready: z.boolean(),
  /** It was told to stop: meetings that run may go on for a while, others begin elsewhere. */
  stopping: z.boolean(),
  /** Those that are not required only take something away: chat, or figures of other servers. */
  dependencies: z.array(z.object({ name: z.string(), up: z.boolean(), required: z.boolean() })).optional(),
  mediaWorkers: z.object({ running: z.int(), wanted: z.int() }).optional(),
  /** `false` while nobody’s media gets through although somebody tries; `null` while nobody shows either. */
  mediaReachable: z.boolean().nullable().optional(),
  /** `most` is `null` where there is no limit. A full server is ready: those in its meetings need it. */
  participants: z.object({ now: z.int(), most: z.int().nullable() }).optional(),
});
type Readiness = z.infer<typeof readinessSchema>;

@Controller('health')
@Anonymous()
export class HealthController {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly workers: WorkerPool,
    private readonly meetings: Meetings,
    private readonly paths: MediaPaths,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the server runs' })
  @ApiOkResponse({ standardSchema: livenessSchema })
  live(): z.infer<typeof livenessSchema> {
    return { alive: true };
  }

  @Get('ready')
  @ApiOperation({
    summary:
      'Whether the server can hold meetings: every required database answers, a media worker runs, and it was not told to stop',
  })
  @ApiOkResponse({ standardSchema: readinessSchema })
  @ApiServiceUnavailableResponse({ standardSchema: readinessSchema })
  async ready(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const dependencies = await this.dependencies.check();
    const mediaWorkers = this.workers.size;
    const stopping = this.meetings.areStopping;
    // A missing worker is being replaced, and the others go on.
    const ready = !stopping && dependencies.every(({ up, required }) => up || !required) && mediaWorkers.running > 0;
    const participants = { now: this.meetings.placesTaken, most: this.settings.limits.maxParticipants || null };
    response.status(ready ? 200 : 503);
    const mayKnow = verdictOnPublicPort(request, this.settings.metrics.token) === 'allowed';
    const { isReachable: mediaReachable } = this.paths;

    return { ready, stopping, ...(mayKnow && { dependencies, mediaWorkers, mediaReachable, participants }) };
  }
}
