/** Says what a moderator did to this participant, who would otherwise wonder. */
import { useEffect } from 'react';
import type { MeetingClient, Source } from '@minimeet/sdk';
import { useNotify } from '../common/Notices';

const words: Record<Source, string> = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen share',
  screen_audio: 'screen share',
};

export function useModerationNotices(client: MeetingClient): void {
  const notify = useNotify();
  useEffect(() => {
    const nameOf = (participantId: string) =>
      client.state.participants.find(({ id }) => id === participantId)?.displayName ?? 'A moderator';
    const tellMuted = ({ byParticipantId }: { byParticipantId: string }) =>
      notify(`${nameOf(byParticipantId)} muted you.`);
    const tellStopped = ({ source, byParticipantId }: { source: Source; byParticipantId: string }) =>
      notify(`${nameOf(byParticipantId)} stopped your ${words[source]}.`);
    client.on('muted', tellMuted).on('stopped', tellStopped);
    return () => void client.off('muted', tellMuted).off('stopped', tellStopped);
  }, [client, notify]);
}
