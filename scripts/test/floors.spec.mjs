import { describe, expect, it } from '@jest/globals';
import { closedImports } from '../lib/floors.mjs';

describe('the floors of server/src', () => {
  it.each([
    ['media', '../meetings/meeting.js'],
    ['meetings', '../signaling/signaling.gateway.js'],
    ['chat', '../history/history-store.js'],
    ['common', '../settings/settings.js'],
    ['signaling', '../app.module.js'],
  ])('%s may not import %s, from above or beside', (folder, imported) => {
    expect(imported).toMatch(closedImports(folder, 0));
  });

  it.each([
    ['meetings', '../media/worker-pool.js'],
    ['signaling', '../meetings/meeting.js'],
    ['media', '../common/domain-error.js'],
    ['meetings', './participant.js'],
    ['meetings', 'mediasoup'],
  ])('%s may import %s', (folder, imported) => {
    expect(imported).not.toMatch(closedImports(folder, 0));
  });

  it('opens a door between neighbours in one direction only', () => {
    expect('../auth/auth.guard.js').not.toMatch(closedImports('signaling', 0));
    expect('../signaling/signaling.gateway.js').toMatch(closedImports('auth', 0));
  });

  it('knows what a path means in a folder inside a folder', () => {
    expect('../../meetings/meeting.js').toMatch(closedImports('media', 1));
    expect('../meetings/plan.js').not.toMatch(closedImports('media', 1));
  });
});
