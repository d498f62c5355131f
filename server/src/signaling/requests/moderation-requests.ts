/** What keeps a meeting in order: what moderators do, hands, reactions, and who is let in. */
import type { Lobby } from '../../meetings/entry/lobby.js';
import type { Moderation } from '../../meetings/order/moderation.js';
import type { Participant } from '../../meetings/participant.js';
import type { RequestHandlers } from '../request-dispatcher.js';
import type { Seat } from '../seats.js';

type ModerationRequest =
  | 'set_role'
  | 'mute_participant'
  | 'mute_all'
  | 'stop_source'
  | 'remove_participant'
  | 'lock_meeting'
  | 'set_meeting_switches'
  | 'end_meeting'
  | 'raise_hand'
  | 'lower_hand'
  | 'send_reaction'
  | 'admit'
  | 'refuse';

/** @param seated the seat of whoever asks; throws not_joined */
export function moderationRequests(seated: () => Seat, lobby: Lobby): Pick<RequestHandlers, ModerationRequest> {
  function moderate(step: (moderation: Moderation, by: Participant) => void): Record<string, never> {
    const { meeting, participant } = seated();
    step(meeting.moderation, participant);

    return {};
  }

  return {
    set_role: ({ participantId, role }) => moderate((moderation, by) => moderation.setRole(by, participantId, role)),

    mute_participant: async ({ participantId }) => {
      const { meeting, participant } = seated();
      await meeting.moderation.mute(participant, participantId);
    },

    mute_all: async () => {
      const { meeting, participant } = seated();
      await meeting.moderation.muteAll(participant);
    },

    stop_source: ({ participantId, source }) =>
      moderate((moderation, by) => moderation.stopSource(by, participantId, source)),

    remove_participant: ({ participantId, ban }) =>
      moderate((moderation, by) => moderation.remove(by, participantId, ban)),

    lock_meeting: ({ locked }) => moderate((moderation, by) => moderation.lock(by, locked)),

    set_meeting_switches: (change) => moderate((moderation, by) => moderation.setSwitches(by, change)),

    end_meeting: (_, { answer }) =>
      moderate((moderation, by) => {
        // Before it is over for whoever asks, too.
        answer({});
        moderation.end(by);
      }),

    raise_hand: () => moderate((moderation, by) => moderation.raiseHand(by)),

    lower_hand: ({ participantId }) => moderate((moderation, by) => moderation.lowerHand(by, participantId)),

    send_reaction: ({ emoji }) => moderate((moderation, by) => moderation.react(by, emoji)),

    admit: ({ waitingIds }) => {
      const { meeting, participant } = seated();
      lobby.admit(meeting, participant, waitingIds);

      return {};
    },

    refuse: ({ waitingIds }) => {
      const { meeting, participant } = seated();
      lobby.refuse(meeting, participant, waitingIds);

      return {};
    },
  };
}
