/** The description of the REST API for people and tools, made from the schemas that also validate it. */
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  apiKeySchema,
  createJoinTokenSchema,
  createRoomSchema,
  createUserSchema,
  errorAnswerSchema,
  errorCodes,
  meetingReportSchema,
  meetingSummarySchema,
  overviewSchema,
  joinTokenSchema,
  newApiKeySchema,
  roomAnalyticsSchema,
  liveSchema,
  roomMemberSchema,
  roomSchema,
  sessionSchema,
  updateRoomSchema,
  updateUserSchema,
  userSchema,
} from '@minimeet/protocol';
import { z } from 'zod';
import { statusOfCode } from './common/status-of-code.js';

/** Schemas that the description names, so that client generators make one type of each. */
const models = new Map<unknown, string>([
  [userSchema, 'User'],
  [createUserSchema, 'CreateUser'],
  [updateUserSchema, 'UpdateUser'],
  [sessionSchema, 'Session'],
  [roomSchema, 'Room'],
  [createRoomSchema, 'CreateRoom'],
  [updateRoomSchema, 'UpdateRoom'],
  [roomMemberSchema, 'RoomMember'],
  [roomAnalyticsSchema, 'RoomAnalytics'],
  [overviewSchema, 'Overview'],
  [meetingSummarySchema, 'MeetingSummary'],
  [meetingReportSchema, 'MeetingReport'],
  [apiKeySchema, 'ApiKey'],
  [newApiKeySchema, 'NewApiKey'],
  [createJoinTokenSchema, 'CreateJoinToken'],
  [joinTokenSchema, 'JoinToken'],
  [errorAnswerSchema, 'ErrorAnswer'],
  [liveSchema, 'Live'],
]);

const failuresOfEveryRoute = (
  [
    'invalid_payload',
    'unauthorized',
    'payload_too_large',
    'rate_limited',
    'database_unavailable',
    'internal_error',
  ] as const
)
  .map((code) => `${statusOfCode[code]} \`${code}\`: ${errorCodes[code]}.`)
  .join('\n\n');

/** @param basePath below which clients find the server, such as `/meet`; empty for all of the host */
export function describeApi(app: NestExpressApplication, basePath = ''): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('MiniMeet')
    .setDescription(
      'Users, rooms and access tokens of a MiniMeet server. Meetings themselves are negotiated over Socket.IO. ' +
        'Each failure has a body `{ "error": { "code", "message", "issues"? } }`.',
    )
    .setVersion('1')
    .addServer(basePath || '/')
    .addBearerAuth()
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'An API key: its id and its secret.' })
    .addSecurityRequirements('bearer')
    .addGlobalResponse({ status: 'default', standardSchema: errorAnswerSchema, description: failuresOfEveryRoute })
    .build();

  return SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
    standardSchemaConverter: (schema, { schemaType }) => {
      const name = models.get(schema);
      if (name === undefined) {
        return undefined;
      }
      const converted = z.toJSONSchema(schema as z.ZodType, { target: 'openapi-3.0', io: schemaType });
      return { schema: { $ref: `#/components/schemas/${name}` }, components: { [name]: converted } };
    },
  });
}

/** Serves the description at `/api/docs`, for tools at `/api/docs-json`. */
export function serveApiDescription(app: NestExpressApplication, basePath: string): void {
  SwaggerModule.setup('api/docs', app, () => describeApi(app, basePath), {
    raw: ['json'],
    customSiteTitle: 'MiniMeet API',
  });
}
