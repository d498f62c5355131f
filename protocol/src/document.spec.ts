/** docs/protocol.md is enough to write a client from: it names whatever there is on the wire. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { errorCodes } from './errors.js';
import { notifications, requests } from './events.js';
import { limits } from './limits.js';
import {
  chatMessageSchema,
  joinTimingsSchema,
  participantSchema,
  producerStateSchema,
  qualityReportSchema,
  waitingPersonSchema,
} from './meeting.js';
import { roomSchema, userSchema } from './rest.js';

const document = readFileSync(resolve(import.meta.dirname, '../../docs/protocol.md'), 'utf8');

describe('docs/protocol.md', () => {
  it.each([
    ['error code', Object.keys(errorCodes)],
    ['request', Object.keys(requests)],
    ['notification', Object.keys(notifications)],
  ])('names every %s', (_, names) => {
    expect(names.filter((name) => !new RegExp(`\`${name}[\` ]`).test(document))).toEqual([]);
  });

  it.each(Object.entries(requests))(
    'has a row for %s with every field of its payload and of its answer',
    (name, { payload, result }) => {
      const row = rowOf('## Requests', name);
      const answer = name === 'join_room' ? block('The answer to `join_room`:') : row;
      expect({ payload: fieldsOf(payload).filter((field) => !named(row, field)) }).toEqual({ payload: [] });
      expect({ answer: fieldsOf(result).filter((field) => !named(answer, field)) }).toEqual({ answer: [] });
    },
  );

  it.each(Object.entries(notifications))('says of the notification %s what comes with it', (name, payload) => {
    const described =
      name === 'welcome' || name === 'new_consumer' ? definitionOf(name) : rowOf('## Notifications', name);
    expect(fieldsOf(payload).filter((field) => !named(described, field))).toEqual([]);
  });

  it('names every field of what is in answers and notifications', () => {
    const schemas = [
      participantSchema,
      producerStateSchema,
      chatMessageSchema,
      waitingPersonSchema,
      userSchema,
      roomSchema,
    ];
    const objects = document.match(/`\[?\{[^`]*\}\]?`/g) ?? [];
    for (const schema of schemas) {
      const fields = fieldsOf(schema);
      const missing = objects.map((object) => fields.filter((field) => !named(object, field)));
      expect(missing.sort((one, other) => one.length - other.length)[0]).toEqual([]);
    }
  });

  it('has the ranges and sizes that are checked', () => {
    const measuring = document.slice(document.indexOf('### Measuring'), document.indexOf('### Sizes and limits'));
    const measured = Object.keys(qualityReportSchema.shape).filter((field) => field !== 'join');
    const ofJoining = Object.keys(joinTimingsSchema.shape).map((field) => `join.${field}`);
    for (const field of [...measured, ...ofJoining]) expect(measuring).toContain(`\`${field}\``);

    const sizes = document.slice(document.indexOf('### Sizes and limits'), document.indexOf('`deviceInfo.kind`'));
    for (const name of sizesOfThePage)
      expect({ [name]: sizes }).toEqual({ [name]: expect.stringContaining(String(limits[name])) });
  });

  it('prints JavaScript that is JavaScript', () => {
    const programs = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program);
    expect(programs.length).toBeGreaterThan(2);
    for (const program of programs) expect(() => new AsyncFunction(program ?? '')).not.toThrow();
  });

  it('prints a connection that asks for its token each time', async () => {
    const [, program] = /```js\n(const socket = io[\s\S]*?)```/.exec(document) ?? [];
    const tokens = ['first', 'second'];
    const io = (origin: string, options: { auth: (send: (auth: object) => void) => void }) => ({ origin, options });
    const connect = new AsyncFunction('io', 'origin', 'currentToken', `${program}; return socket;`);
    const { options } = await connect(io, 'https://meet.example.org', async () => tokens.shift());
    const ask = () => new Promise((resolve) => options.auth(resolve));
    expect([await ask(), await ask()]).toEqual([{ token: 'first' }, { token: 'second' }]);
  });
});

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...parametersAndBody: string[]
) => (...values: unknown[]) => Promise<ReturnType<typeof JSON.parse>>;

/** Of the limits, those that the page has in its table. */
const sizesOfThePage = [
  'username',
  'roomName',
  'passwordMin',
  'passwordMax',
  'roomPasswordMin',
  'identity',
  'joinTokenCharacters',
  'messageText',
  'searchText',
  'historyPage',
  'recentMessages',
  'reactionsPerMessage',
  'viewTiles',
  'lobbyWaiting',
  'lobbyWaitingPerUser',
  'page',
  'maxParticipants',
  'defaultParticipants',
] as const;

/** The row of a section's table that begins with an event, alone or with others. */
function rowOf(section: string, name: string): string {
  const rows = document.slice(document.indexOf(section)).split('\n');
  return rows.find((line) => new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|`).test(line)) ?? '';
}

/** The paragraph that explains an event by its fields. */
function definitionOf(name: string): string {
  return document.split('\n').find((line) => line.startsWith(`**\`${name}\`**`)) ?? '';
}

function block(heading: string): string {
  return document.slice(document.indexOf(heading)).split('```')[1] ?? '';
}

const named = (text: string, field: string) => new RegExp(`\\b${field}\\b`).test(text);

function fieldsOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
