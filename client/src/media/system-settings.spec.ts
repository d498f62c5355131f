import { describe, expect, it } from '@jest/globals';
import { systemSettingFor } from './system-settings';

describe('systemSettingFor', () => {
  it.each([
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'camera', 'System Settings > Privacy & Security > Camera'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'microphone', 'Settings > Privacy & security > Microphone'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 'camera', 'Settings > Apps > your browser > Camera'],
    ['Mozilla/5.0 (Linux; Android 15)', 'camera', 'Settings > Apps > your browser > Permissions > Camera'],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'screen', "your system's privacy settings"],
  ] as const)('on %s names the place of the %s', (userAgent, what, place) => {
    expect(systemSettingFor(what, userAgent)).toBe(place);
  });
});
