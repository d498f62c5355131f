import { describe, expect, it } from '@jest/globals';
import { readEntryOptions } from './entry-options';

const read = (query: string) => readEntryOptions(new URLSearchParams(query));

describe('readEntryOptions', () => {
  it('asks for nothing when the link asks for nothing', () => {
    expect(read('')).toEqual({ options: { joinNow: false }, faults: [] });
  });

  it('reads name, join, camera and microphone', () => {
    expect(read('name=Front%20desk&join=now&camera=320x180@10&microphone=off')).toEqual({
      options: {
        name: 'Front desk',
        joinNow: true,
        camera: { width: 320, height: 180, frameRate: 10 },
        microphone: 'off',
      },
      faults: [],
    });
  });

  it('reads a camera that stays off', () => {
    expect(read('camera=off').options.camera).toBe('off');
  });

  it('ignores parameters of others', () => {
    expect(read('utm_source=mail').faults).toEqual([]);
  });

  it.each([
    ['join=later', 'join', 'later'],
    ['join=', 'join', ''],
    ['camera=320x180', 'camera', '320x180'],
    ['camera=hd', 'camera', 'hd'],
    ['camera=320x180@0', 'camera', '320x180@0'],
    ['camera=9999x180@10', 'camera', '9999x180@10'],
    ['camera=320x180@10fps', 'camera', '320x180@10fps'],
    ['microphone=on', 'microphone', 'on'],
    ['name=%20', 'name', ' '],
    [`name=${'x'.repeat(65)}`, 'name', 'x'.repeat(65)],
    ['name=a%0Ab', 'name', 'a\nb'],
    ['camera=off&camera=320x180@10', 'camera', 'off, 320x180@10'],
  ])('tells what is wrong with ?%s', (query, parameter, value) => {
    expect(read(query).faults).toEqual([{ parameter, value, expected: expect.any(String) }]);
  });

  it('tells every fault of a link', () => {
    expect(read('join=soon&camera=big&microphone=loud').faults.map((fault) => fault.parameter)).toEqual([
      'join',
      'camera',
      'microphone',
    ]);
  });
});
