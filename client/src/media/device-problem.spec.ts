import { describe, expect, it } from '@jest/globals';
import { describeProblem, deviceProblemOf } from './device-problem';

describe('deviceProblemOf', () => {
  it.each([
    ['NotAllowedError', 'refused'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'in_use'],
    ['AbortError', 'in_use'],
    ['TypeError', 'unknown'],
  ])('takes %s for %s', (name, problem) => {
    expect(deviceProblemOf(new DOMException('', name))).toBe(problem);
  });

  it('knows the system’s refusal by Chrome’s words', () => {
    expect(deviceProblemOf(new DOMException('Permission denied by system', 'NotAllowedError'))).toBe('system');
    expect(deviceProblemOf(new DOMException('Permission denied', 'NotAllowedError'))).toBe('refused');
  });

  it('does not stumble over something that is no error', () => {
    expect(deviceProblemOf('no')).toBe('unknown');
  });
});

describe('describeProblem', () => {
  it('names the device and what to do', () => {
    expect(describeProblem('camera', 'in_use')).toBe(
      'The camera is in use by another program. Close that program, then try again.',
    );
  });
});
