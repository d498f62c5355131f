import { describe, expect, it } from '@jest/globals';
import { announcementOf, type Happening } from './announced';

const happenings = (kind: 'joined' | 'left' | 'raised', ...names: string[]): Happening[] =>
  names.map((name) => ({ kind, name }));

describe('what is announced', () => {
  it('names one or two people', () => {
    expect(announcementOf(happenings('joined', 'Ada'))).toBe('Ada joined.');
    expect(announcementOf(happenings('raised', 'Ada', 'Bob'))).toBe('Ada and Bob raised their hands.');
    expect(announcementOf([])).toBe('');
  });

  it('is one sentence for fifty who join, and one for each other kind', () => {
    const crowd = happenings('joined', ...Array.from({ length: 50 }, (_, index) => `Guest ${index}`));
    expect(announcementOf([...crowd, ...happenings('left', 'Ada')])).toBe('Guest 0 and 49 others joined. Ada left.');
  });

  it('reads one message aloud, cut, and counts several', () => {
    const message = (name: string, text: string): Happening => ({ kind: 'message', name, text });
    expect(announcementOf([message('Ada', 'Lunch?')])).toBe('Ada: Lunch?');
    expect(announcementOf([message('Ada', 'a'.repeat(4000))])).toBe(`Ada: ${'a'.repeat(200)} …`);
    expect(announcementOf([message('Ada', 'a'), message('Bob', 'b'), message('Ada', 'c')])).toBe(
      '3 new messages from Ada and Bob.',
    );
  });

  it('sets a name apart that is written from right to left', () => {
    expect(announcementOf(happenings('joined', 'דנה'))).toBe('\u2068דנה\u2069 joined.');
  });
});
