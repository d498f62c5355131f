/** What moderators did in a meeting, as people say it. */
import type { MeetingSwitches, RecordedAct, Role } from '@minimeet/protocol';
import { isolated } from '../common/direction';

const roleWords: Record<Role, string> = {
  host: 'a host',
  moderator: 'a moderator',
  speaker: 'a speaker',
  attendee: 'an attendee',
};

const sourceWords = { camera: 'camera', screen: 'screen share' };

/** What is for moderators alone while the switch is on. */
const switchWords: Record<keyof MeetingSwitches, string> = {
  onlyModeratorsShare: 'share their screen',
  onlyModeratorsUnmute: 'unmute',
  onlyModeratorsChat: 'write in the chat',
};

/** `Ada muted Grace` */
export function actSentence({ act, by, whom, detail }: Omit<RecordedAct, 'id' | 'at'>): string {
  const isOwn = whom?.userId === by.userId;
  const object = isOwn ? 'themselves' : isolated(whom?.displayName ?? 'somebody');
  const possessive = isOwn ? 'their' : `${object}’s`;
  const sentences: Record<RecordedAct['act'], string> = {
    set_role: `made ${object} ${detail.role ? roleWords[detail.role] : 'something else'}`,
    mute_participant: `muted ${object}`,
    mute_all: 'muted everyone else',
    stop_source: `stopped ${possessive} ${detail.source ? sourceWords[detail.source] : 'media'}`,
    remove_participant: `removed ${object}`,
    ban_participant: `removed ${object} for good`,
    lock_meeting: 'locked the meeting',
    unlock_meeting: 'unlocked the meeting',
    set_meeting_switches: switchesSentence(detail.switches ?? {}),
    lower_hand: `lowered ${possessive} hand`,
    delete_message: 'deleted a message',
    end_meeting: 'ended the meeting for everyone',
    admit: `let ${object} in`,
    refuse: `sent ${object} away`,
  };
  return `${isolated(by.displayName)} ${sentences[act]}`;
}

/** `let only moderators unmute, and everyone write in the chat` */
function switchesSentence(switches: Partial<MeetingSwitches>): string {
  const named = (on: boolean) =>
    (Object.keys(switchWords) as (keyof MeetingSwitches)[])
      .filter((name) => switches[name] === on)
      .map((name) => switchWords[name]);
  const parts = [
    { who: 'only moderators', what: named(true) },
    { who: 'everyone', what: named(false) },
  ].filter(({ what }) => what.length > 0);
  return `let ${parts.map(({ who, what }) => `${who} ${listed(what)}`).join(', and ')}`;
}

function listed(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
