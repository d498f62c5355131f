import { describe, expect, it } from '@jest/globals';
import { handsFirst } from './hands-first';

const people = ['ada', 'bob', 'cy', 'dee'].map((id) => ({ id }));
const order = (hands: string[]) => handsFirst(people, hands).map(({ id }) => id);

describe('the list of people', () => {
  it('begins with the raised hands, in their order, and leaves the others as they were', () => {
    expect(order(['dee', 'bob'])).toEqual(['dee', 'bob', 'ada', 'cy']);
    expect(order(['gone', 'cy'])).toEqual(['cy', 'ada', 'bob', 'dee']);
    expect(order([])).toEqual(['ada', 'bob', 'cy', 'dee']);
  });
});
