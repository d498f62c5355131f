/** The bar below the stage: switches for what one sends, and everything else that can be done in a meeting. */
import { memo, useState } from 'react';
import AccountBoxRounded from '@mui/icons-material/AccountBoxRounded';
import CallEndRounded from '@mui/icons-material/CallEndRounded';
import ChatRounded from '@mui/icons-material/ChatRounded';
import NotificationsRounded from '@mui/icons-material/NotificationsRounded';
import LinkRounded from '@mui/icons-material/LinkRounded';
import PeopleRounded from '@mui/icons-material/PeopleRounded';
import AddReactionOutlined from '@mui/icons-material/AddReactionOutlined';
import LockRounded from '@mui/icons-material/LockRounded';
import PanToolRounded from '@mui/icons-material/PanToolRounded';
import ScreenShareRounded from '@mui/icons-material/ScreenShareRounded';
import LockPersonRounded from '@mui/icons-material/LockPersonRounded';
import SettingsRounded from '@mui/icons-material/SettingsRounded';
import StopScreenShareRounded from '@mui/icons-material/StopScreenShareRounded';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { AttentionDialog } from '../attention/AttentionDialog';
import { UserText } from '../common/UserText';
import { PartBoundary } from '../common/PartBoundary';
import { RoundButton } from '../common/RoundButton';
import { CaptureButton } from '../media/CaptureButton';
import type { RoomVisit } from '../session/room-visit';
import { RoomSettingsDialog } from './RoomSettingsDialog';
import { useOwnRoom } from './use-own-room';
import { useOwnRights } from '../moderation/own-rights';
import { EmojiChoice } from '../common/EmojiChoice';
import { useModeration } from '../moderation/use-moderation';
import { useOwnHand } from '../moderation/use-own-hand';
import { DevicesDialog } from './DevicesDialog';
import { HandsBadge } from './HandsBadge';
import type { Panel, ToolbarAction } from './toolbar-action';
import { MoreMenu } from './MoreMenu';
import { useMeeting } from './meeting-context';
import { useStageChoice } from './stage-choice';
import { useCopyLink } from './use-copy-link';
import { canShareScreen, useScreenShare } from './use-screen-share';

interface ToolbarProps {
  visit: RoomVisit;
  panel: Panel | null;
  onPanel: (panel: Panel) => void;
  /** Chat messages not read yet. */
  unread: number;
}

export const Toolbar = memo(function Toolbar({ visit, panel, onPanel, unread }: ToolbarProps) {
  const isNarrow = useMediaQuery('(max-width: 767px)');
  const [choosingDevices, setChoosingDevices] = useState(false);
  const [choosingAttention, setChoosingAttention] = useState(false);
  const [settingRoom, setSettingRoom] = useState(false);
  const ownRoom = useOwnRoom(visit.slug);
  const roomName = useMeeting((state) => state.room?.name);
  const people = useMeeting((state) => state.participants.length + 1);
  const hands = useMeeting((state) => state.hands.length);
  const { isSharing, startSharing, stopSharing } = useScreenShare();
  const copyLink = useCopyLink(visit.slug);
  const { layout, toggleLayout } = useStageChoice();
  const rights = useOwnRights();
  const { isRaised, toggleHand } = useOwnHand();
  const locked = useMeeting((state) => state.locked);
  const [reactingAt, setReactingAt] = useState<Element | null>(null);
  const moderate = useModeration();

  const share: ToolbarAction = {
    id: 'screen',
    label: isSharing ? 'Stop sharing your screen' : 'Share your screen',
    icon: isSharing ? <StopScreenShareRounded /> : <ScreenShareRounded />,
    active: isSharing,
    run: isSharing ? stopSharing : startSharing,
  };
  const shares = canShareScreen() && (rights.shares || isSharing) ? [share] : [];
  const roomSettings: ToolbarAction = {
    id: 'room-settings',
    label: 'Who may come in',
    icon: <LockPersonRounded />,
    run: () => setSettingRoom(true),
  };
  const signs: ToolbarAction[] = [
    {
      id: 'hand',
      label: isRaised ? 'Lower your hand (H)' : 'Raise your hand (H)',
      icon: <PanToolRounded />,
      active: isRaised,
      pressed: isRaised,
      run: toggleHand,
    },
    { id: 'react', label: 'React', icon: <AddReactionOutlined />, run: setReactingAt },
  ];
  const speechBlocked = rights.sends ? 'Only moderators unmute now' : 'You may not speak here';
  const isSpeakerView = layout === 'speaker';
  const rest: ToolbarAction[] = [
    {
      id: 'speaker-view',
      label: 'Speaker view',
      icon: <AccountBoxRounded />,
      active: isSpeakerView,
      pressed: isSpeakerView,
      run: toggleLayout,
    },
    { id: 'copy-link', label: 'Copy the link to this meeting', icon: <LinkRounded />, run: copyLink },
    { id: 'devices', label: 'Choose devices', icon: <SettingsRounded />, run: () => setChoosingDevices(true) },
    {
      id: 'attention',
      label: 'Sounds and notifications',
      icon: <NotificationsRounded />,
      run: () => setChoosingAttention(true),
    },
    ...(ownRoom.room ? [roomSettings] : []),
  ];

  const switches = (
    <>
      <CaptureButton
        capture={visit.capture}
        kind="microphone"
        withShortcut
        blocked={rights.unmutes ? undefined : speechBlocked}
      />
      <CaptureButton
        capture={visit.capture}
        kind="camera"
        withShortcut
        blocked={rights.sends ? undefined : 'You may not send a camera here'}
      />
    </>
  );
  const panels = (
    <>
      <RoundButton
        label={hands > 0 ? `People: ${people}, hands raised: ${hands}` : `People: ${people}`}
        tone={panel === 'people' ? 'active' : 'plain'}
        count={people}
        mark={hands > 0 && <HandsBadge count={hands} />}
        expanded={panel === 'people'}
        onClick={() => onPanel('people')}
        testId="toolbar-people"
      >
        <PeopleRounded />
      </RoundButton>
      <RoundButton
        label={unread > 0 ? `Chat (C): ${unread} unread` : 'Chat (C)'}
        tone={panel === 'chat' ? 'active' : 'plain'}
        count={unread}
        urgent
        expanded={panel === 'chat'}
        onClick={() => onPanel('chat')}
        testId="toolbar-chat"
      >
        <ChatRounded />
      </RoundButton>
    </>
  );
  const leave = (
    <RoundButton label="Leave the meeting" tone="danger" onClick={() => void visit.leave()} testId="toolbar-leave">
      <CallEndRounded />
    </RoundButton>
  );

  return (
    <Box role="region" aria-label="Controls" data-testid="toolbar">
      {isNarrow ? (
        <Box
          sx={{
            display: 'flex',
            justifyContent: 'space-between',
            maxWidth: 440,
            mx: 'auto',
            p: 1,
            pb: 'max(8px, env(safe-area-inset-bottom))',
          }}
        >
          {switches}
          {panels}
          <MoreMenu actions={[...signs, ...shares, ...rest]} />
          {leave}
        </Box>
      ) : (
        <Box
          sx={{ display: 'grid', gridTemplateColumns: '1fr auto 1fr', alignItems: 'center', gap: 2, px: 2, py: 1.5 }}
        >
          <Typography noWrap sx={{ fontWeight: 600 }} data-testid="meeting-name">
            {locked && (
              <LockRounded titleAccess="Locked" sx={{ fontSize: 18, mr: 0.5, verticalAlign: 'text-bottom' }} />
            )}
            <UserText>{roomName ?? ''}</UserText>
          </Typography>
          <Box sx={{ display: 'flex', gap: 1.5 }}>
            {switches}
            {shares.map(actionButton)}
            {signs.map(actionButton)}
            {leave}
          </Box>
          <Box sx={{ display: 'flex', gap: 1.5, justifyContent: 'flex-end' }}>
            {rest.map(actionButton)}
            {panels}
          </Box>
        </Box>
      )}
      {ownRoom.room && (
        <PartBoundary name="The room settings">
          <RoomSettingsDialog
            open={settingRoom}
            onClose={() => setSettingRoom(false)}
            room={ownRoom.room}
            onChange={ownRoom.change}
          />
        </PartBoundary>
      )}
      <EmojiChoice
        anchor={reactingAt}
        onChoose={(emoji) => moderate((moderator) => moderator.sendReaction(emoji))}
        onClose={() => setReactingAt(null)}
      />
      <PartBoundary name="Sounds and notifications">
        <AttentionDialog open={choosingAttention} onClose={() => setChoosingAttention(false)} />
      </PartBoundary>
      <PartBoundary name="The choice of devices">
        <DevicesDialog open={choosingDevices} onClose={() => setChoosingDevices(false)} capture={visit.capture} />
      </PartBoundary>
    </Box>
  );
});

function actionButton({ id, label, icon, active, pressed, run }: ToolbarAction) {
  return (
    <RoundButton
      key={id}
      label={label}
      tone={active ? 'active' : 'plain'}
      pressed={pressed}
      onClick={run}
      testId={`toolbar-${id}`}
    >
      {icon}
    </RoundButton>
  );
}
