import { describe, expect, it } from '@jest/globals';
import { deviceInfoSchema } from '@minimeet/protocol';
import fc from 'fast-check';
import { deviceInfoOf } from './device-info.js';

describe('device information', () => {
  it('names browser and system, and tells desktops from phones and tablets', () => {
    const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
    const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1';
    const known = {
      [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} Chrome/156.0.0.0 Safari/537.36`]: ['desktop', 'Chrome 156 on Linux'],
      [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`]: [
        'desktop',
        'Edge 156 on Windows',
      ],
      [`Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/156.0.0.0 Mobile Safari/537.36`]: [
        'phone',
        'Chrome 156 on Android',
      ],
      [`Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/156.0.0.0 Safari/537.36`]: [
        'tablet',
        'Chrome 156 on Android',
      ],
      'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0': ['desktop', 'Firefox 153 on Linux'],
      [`Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) ${safari} Mobile/15E148 Safari/604.1`]: [
        'phone',
        'Safari 26 on iOS',
      ],
      [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${safari} Safari/605.1.15`]: ['desktop', 'Safari 26 on macOS'],
      'Node.js/24': ['other', 'Node.js 24'],
    };
    for (const [userAgent, [kind, name]] of Object.entries(known)) {
      expect(deviceInfoOf(userAgent)).toEqual({ kind, name });
    }
  });

  it('is what the protocol allows, whatever the browser calls itself', () => {
    fc.assert(fc.property(fc.string(), (userAgent) => deviceInfoSchema.safeParse(deviceInfoOf(userAgent)).success));
    expect(deviceInfoOf('')).toEqual({ kind: 'other' });
  });
});
