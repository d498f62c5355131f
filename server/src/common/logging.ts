/** What is logged, and how. */
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Logger, PinoLogger, type Params } from 'nestjs-pino';
import { stdTimeFunctions, type LevelWithSilent } from 'pino';
import type { Options } from 'pino-http';
import { build as pinoPretty } from 'pino-pretty';
import { RefusalLog } from './refusal-log.js';
import { requestIdOf } from './request-id.js';
import { version } from './version.js';

/** Wherever one of these is logged by mistake, it is left out. */
const secrets = [
  'password',
  'currentPassword',
  'accessToken',
  'token',
  'secret',
  'credential',
  'authorization',
  'cookie',
];

/** Parts of Nest that report each module and route at every start. */
const chattyContexts = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/**
 * @param log how much and in which form; `server` is the name that each line bears (`SERVER_NAME`)
 * @param addressOf where a request comes from, whatever proxies are in between
 */
export function loggerParameters(
  { level, format, server }: { level: LevelWithSilent; format: 'pretty' | 'json'; server: string },
  addressOf: (request: IncomingMessage) => string,
): Params {
  const refusalLog = new RefusalLog((summary) => PinoLogger.root.info(summary, 'more was refused than is logged'));
  const options: Options = {
    level,
    base: { server, version, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    genReqId: requestIdOf,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), remove: true },
    // A request that went well is of no interest by default.
    customLogLevel: ({ ip }: IncomingMessage & { ip?: string }, { statusCode }) => {
      const level = levelOf(statusCode);

      return level !== 'info' || refusalLog.take(`address ${ip}`) ? level : 'silent';
    },
    customSuccessMessage: (_, { statusCode }) => (statusCode >= 400 ? 'request refused' : 'request answered'),
    customErrorMessage: () => 'request failed',
    // Where nothing was thrown, as when the server is not ready, pino-http makes up an error.
    customErrorObject: (_, response, __, line) => (response.err ? line : { ...line, err: undefined }),
    serializers: {
      // Neither headers nor the query: they carry tokens and names.
      req: ({ id, method, url, raw }) => ({ id, method, path: url.split('?')[0], remoteAddress: addressOf(raw) }),
      res: ({ statusCode }) => ({ statusCode }),
      // No other fields: a database's error has the values of the query.
      err: ({ type, message, stack }) => ({ type, message, stack }),
    },
  };

  return {
    pinoHttp:
      format === 'pretty'
        ? // Synchronous, so that the last lines before an exit are seen.
          [
            options,
            pinoPretty({ sync: true, singleLine: true, ignore: 'pid,server,version', translateTime: 'SYS:HH:MM:ss' }),
          ]
        : options,
  };
}

function levelOf(statusCode: number): 'error' | 'info' | 'debug' {
  // 503: that a database is away has its own line, and is no mistake of each request that needs it.
  return statusCode >= 500 && statusCode !== 503 ? 'error' : statusCode >= 400 ? 'info' : 'debug';
}

/** Takes Nest's own lines, and leaves to debugging what no operator wants to read at each start. */
@Injectable()
export class ServerLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && chattyContexts.includes(context)) {
      this.debug(message, ...rest);
    } else {
      super.log(message, ...rest);
    }
  }
}
