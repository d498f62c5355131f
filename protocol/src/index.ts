/** The wire: event names, payload schemas and their types, shared by server, sdk, client and load tests. */
export * from './analytics.js';
export * from './errors.js';
export * from './events.js';
export * from './fields.js';
export * from './grants.js';
export * from './join-tokens.js';
export * from './limits.js';
export * from './meeting.js';
export * from './moderation.js';
export * from './rest.js';
export * from './roles.js';
export * from './rtp.js';
export * from './sources.js';
export * from './visible-text.js';
