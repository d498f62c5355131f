import { describe, expect, it } from '@jest/globals';
import { roomLink, slugOf } from './room-reference';

describe('slugOf', () => {
  it.each([
    'baku-rimo-tefa',
    '  baku-rimo-tefa \n',
    'BAKU-Rimo-tefa',
    'baku rimo tefa',
    'baku – rimo — tefa',
    'bakurimotefa',
    'https://meet.example.org/r/baku-rimo-tefa',
    'http://localhost:3000/r/BAKU-RIMO-TEFA?name=Guest&join=now#top',
    'meet.example.org/r/baku-rimo-tefa/',
    'https://example.org/tools/r/meet/r/baku-rimo-tefa',
    'https://example.org/r/r/baku-rimo-tefa',
    'Meeting #3: https://example.org/meet/r/baku-rimo-tefa',
    '/r/baku-rimo-tefa',
    'https://meet.example.org/r/baku%20rimo%20tefa',
    'Join us: https://meet.example.org/r/baku-rimo-tefa',
  ])('reads the slug in %j', (text) => {
    expect(slugOf(text)).toBe('baku-rimo-tefa');
  });

  it.each([
    '',
    'hello',
    'baku-rimo',
    'baku-rimo-tefa-kilo',
    'b4ku-rimo-tefa',
    'https://meet.example.org/',
    '/r/%E0%A4%A',
  ])('finds none in %j', (text) => {
    expect(slugOf(text)).toBeNull();
  });

  it('reads back the link that it makes', () => {
    expect(slugOf(roomLink('baku-rimo-tefa', 'https://meet.example.org'))).toBe('baku-rimo-tefa');
    expect(slugOf(roomLink('baku-rimo-tefa', 'https://example.org/meet'))).toBe('baku-rimo-tefa');
  });
});
