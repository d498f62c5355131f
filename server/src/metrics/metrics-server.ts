/** `/metrics` on a port of its own, which a firewall can keep apart from what participants reach. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Exposition } from './exposition.js';
import { verdictOnOwnPort } from '../common/metrics-access.js';

@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | null = null;

  constructor(
    private readonly exposition: Exposition,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(MetricsServer.name);
  }

  /** The port on which it listens; `null` where it has none of its own. */
  get port(): number | null {
    return (this.server?.address() as AddressInfo | null | undefined)?.port ?? null;
  }

  /** Listens where the settings give it a port. Rejects with one plain sentence where it cannot. */
  async onApplicationBootstrap(): Promise<void> {
    const { port, host } = this.settings.metrics;

    if (port === undefined) {
      return;
    }

    const server = createServer((request, response) => void this.answer(request, response));
    server.listen(port, host);

    try {
      await once(server, 'listening');
    } catch (error) {
      throw new Error(
        (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
          ? `Port ${port} is in use already; choose another one with METRICS_PORT`
          : `METRICS_HOST ${host} cannot be listened on: ${(error as Error).message}`,
        { cause: error },
      );
    }

    // Nobody who is in a meeting shall learn of it.
    server.on('error', (error) => this.logger.error({ err: error }, 'the port of the metrics fails'));
    this.server = server;
    this.logger.info({ host, port: this.port }, 'metrics are served on a port of their own');
  }

  /** Until then, also while meetings are waited for, whoever watches sees the server stop. */
  async onApplicationShutdown(): Promise<void> {
    if (this.server) {
      const closed = once(this.server, 'close');
      this.server.close();
      this.server.closeAllConnections();
      await closed;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');

    if (!['GET', 'HEAD'].includes(request.method ?? '') || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('There is only GET /metrics\n');

      return;
    }

    if (verdictOnOwnPort(request, this.settings.metrics.token) !== 'allowed') {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end('The metrics are for whoever has METRICS_TOKEN\n');

      return;
    }

    try {
      const text = await this.exposition.text();
      response.writeHead(200, { 'Content-Type': this.exposition.contentType }).end(text);
    } catch (error) {
      this.logger.error({ err: error }, 'the metrics could not be put together');
      response.writeHead(500).end('The metrics could not be put together; the log says why\n');
    }
  }
}
