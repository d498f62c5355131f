/** The sound of everybody else, microphones and shared screens, apart from the tiles, so that no layout interrupts it. */
import { memo } from 'react';
import { AudioView } from '../media/AudioView';
import { useSpeaker } from '../media/speaker';
import { useMeeting } from './meeting-context';

export const RemoteAudio = memo(function RemoteAudio() {
  const participants = useMeeting((state) => state.participants);
  const { sinkId } = useSpeaker();
  const tracks = participants.flatMap(({ media }) => [media.microphone?.track, media.screen_audio?.track]);
  return tracks.map((track) => track && <AudioView key={track.id} track={track} sinkId={sinkId} />);
});
