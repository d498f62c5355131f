/** Translates whatever a REST call throws into one coded answer. */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ErrorCode } from '@minimeet/protocol';
import type { Response } from 'express';
import { DomainError } from './domain-error.js';
import { toDomainError, toErrorAnswer } from './error-answer.js';
import { statusOfCode } from './status-of-code.js';

/** What an error of Nest, express or a body parser means, which say no more than an HTTP status. */
const codeOfStatus: Record<number, ErrorCode> = {
  401: 'unauthorized',
  403: 'not_allowed',
  404: 'not_found',
  413: 'payload_too_large',
  429: 'rate_limited',
  503: 'server_stopping',
};

@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const error = translate(thrown);

    if (error.code === 'internal_error') {
      // From here pino-http takes it for the one line that it logs of each request.
      response.err = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (statusOfCode[error.code] === 401) {
      // RFC 9110, section 15.5.2: a 401 names how to authenticate.
      response.setHeader('WWW-Authenticate', 'Bearer');
    }
    response.status(statusOfCode[error.code]).json(toErrorAnswer(error));
  }
}

function translate(thrown: unknown): DomainError {
  const status = statusOf(thrown);
  if (status === undefined || (status >= 500 && !(status in codeOfStatus))) {
    return toDomainError(thrown);
  }
  const code = codeOfStatus[status] ?? 'invalid_payload';
  // Only in these cases does the sentence of the library say more than the code's own.
  return code === 'invalid_payload' && thrown instanceof Error
    ? new DomainError(code, `The request cannot be read: ${thrown.message}`)
    : new DomainError(code);
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) {
    return thrown.getStatus();
  }
  const status = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}
