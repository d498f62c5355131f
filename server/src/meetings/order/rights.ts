/** What a role may do in a meeting, as far as the meeting's switches let it, and who came with a join token as far as that does. */
import type { Grant, MeetingSwitches, Role, Source } from '@minimeet/protocol';
import { DomainError } from '../../common/domain-error.js';

export type Right =
  | 'microphone'
  /** To go from silence to a microphone that is heard. */
  | 'unmute'
  | 'camera'
  | 'screen'
  | 'chat'
  /** To keep the meeting in order: everything that moderators do. */
  | 'moderate'
  /** To make and unmake hosts and moderators, and to remove them. */
  | 'appoint';

export const everythingOpen: MeetingSwitches = {
  onlyModeratorsShare: false,
  onlyModeratorsUnmute: false,
  onlyModeratorsChat: false,
};

const moderatorRights: readonly Right[] = ['microphone', 'unmute', 'camera', 'screen', 'chat', 'moderate'];

/** Pure, so that all that follows from a role or a switch is here and nowhere else. */
export function rightsOf(role: Role, switches: MeetingSwitches): ReadonlySet<Right> {
  switch (role) {
    case 'host':
      return new Set([...moderatorRights, 'appoint']);
    case 'moderator':
      return new Set(moderatorRights);
    case 'speaker':
      return new Set<Right>([
        'microphone',
        'camera',
        ...(switches.onlyModeratorsUnmute ? [] : (['unmute'] as const)),
        ...(switches.onlyModeratorsShare ? [] : (['screen'] as const)),
        ...chatRight(switches),
      ]);
    case 'attendee':
      return new Set(chatRight(switches));
  }
}

/** What each right takes from who came with a join token. */
const grantFor: Record<Right, Grant> = {
  microphone: 'publish',
  unmute: 'publish',
  camera: 'publish',
  screen: 'screen',
  chat: 'chat',
  moderate: 'moderate',
  appoint: 'moderate',
};

/** What is left of a role's rights. @param grants `null`: all of them */
export function granted(rights: ReadonlySet<Right>, grants: readonly Grant[] | null): ReadonlySet<Right> {
  return grants === null ? rights : new Set([...rights].filter((right) => grants.includes(grantFor[right])));
}

/** Whether anything of what others send is forwarded to them. */
export function mayReceive(grants: readonly Grant[] | null): boolean {
  return grants === null || grants.includes('subscribe');
}

/** Whether they may have a role, by whomever it is given. */
export function mayBecome(role: Role, grants: readonly Grant[] | null): boolean {
  return grants === null || !isAppointed(role) || grants.includes('moderate');
}

/** Whether a role stands above the meeting's order: only who may appoint does anything to it. */
export function isAppointed(role: Role): boolean {
  return role === 'host' || role === 'moderator';
}

/** What a source needs to be sent at all. */
export const rightToSend = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen',
  screen_audio: 'screen',
} as const satisfies Record<Source, Right>;

/**
 * The sound of a screen may be anything, a voice too: who may not unmute sends none.
 *
 * @param unmutes it is heard from then on, and was not before
 */
export function rightsToProduce(source: Source, unmutes: boolean): Right[] {
  const isSound = source === 'microphone' || source === 'screen_audio';

  return isSound && unmutes ? [rightToSend[source], 'unmute'] : [rightToSend[source]];
}

function chatRight({ onlyModeratorsChat }: MeetingSwitches): Right[] {
  return onlyModeratorsChat ? [] : ['chat'];
}

/** @throws not_allowed */
export function assertHas(
  { rights, role }: { rights: ReadonlySet<Right>; role: Role },
  needed: readonly Right[],
): void {
  const missing = needed.find((right) => !rights.has(right));

  if (missing) {
    throw new DomainError('not_allowed', sentences[missing](role));
  }
}

const sentences: Record<Right, (role: Role) => string> = {
  microphone: () => 'Attendees do not speak in this meeting',
  unmute: () => 'Only moderators may unmute now',
  camera: () => 'Attendees send no camera in this meeting',
  screen: (role) =>
    role === 'attendee' ? 'Attendees share no screen in this meeting' : 'Only moderators may share their screen now',
  chat: () => 'Only moderators may write now',
  moderate: () => 'Only moderators may do this',
  appoint: () => 'Only hosts may do this',
};
