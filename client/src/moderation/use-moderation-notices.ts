/** Says what a moderator did to this participant, who would otherwise wonder. */
import { useEffect } from 'react';
import type { MeetingClient, MeetingState, Role, Source } from '@minimeet/sdk';
import { isolated } from '../common/direction';
import { useNotify } from '../common/Notices';

const words: Record<Source, string> = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen share',
  screen_audio: 'screen share',
};

const roleSentences: Record<Role, string> = {
  host: 'You are a host now.',
  moderator: 'You are a moderator now.',
  speaker: 'You are a speaker now: you may turn on your microphone and camera.',
  attendee: 'You are an attendee now: you see and hear the others, and can write.',
};

export function useModerationNotices(client: MeetingClient): void {
  const notify = useNotify();
  useEffect(() => {
    const nameOf = (participantId: string) =>
      isolated(client.state.participants.find(({ id }) => id === participantId)?.displayName ?? 'A moderator');
    const tellMuted = ({ byParticipantId }: { byParticipantId: string }) =>
      notify(`${nameOf(byParticipantId)} muted you.`);
    const tellStopped = ({ source, byParticipantId }: { source: Source; byParticipantId: string }) => {
      // Their new role says it already.
      if (role !== 'attendee') notify(`${nameOf(byParticipantId)} stopped your ${words[source]}.`);
    };
    let role = client.state.me?.role;
    const tellRole = ({ me }: MeetingState) => {
      if (!me || me.role === role) return;
      role = me.role;
      notify(roleSentences[role]);
    };
    client.on('muted', tellMuted).on('stopped', tellStopped).on('state', tellRole);
    return () => void client.off('muted', tellMuted).off('stopped', tellStopped).off('state', tellRole);
  }, [client, notify]);
}
