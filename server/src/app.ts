/** Puts the server together; `main.ts` and the tests start it. */
import type { IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { readCertificate, renewCertificate, type CertificateFiles } from './certificate.js';
import { basePathOf } from './common/base-path.js';
import { ErrorFilter } from './common/error-filter.js';
import { ServerLogger } from './common/logging.js';
import { payloadPipe } from './common/payload-pipe.js';
import { Refusals } from './common/refusals.js';
import { WindowCounter } from './common/window-counter.js';
import { serveApiDescription } from './openapi.js';
import type { Settings } from './settings/settings.js';
import { ConnectionLimits } from './signaling/connection-limits.js';
import { KnownOrigins } from './signaling/known-origins.js';
import { SocketServer } from './signaling/socket-server.js';
import { prepareDataDirectory } from './storage/data-files.js';
import { apiDocsFiles } from './web/api-docs-files.js';
import { clientAssets } from './web/client-build.js';
import { securityHeaders } from './web/security-headers.js';

const certificateReloads = new WeakMap<NestExpressApplication, () => void>();

/** A server that is ready to listen. Rejects when the database or the media workers cannot be started. */
export async function createApp(settings: Settings): Promise<NestExpressApplication> {
  prepareDataDirectory(settings.storage.dataDirectory);

  const { publicUrl, trustedProxies } = settings.http;
  const certificateFiles = certificateFilesOf(settings);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings), {
    abortOnError: false,
    bodyParser: false,
    // Until ours takes over; who cannot start throws, and the caller reports it.
    logger: false,
    forceCloseConnections: true,
    ...(certificateFiles && { httpsOptions: readCertificate(certificateFiles) }),
  });
  app.useLogger(app.get(ServerLogger));
  app.set('trust proxy', trustedProxies);
  app.useWebSocketAdapter(new SocketServer(app));
  const knownOrigins = app.get(KnownOrigins);
  app.use(
    helmet(
      securityHeaders({
        connectSources: () => knownOrigins.connectSources,
        httpsOnly: certificateFiles !== undefined && publicUrl?.startsWith('https:') === true,
      }),
    ),
  );
  app.enableCors({
    origin: (origin, allow) => void knownOrigins.answer(origin, allow),
    allowedHeaders: ['authorization', 'content-type', 'x-request-id'],
    exposedHeaders: ['retry-after', 'x-request-id'],
    // Seconds for which a browser need not ask again.
    maxAge: 600,
  });
  const admits = fileLimit(app, settings);
  app.use(clientAssets(undefined, admits), apiDocsFiles(admits), compression());
  app.useGlobalPipes(payloadPipe());
  app.useGlobalFilters(new ErrorFilter());
  serveApiDescription(app, basePathOf(publicUrl));

  if (certificateFiles) {
    const logger = new Logger('Certificate');
    certificateReloads.set(
      app,
      renewCertificate(app.getHttpServer() as HttpsServer, certificateFiles, {
        renewed: () => logger.log('the certificate was renewed'),
        failed: (err) => logger.warn({ err }, 'the certificate could not be renewed; the one before stays'),
      }),
    );
  }

  return app;
}

/** Counts requests for files by address; REST requests and pages are counted elsewhere. */
function fileLimit(app: NestExpressApplication, { limits }: Settings): (request: IncomingMessage) => boolean {
  const { addressOf } = app.get(ConnectionLimits);
  const refusals = app.get(Refusals);
  const requests = new WindowCounter(60_000);

  return (request) => {
    const isAdmitted = requests.count(addressOf(request)) <= limits.fileRequestsPerMinute;

    if (!isAdmitted) {
      refusals.note('file_requests');
    }

    return isAdmitted;
  };
}

/** Reads the certificate again at once, where the server has one of its own. */
export function reloadCertificate(app: NestExpressApplication): void {
  certificateReloads.get(app)?.();
}

function certificateFilesOf({ http }: Settings): CertificateFiles | undefined {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = http;

  return certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined;
}
