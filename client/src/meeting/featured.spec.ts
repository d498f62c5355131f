import { describe, expect, it } from '@jest/globals';
import { featuredPictures, speakerToShow } from './featured';

const people = ['ada', 'bob', 'eve'];
const camera = (participantId: string) => ({ participantId, source: 'camera' as const });
const screen = (participantId: string) => ({ participantId, source: 'screen' as const });

describe('featuredPictures', () => {
  const inGrid = { layout: 'grid' as const, pinned: null, speaker: 'bob' };
  const inSpeakerView = { ...inGrid, layout: 'speaker' as const };

  it('shows the speaker large in the speaker view alone', () => {
    expect(featuredPictures({ people, presenters: [] }, inGrid)).toEqual([]);
    expect(featuredPictures({ people, presenters: [] }, inSpeakerView)).toEqual([camera('bob')]);
    expect(featuredPictures({ people: [], presenters: [] }, { ...inSpeakerView, speaker: null })).toEqual([]);
  });

  it('shows screens large in both views, instead of the speaker', () => {
    const offered = { people, presenters: ['ada', 'eve'] };
    expect(featuredPictures(offered, inGrid)).toEqual([screen('ada'), screen('eve')]);
    expect(featuredPictures(offered, inSpeakerView)).toEqual([screen('ada'), screen('eve')]);
  });

  it('shows a pinned person instead of the speaker, and beside screens', () => {
    const pinned = camera('eve');
    expect(featuredPictures({ people, presenters: [] }, { ...inSpeakerView, pinned })).toEqual([pinned]);
    expect(featuredPictures({ people, presenters: ['ada'] }, { ...inGrid, pinned })).toEqual([screen('ada'), pinned]);
  });

  it('shows a pinned screen alone', () => {
    const pinned = screen('eve');
    expect(featuredPictures({ people, presenters: ['ada', 'eve'] }, { ...inGrid, pinned })).toEqual([pinned]);
  });

  it('shows oneself large where one has pinned that', () => {
    const pinned = camera('me');
    expect(featuredPictures({ people, presenters: [], me: 'me' }, { ...inGrid, pinned })).toEqual([pinned]);
  });

  it('forgets a pin while what is pinned is not there', () => {
    expect(featuredPictures({ people, presenters: [] }, { ...inGrid, pinned: screen('eve') })).toEqual([]);
    expect(featuredPictures({ people, presenters: [] }, { ...inSpeakerView, pinned: camera('zoe') })).toEqual([
      camera('bob'),
    ]);
  });
});

describe('speakerToShow', () => {
  it('is the dominant speaker', () => {
    expect(speakerToShow('bob', 'eve', people)).toBe('eve');
  });

  it('stays the one before while one speaks oneself, or nobody does', () => {
    expect(speakerToShow('bob', 'me', people)).toBe('bob');
    expect(speakerToShow('bob', null, people)).toBe('bob');
  });

  it('is anybody while nobody has spoken, or when the speaker has gone', () => {
    expect(speakerToShow(null, null, people)).toBe('ada');
    expect(speakerToShow('zoe', 'zoe', people)).toBe('ada');
    expect(speakerToShow('bob', 'bob', [])).toBeNull();
  });
});
