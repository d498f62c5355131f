/** Validates bodies, queries and parameters against the schema that their decorator names. */
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { toPayloadError } from './payload-issues.js';

export const payloadPipe = () => new StandardSchemaValidationPipe({ exceptionFactory: toPayloadError });
