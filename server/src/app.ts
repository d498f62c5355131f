/** Puts the server together; `main.ts` and the tests start it. */
import { mkdirSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { ErrorFilter } from './common/error-filter.js';
import { ServerLogger } from './common/logging.js';
import { payloadPipe } from './common/payload-pipe.js';
import { serveApiDescription } from './openapi.js';
import type { Settings } from './settings/settings.js';
import { KnownOrigins } from './signaling/known-origins.js';
import { SocketServer } from './signaling/socket-server.js';
import { clientAssets } from './web/client-build.js';

/** A server that is ready to listen. Rejects when the database or the media workers cannot be started. */
export async function createApp(settings: Settings): Promise<NestExpressApplication> {
  // For its owner alone: addresses of people and the key of access tokens are in it.
  mkdirSync(settings.storage.dataDirectory, { recursive: true, mode: 0o700 });

  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings), {
    abortOnError: false,
    bodyParser: false,
    // Until ours takes over; who cannot start throws, and the caller reports it.
    logger: false,
    forceCloseConnections: true,
  });
  app.useLogger(app.get(ServerLogger));
  app.set('trust proxy', settings.http.trustedProxies);
  app.useWebSocketAdapter(new SocketServer(app));
  app.use(helmet(securityHeaders(app.get(KnownOrigins))), compression(), clientAssets());
  app.useGlobalPipes(payloadPipe());
  app.useGlobalFilters(new ErrorFilter());
  serveApiDescription(app);

  return app;
}

const securityHeaders = (knownOrigins: KnownOrigins): Parameters<typeof helmet>[0] => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      // The client's and Swagger's style sheets are made by scripts.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      // A room's meeting may be on another of the servers that share the databases.
      connectSrc: ["'self'", () => knownOrigins.connectSources],
      mediaSrc: ["'self'", 'blob:', 'mediastream:'],
      workerSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  },
  // These belong to the proxy that ends TLS. Over plain HTTP in a local network browsers only warn about them.
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
});
