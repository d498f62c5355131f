/** The meeting: stage, toolbar, and a panel for chat or people. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { MeetingClient } from '@minimeet/sdk';
import Box from '@mui/material/Box';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useAttention } from '../attention/use-attention';
import { ChatPanel } from '../chat/ChatPanel';
import { useUnread } from '../chat/use-unread';
import { ConfirmDialog } from '../common/ConfirmDialog';
import { useNotify } from '../common/Notices';
import { UserText } from '../common/UserText';
import { PartBoundary } from '../common/PartBoundary';
import { usePageTitle } from '../common/use-page-title';
import { useStore } from '../common/use-store';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { keepScreenAwake } from '../media/wake-lock';
import type { RoomVisit } from '../session/room-visit';
import { ShownReactions } from '../moderation/ShownReactions';
import { useModerationNotices } from '../moderation/use-moderation-notices';
import { Announcements } from './Announcements';
import { MeetingBanners } from './MeetingBanners';
import { MeetingContext } from './meeting-context';
import { PeoplePanel } from './PeoplePanel';
import { PhoneHeader } from './PhoneHeader';
import { RemoteAudio } from './RemoteAudio';
import { ShortcutsDialog } from './ShortcutsDialog';
import { useIsSilent } from './SilentBanner';
import { SidePanel, panelCoversStage } from './SidePanel';
import type { Panel } from './toolbar-action';
import { Stage } from './Stage';
import { Toolbar } from './Toolbar';
import { StageContext, useNewStageChoice } from './stage-choice';
import { useLeaveGuard } from './use-leave-guard';
import { useShortcuts } from './use-shortcuts';

export function MeetingPage({ visit, client }: { visit: RoomVisit; client: MeetingClient }) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const [showingKeys, setShowingKeys] = useState(false);
  const unread = useUnread(client, panel === 'chat');
  const roomName = useStore(client, ({ room }) => room?.name ?? null);
  usePageTitle(roomName, useAttention(client));
  useScreenFailure(client);
  useEffect(keepScreenAwake, []);
  const isSilent = useIsSilent(visit);
  useModerationNotices(client);
  const isPhone = useMediaQuery(panelCoversStage);
  const isCovered = isPhone && panel !== null;
  const choice = useNewStageChoice(client, isCovered);

  const openedFrom = useRef<Element | null>(null);
  const closePanel = useCallback(() => {
    setPanel(null);
    // The keyboard goes back to where it was before it was in the panel.
    if (openedFrom.current instanceof HTMLElement) openedFrom.current.focus();
    openedFrom.current = null;
  }, []);
  const openPanel = useCallback((wanted: Panel) => {
    const from = document.activeElement;
    // What is in the panel that was open is there no more.
    if (!from?.closest('aside')) openedFrom.current = from;
    setPanel(wanted);
  }, []);
  const togglePanel = useCallback(
    (wanted: Panel) => (panel === wanted ? closePanel() : openPanel(wanted)),
    [panel, closePanel, openPanel],
  );
  const { asking, stay } = useLeaveGuard(panel ? closePanel : null);
  const showPeople = useCallback(() => openPanel('people'), [openPanel]);
  useShortcuts({
    m: () => void visit.capture.toggle('microphone'),
    v: () => void visit.capture.toggle('camera'),
    c: () => togglePanel('chat'),
    h: () => toggleHand(client),
    l: choice.toggleLayout,
    '?': () => setShowingKeys(true),
    Escape: () => panel && closePanel(),
  });
  const heading = useRef<HTMLHeadingElement>(null);
  // What was pressed to come here is there no more: the keyboard begins at the name of the meeting, which is read aloud.
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);

  return (
    <MeetingContext value={client}>
      <StageContext value={choice}>
        <Box
          sx={{ height: '100dvh', display: 'flex', flexDirection: 'column', overflow: 'hidden' }}
          data-testid="meeting"
        >
          {isPhone && <PhoneHeader />}
          <Box sx={{ position: 'relative', flex: 1, minHeight: 0, display: 'flex' }}>
            <Box
              component="main"
              // What is covered is not to be reached by the keyboard or read out.
              inert={isCovered}
              sx={{ position: 'relative', flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}
            >
              <VisuallyHidden as="h1" ref={heading} tabIndex={-1} data-testid="meeting-heading">
                <UserText>{roomName ?? ''}</UserText>
              </VisuallyHidden>
              <PartBoundary name="The notices">
                <MeetingBanners visit={visit} onShowPeople={showPeople} />
              </PartBoundary>
              <Box sx={{ position: 'relative', flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>
                <PartBoundary name="The video view">
                  <Stage capture={visit.capture} />
                </PartBoundary>
                <PartBoundary>
                  <ShownReactions />
                </PartBoundary>
              </Box>
            </Box>
            <SidePanel open={panel !== null} title={panel === 'people' ? 'People' : 'Chat'} onClose={closePanel}>
              {panel === 'people' && <PeoplePanel />}
              {panel === 'chat' && <ChatPanel />}
            </SidePanel>
          </Box>
          <PartBoundary name="The toolbar">
            <Toolbar visit={visit} panel={panel} onPanel={togglePanel} unread={unread} />
          </PartBoundary>
        </Box>
        {!isSilent && <RemoteAudio />}
        <ConfirmDialog
          open={asking}
          title="Leave the meeting?"
          action="Leave"
          onClose={stay}
          onConfirm={() => void visit.leave()}
        />
        <Announcements client={client} />
        <ShortcutsDialog open={showingKeys} onClose={() => setShowingKeys(false)} />
      </StageContext>
    </MeetingContext>
  );
}

/** The button shows what came of it. */
function toggleHand({ state: { me, hands }, moderation }: MeetingClient): void {
  moderation.setOwnHand(me === null || !hands.includes(me.id)).catch(() => undefined);
}

/** Microphone and camera say it themselves. */
function useScreenFailure(client: MeetingClient): void {
  const notify = useNotify();
  useEffect(() => {
    const tell = ({ source }: { source: string }) => {
      if (source === 'screen' || source === 'screen_audio') notify('Your screen could not be shared.');
    };
    client.on('publish_failed', tell);
    return () => void client.off('publish_failed', tell);
  }, [client, notify]);
}
