import { describe, expect, it } from '@jest/globals';
import { logInLocation, messageOf, returnPath, signUpPath } from './log-in-location';

describe('logInLocation', () => {
  it('leads back to the page that one came from, with its query', () => {
    const [to] = logInLocation('/reports?range=7d&bucket=hour');
    expect(returnPath(new URL(to, 'http://x').searchParams)).toBe('/reports?range=7d&bucket=hour');
  });

  it('is short for the start page', () => {
    expect(logInLocation('/')[0]).toBe('/login');
  });

  it('carries why one has to log in', () => {
    expect(messageOf(logInLocation('/live', 'Your log-in has ended')[1].state)).toBe('Your log-in has ended');
    expect(messageOf(logInLocation('/live')[1].state)).toBeNull();
    expect(messageOf('something')).toBeNull();
  });
});

describe('signUpPath', () => {
  it('leads back to the page that one came from, as the log-in does', () => {
    const to = signUpPath('/reports?range=7d&bucket=hour');
    expect(to).toMatch(/^\/signup\?/);
    expect(returnPath(new URL(to, 'http://x').searchParams)).toBe('/reports?range=7d&bucket=hour');
    expect(signUpPath('/')).toBe('/signup');
  });
});

describe('returnPath', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', '/\t/evil.example'])(
    'never leads to another site: %j',
    (from) => expect(returnPath(new URLSearchParams({ from }))).toBe('/'),
  );

  it('is the start page without a page to go back to', () => {
    expect(returnPath(new URLSearchParams())).toBe('/');
  });
});
