/** `/health`: whether the server lives, and whether it can serve. */
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { Public } from '../common/access.js';
import { WorkerPool } from '../media/worker-pool.js';

const livenessSchema = z.object({ alive: z.literal(true) });

const readinessSchema = z.object({
  ready: z.boolean(),
  database: z.boolean(),
  mediaWorkers: z.object({ running: z.int(), wanted: z.int() }),
});
type Readiness = z.infer<typeof readinessSchema>;

@Controller('health')
@Public()
export class HealthController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly workers: WorkerPool,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the server runs' })
  @ApiOkResponse({ standardSchema: livenessSchema })
  live(): z.infer<typeof livenessSchema> {
    return { alive: true };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the server can hold meetings: the database answers and a media worker runs' })
  @ApiOkResponse({ standardSchema: readinessSchema })
  @ApiServiceUnavailableResponse({ standardSchema: readinessSchema })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const database = await this.databaseAnswers();
    const mediaWorkers = this.workers.size;
    // A missing worker is being replaced, and the others go on.
    const ready = database && mediaWorkers.running > 0;
    response.status(ready ? 200 : 503);
    return { ready, database, mediaWorkers };
  }

  private async databaseAnswers(): Promise<boolean> {
    try {
      await this.dataSource.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}
