/** `/metrics` on the port of everything else, for Prometheus, where it has no port of its own. */
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Anonymous } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Exposition } from './exposition.js';
import { verdictOnPublicPort } from '../common/metrics-access.js';

@Controller('metrics')
@Anonymous()
@ApiExcludeController()
export class MetricsController {
  constructor(
    private readonly exposition: Exposition,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws not_found, unauthorized */
  @Get()
  async metrics(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { metrics, http } = this.settings;
    // Whoever names a public address has a proxy in front, which may speak for anybody.
    const isHidden = metrics.port !== undefined || (metrics.token === undefined && http.publicUrl !== undefined);
    const verdict = isHidden ? 'hidden' : verdictOnPublicPort(request, metrics.token);

    if (verdict === 'hidden') {
      throw new DomainError('not_found');
    }

    if (verdict === 'unauthorized') {
      throw new DomainError('unauthorized', 'The metrics are for whoever has METRICS_TOKEN');
    }

    const text = await this.exposition.text();
    // Not by express, which would put the character set in its own place.
    response.setHeader('Content-Type', this.exposition.contentType);
    response.setHeader('Cache-Control', 'no-store');
    response.end(text);
  }
}
