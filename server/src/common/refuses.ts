/** Documents in OpenAPI how a route refuses. */
import { errorAnswerSchema, errorCodes, type ErrorCode } from '@minimeet/protocol';
import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { statusOfCode } from './status-of-code.js';

/** Names the error codes that a route answers with, beside those that every route may answer with. */
export function Refuses(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const statuses = new Set(codes.map((code) => statusOfCode[code]));
  const describe = (status: number) =>
    codes
      .filter((code) => statusOfCode[code] === status)
      .map((code) => `\`${code}\`: ${errorCodes[code]}.`)
      .join('\n\n');

  return applyDecorators(
    ...[...statuses].map((status) =>
      ApiResponse({ status, standardSchema: errorAnswerSchema, description: describe(status) }),
    ),
  );
}
