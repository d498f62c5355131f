import { describe, expect, it } from '@jest/globals';
import { MeetingError } from './meeting-error.js';
import { Whereabouts } from './whereabouts.js';

const elsewhere = (url: string | null) =>
  new MeetingError('meeting_elsewhere', `The meeting is at ${url}`, { server: { name: 'other', url } });

/** Asks servers that answer as `answers` says; one without an answer takes the client in. */
function journey(answers: Record<string, MeetingError>) {
  const whereabouts = new Whereabouts('https://home');
  const asked: string[] = [];
  const go = () =>
    whereabouts.follow(async () => {
      asked.push(whereabouts.url);
      const answer = answers[whereabouts.url];
      if (answer) throw answer;
    });
  return { whereabouts, asked, go };
}

describe('the way to the server of a meeting', () => {
  it('ends at home where the meeting is there', async () => {
    const { asked, go } = journey({});
    await go();
    expect(asked).toEqual(['https://home']);
  });

  it('follows to the server that is named, and begins there the next time', async () => {
    const { asked, go } = journey({ 'https://home': elsewhere('https://other/') });
    await go();
    await go();
    expect(asked).toEqual(['https://home', 'https://other', 'https://other']);
  });

  it('tells servers below different paths of one host apart', async () => {
    const { asked, go } = journey({ 'https://home': elsewhere('https://home/two/') });
    await go();
    expect(asked).toEqual(['https://home', 'https://home/two']);
  });

  it('ends where no address is named', async () => {
    for (const url of [null, 'no address']) {
      const { asked, go } = journey({ 'https://home': elsewhere(url) });
      await expect(go()).rejects.toMatchObject({ code: 'meeting_elsewhere', server: { name: 'other', url } });
      expect(asked).toEqual(['https://home']);
    }
  });

  it('ends after a few steps where servers send it to and fro, or to themselves', async () => {
    const circle = journey({ 'https://home': elsewhere('https://other'), 'https://other': elsewhere('https://home') });
    await expect(circle.go()).rejects.toMatchObject({ code: 'meeting_elsewhere' });
    expect(circle.asked).toHaveLength(4);

    const itself = journey({ 'https://home': elsewhere('https://home/') });
    await expect(itself.go()).rejects.toMatchObject({ code: 'meeting_elsewhere' });
    expect(itself.asked).toHaveLength(1);
  });

  it('says where the meeting was to be, when nobody is there, and begins at home again', async () => {
    const gone = new MeetingError('connection_failed', 'The server cannot be reached');
    const { whereabouts, go } = journey({ 'https://home': elsewhere('https://other'), 'https://other': gone });
    await expect(go()).rejects.toMatchObject({ code: 'meeting_elsewhere', cause: gone });
    expect(whereabouts.url).toBe('https://home');
  });

  it('passes on every other refusal', async () => {
    const full = new MeetingError('room_full', 'The room is full');
    const { asked, go } = journey({ 'https://home': elsewhere('https://other'), 'https://other': full });
    await expect(go()).rejects.toBe(full);
    expect(asked).toEqual(['https://home', 'https://other']);
  });
});
