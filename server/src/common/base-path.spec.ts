import { describe, expect, it } from '@jest/globals';
import { basePathOf, withoutBasePath } from './base-path.js';

describe('the base path', () => {
  it.each([
    [undefined, ''],
    ['https://meet.example.org', ''],
    ['https://example.org/meet', '/meet'],
    ['https://example.org/tools/meet', '/tools/meet'],
  ])('of %s is "%s"', (publicUrl, basePath) => {
    expect(basePathOf(publicUrl)).toBe(basePath);
  });

  it.each([
    ['/meet', '/'],
    ['/meet/', '/'],
    ['/meet?x=1', '/?x=1'],
    ['/meet/rooms/1?x=/meet', '/rooms/1?x=/meet'],
    ['/meet/meet', '/meet'],
    // Stripped by the proxy already.
    ['/', '/'],
    ['/rooms', '/rooms'],
    ['/meetings/1', '/meetings/1'],
  ])('is taken off %s', (url, left) => {
    expect(withoutBasePath(url, '/meet')).toBe(left);
  });

  it('is nothing to take off where there is none', () => {
    expect(withoutBasePath('/rooms', '')).toBe('/rooms');
  });
});
