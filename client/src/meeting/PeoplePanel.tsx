/** Everybody in the meeting, with what they send. */
import { memo, type ReactNode, useMemo } from 'react';
import type { RemoteParticipant, Role } from '@minimeet/sdk';
import MicOffRounded from '@mui/icons-material/MicOffRounded';
import MicRounded from '@mui/icons-material/MicRounded';
import PanToolRounded from '@mui/icons-material/PanToolRounded';
import PushPinOutlined from '@mui/icons-material/PushPinOutlined';
import PushPinRounded from '@mui/icons-material/PushPinRounded';
import ScreenShareRounded from '@mui/icons-material/ScreenShareRounded';
import VideocamOffRounded from '@mui/icons-material/VideocamOffRounded';
import VideocamRounded from '@mui/icons-material/VideocamRounded';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemText from '@mui/material/ListItemText';
import { isolated } from '../common/direction';
import { GuestMark } from '../common/GuestMark';
import { UserText } from '../common/UserText';
import { Avatar } from '../common/Avatar';
import { MeetingControls } from '../moderation/MeetingControls';
import { ParticipantMenu } from '../moderation/ParticipantMenu';
import { useHandPlace } from '../moderation/use-own-hand';
import { isSamePicture, type Picture } from './featured';
import { handsFirst } from './hands-first';
import { LobbyList } from './LobbyList';
import { useMeeting } from './meeting-context';
import { useStageChoice } from './stage-choice';

export function PeoplePanel() {
  const participants = useMeeting((state) => state.participants);
  const hands = useMeeting((state) => state.hands);
  const ordered = useMemo(() => handsFirst(participants, hands), [participants, hands]);
  return (
    <>
      <MeetingControls />
      <Box sx={{ overflow: 'auto', flex: 1, py: 1 }} data-testid="people-list">
        <LobbyList />
        <List disablePadding>
          <OwnEntry />
          {ordered.map((participant) => (
            <RemoteEntry key={participant.id} participant={participant} />
          ))}
        </List>
      </Box>
    </>
  );
}

function OwnEntry() {
  const me = useMeeting((state) => state.me);
  const { microphone, camera, screen } = useMeeting((state) => state.localMedia);
  if (!me) return null;
  return (
    <Entry
      id={me.id}
      name={me.displayName}
      isGuest={me.isGuest}
      own
      role={me.role}
      userId={me.userId}
      microphoneOn={microphone?.paused === false}
      cameraOn={camera?.paused === false}
      sharing={screen !== undefined}
    />
  );
}

const RemoteEntry = memo(function RemoteEntry({ participant }: { participant: RemoteParticipant }) {
  const { id, displayName, isGuest, userId, media, role } = participant;
  return (
    <Entry
      id={id}
      name={displayName}
      isGuest={isGuest}
      role={role}
      buttons={
        <>
          <PinButton name={displayName} participantId={id} />
          <ParticipantMenu participant={participant} />
        </>
      }
      userId={userId}
      microphoneOn={media.microphone?.paused === false}
      cameraOn={media.camera?.paused === false}
      sharing={media.screen !== undefined}
    />
  );
});

/** Speakers are not told apart. */
const roleNames: Record<Role, string | undefined> = {
  host: 'Host',
  moderator: 'Moderator',
  speaker: undefined,
  attendee: 'Attendee',
};

interface EntryProps {
  id: string;
  role: Role;
  name: string;
  isGuest: boolean;
  own?: boolean;
  userId: string;
  microphoneOn: boolean;
  cameraOn: boolean;
  sharing: boolean;
  buttons?: ReactNode;
}

function Entry({ id, name, isGuest, own, role, userId, microphoneOn, cameraOn, sharing, buttons }: EntryProps) {
  const handPlace = useHandPlace(id);
  return (
    <ListItem sx={{ gap: 1.5, py: 0.75 }} data-testid="person">
      <Box
        sx={{
          position: 'relative',
          width: 40,
          height: 40,
          flexShrink: 0,
          containerType: 'size',
          '& > *': { width: '40px !important', fontSize: '16px !important' },
        }}
      >
        <Avatar name={name} id={userId} />
      </Box>
      <ListItemText
        primary={
          <>
            <UserText>{name}</UserText>
            {own && ' (you)'}
            {isGuest && <GuestMark />}
          </>
        }
        secondary={roleNames[role]}
        slotProps={{ primary: { noWrap: true }, secondary: { 'data-testid': 'person-role' } as object }}
      />
      {handPlace !== null && <Hand place={handPlace} />}
      <Box sx={{ display: 'flex', gap: 1, color: 'text.secondary' }}>
        {sharing && <ScreenShareRounded fontSize="small" titleAccess="Shares a screen" />}
        {microphoneOn ? (
          <MicRounded fontSize="small" titleAccess="Microphone on" />
        ) : (
          <MicOffRounded fontSize="small" color="error" titleAccess="Microphone off" />
        )}
        {cameraOn ? (
          <VideocamRounded fontSize="small" titleAccess="Camera on" />
        ) : (
          <VideocamOffRounded fontSize="small" color="error" titleAccess="Camera off" />
        )}
      </Box>
      {buttons}
    </ListItem>
  );
}

/** A raised hand, and whose turn it is. */
function Hand({ place }: { place: number }) {
  return (
    <Box
      sx={{ display: 'flex', alignItems: 'center', gap: 0.5, color: 'warning.main', fontWeight: 600 }}
      data-testid="person-hand"
    >
      <PanToolRounded fontSize="small" titleAccess="Hand raised" />
      {place}
    </Box>
  );
}

/** Shows somebody large, whichever page their tile is on. */
function PinButton({ name, participantId }: { name: string; participantId: string }) {
  const { pinned, togglePin } = useStageChoice();
  const picture: Picture = { participantId, source: 'camera' };
  const isPinned = isSamePicture(pinned, picture);
  return (
    <IconButton
      size="small"
      onClick={() => togglePin(picture)}
      aria-label={`Pin ${isolated(name)}`}
      aria-pressed={isPinned}
      title={isPinned ? 'Unpin' : 'Pin'}
      data-testid="person-pin"
    >
      {isPinned ? <PushPinRounded fontSize="small" /> : <PushPinOutlined fontSize="small" />}
    </IconButton>
  );
}
