/** Documents in OpenAPI how a route refuses. */
import { errorAnswerSchema, errorCodes, type ErrorCode } from '@minimeet/protocol';
import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { statusOfCode } from './status-of-code.js';

/** Names the error codes that a route answers with, beside those that every route may answer with. */
export function Refuses(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const codesByStatus = Map.groupBy(codes, (code) => statusOfCode[code]);

  return applyDecorators(
    ...[...codesByStatus].map(([status, codes]) =>
      ApiResponse({
        status,
        standardSchema: errorAnswerSchema,
        description: codes.map((code) => `\`${code}\`: ${errorCodes[code]}.`).join('\n\n'),
      }),
    ),
  );
}
