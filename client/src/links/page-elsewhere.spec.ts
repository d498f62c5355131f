/** Where the client sends somebody whose page cannot reach the server of the meeting. */
import { describe, expect, it } from '@jest/globals';
import { MeetingError } from '@minimeet/sdk';
import { pageElsewhere } from './page-elsewhere';

const elsewhere = (url: string | null) =>
  new MeetingError('meeting_elsewhere', 'The meeting is on another server', { server: { name: 'two', url } });

describe('the page on the server of the meeting', () => {
  it('is this one there', () => {
    expect(pageElsewhere(elsewhere('https://two.example.org:8443'), '/room/kitchen?name=Ada', null)).toBe(
      'https://two.example.org:8443/room/kitchen?name=Ada',
    );
  });

  it('is below the path of that server', () => {
    expect(pageElsewhere(elsewhere('https://example.org/two/'), '/r/kitchen', null)).toBe(
      'https://example.org/two/r/kitchen',
    );
  });

  it('has the token of a personal link in its fragment, where no server sees it', () => {
    const page = pageElsewhere(elsewhere('https://two.example.org'), '/room/kitchen?join=now', 'a.b.c');

    expect(page).toBe('https://two.example.org/room/kitchen?join=now#token=a.b.c');
  });

  it.each([null, 'nonsense', 'javascript:alert(1)'])(
    'is not offered where the server gives %s as its address',
    (url) => {
      expect(pageElsewhere(elsewhere(url), '/room/kitchen', 'a.b.c')).toBeUndefined();
    },
  );

  it('is not offered for other errors', () => {
    expect(pageElsewhere(new MeetingError('room_full', 'The room is full'), '/room/kitchen', null)).toBeUndefined();
  });
});
