/** The STUN and TURN servers that participants are told, with TURN credentials that expire. */
import { createHmac } from 'node:crypto';
import type { IceServer } from '@minimeet/protocol';
import type { Settings } from '../settings/settings.js';

/**
 * A user name and password that a TURN server accepts until they expire, without having heard of them: it checks the name's
 * signature with the secret it shares with us (draft-uberti-behave-turn-rest-00; coturn's `use-auth-secret`).
 *
 * @param secret what the TURN server knows as `static-auth-secret`
 * @param userId whom the allocations are for, in the TURN server's log and quota
 * @param expiresAt seconds since 1970
 */
export function turnCredential(
  secret: string,
  userId: string,
  expiresAt: number,
): Required<Pick<IceServer, 'username' | 'credential'>> {
  const username = `${expiresAt}:${userId}`;

  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

export class IceServers {
  constructor(
    private readonly settings: Pick<
      Settings['media'],
      'iceServers' | 'turnUrls' | 'turnSecret' | 'turnCredentialLifetimeSeconds'
    >,
    private readonly now: () => number = Date.now,
  ) {}

  /** Those for one user: as the settings have them, and the TURN servers with a credential made in this moment. */
  for(userId: string): IceServer[] {
    const { iceServers, turnUrls, turnSecret, turnCredentialLifetimeSeconds } = this.settings;

    if (turnUrls === undefined || turnSecret === undefined) {
      return iceServers;
    }

    const expiresAt = Math.floor(this.now() / 1000) + turnCredentialLifetimeSeconds;

    return [...iceServers, { urls: turnUrls, ...turnCredential(turnSecret, userId, expiresAt) }];
  }
}
