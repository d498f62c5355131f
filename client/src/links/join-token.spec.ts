import { describe, expect, it } from '@jest/globals';
import { tokenIn, withToken } from './join-token';

describe('the join token of a link', () => {
  it.each([
    ['#token=a.b-c_d.e', 'a.b-c_d.e'],
    ['#other=1&token=a.b.c', 'a.b.c'],
    ['#token=', null],
    ['#chat', null],
    ['', null],
  ])('of %s is %s', (hash, token) => {
    expect(tokenIn(hash)).toBe(token);
  });

  it.each(['a.b-c_d.e', 'a&b=c#d', null])('%s is found again in the fragment that is made for it', (token) => {
    expect(tokenIn(withToken(token))).toBe(token);
  });
});
