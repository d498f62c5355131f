/** Which STUN and TURN servers a participant is told, and with which credentials. */
import { describe, expect, it } from '@jest/globals';
import { IceServers, turnCredential } from './ice-servers.js';

const userId = '2f1c9f0e-8f3b-4a39-9c1b-2d6a6c0c9b11';
const turnSecret = 'a secret for the TURN server';
const stun = { urls: ['stun:stun.example.org'] };
const turnUrls = ['turn:turn.example.org:3478', 'turns:turn.example.org:5349?transport=tcp'];

describe('a TURN credential', () => {
  it('is signed as TURN servers with use-auth-secret check it', () => {
    // printf '1700000000:2f1c9f0e-…' | openssl dgst -sha1 -hmac 'a secret for the TURN server' -binary | base64
    expect(turnCredential(turnSecret, userId, 1_700_000_000)).toEqual({
      username: `1700000000:${userId}`,
      credential: 'gVcjqrjmtP+MRU/fSQaPwvRjWDc=',
    });
  });
});

describe('the ICE servers of a participant', () => {
  it('are those of the settings where no TURN secret is set', () => {
    const settings = { iceServers: [stun], turnCredentialLifetimeSeconds: 60 };

    expect(new IceServers({ ...settings, turnUrls: undefined, turnSecret: undefined }).for(userId)).toEqual([stun]);
  });

  it('have a TURN credential of the participant that is valid for its lifetime from now on', () => {
    let now = 1_699_999_940_999;
    const servers = new IceServers(
      { iceServers: [stun], turnUrls, turnSecret, turnCredentialLifetimeSeconds: 60 },
      () => now,
    );
    const minted = turnCredential(turnSecret, userId, 1_700_000_000);

    expect(servers.for(userId)).toEqual([stun, { urls: turnUrls, ...minted }]);
    now += 1000;
    expect(servers.for(userId)[1]).toEqual({ urls: turnUrls, ...turnCredential(turnSecret, userId, 1_700_000_001) });
  });
});
