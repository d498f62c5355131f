import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { toPayloadError } from './payload-issues.js';

const errorOf = (schema: z.ZodType, payload: unknown) => toPayloadError(schema.safeParse(payload).error!.issues);

describe('the error for a wrong payload', () => {
  it('says where each fault is, in its message and apart', () => {
    const schema = z.strictObject({ people: z.array(z.object({ name: z.string('must be a text') })) });

    expect(errorOf(schema, { people: [{}], more: 1 })).toMatchObject({
      code: 'invalid_payload',
      message: 'people.0.name: must be a text; Unrecognized key: "more"',
      issues: [
        { path: ['people', 0, 'name'], message: 'must be a text' },
        { path: [], message: 'Unrecognized key: "more"' },
      ],
    });
  });

  it('stays short, however many and large the unknown keys are', () => {
    const payload = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${index}${'x'.repeat(5000)}`, 1]));
    const { message, issues } = errorOf(z.strictObject({}), payload);

    expect(issues).toHaveLength(1);
    expect(issues![0]!.message).toHaveLength(200);
    expect(message).toHaveLength(200);
  });

  it('stays short, however many faults there are and wherever they are', () => {
    const payload = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${index}${'x'.repeat(5000)}`, 1]));
    const { message, issues } = errorOf(z.record(z.string(), z.literal('y'.repeat(5000))), payload);

    expect(issues).toHaveLength(10);
    for (const issue of issues!) {
      expect(issue.message).toHaveLength(200);
      expect(issue.path).toEqual([expect.stringMatching(/^.{64}$/)]);
    }
    expect(message).toHaveLength(1000);
  });
});
