/** The part of the meeting that shows people and screens: all alike in a grid, or some large and the others small. */
import { type CSSProperties, type FocusEvent, type ReactNode, useLayoutEffect, useState } from 'react';
import type { RemoteParticipant } from '@minimeet/sdk';
import Box from '@mui/material/Box';
import { styled } from '@mui/material/styles';
import { PartBoundary } from '../common/PartBoundary';
import { useElementSize } from '../common/use-element-size';
import type { LocalCapture } from '../media/local-capture';
import { OwnTile } from './OwnTile';
import { Pager } from './Pager';
import { ParticipantTile } from './ParticipantTile';
import { ScreenTile } from './ScreenTile';
import { featuredPictures, isSamePicture, type Picture, speakerToShow } from './featured';
import { useMeeting } from './meeting-context';
import { CurrentTile, moveAmongTiles } from './roving-tiles';
import { cornerPlace, ownViewNow } from './own-view';
import { nobodySeated, seat } from './seating';
import { type Place, stageLayout } from './stage-layout';
import { useStageChoice } from './stage-choice';

/** On a phone that is held upright, a person who is shown large may be as high. A screen has its own shape. */
const portraitAspect = 3 / 4;

const noOne: readonly string[] = [];

export function Stage({ capture }: { capture: LocalCapture }) {
  const [measure, size] = useElementSize();
  const isMeasured = size.width > 0 && size.height > 0;
  return (
    <Box
      ref={measure}
      sx={{ position: 'relative', flex: 1, minHeight: 0, m: { xs: 1, sm: 2 }, mb: 0 }}
      role="group"
      aria-label="Videos"
      onKeyDown={moveAmongTiles}
      data-testid="stage"
    >
      {isMeasured && <Tiles capture={capture} size={size} />}
    </Box>
  );
}

function Tiles({ capture, size }: { capture: LocalCapture; size: { width: number; height: number } }) {
  const participants = useMeeting((state) => state.participants);
  const me = useMeeting((state) => state.me?.id);
  const { layout: wished, pinned, own } = useStageChoice();
  const [page, setPage] = useState(0);

  const people = participants.map(({ id }) => id);
  const presenters = participants.filter(hasScreen).map(({ id }) => id);
  const speaker = useSpeakerToShow(people);
  const featured = featuredPictures({ people, presenters, me }, { layout: wished, pinned, speaker });
  const isFeatured = (picture: Picture) => featured.some((each) => isSamePicture(each, picture));

  const screens = presenters.map((participantId): Picture => ({ participantId, source: 'screen' }));
  const otherScreens = screens.filter((screen) => !isFeatured(screen));
  const ownPicture: Picture = { participantId: me ?? '', source: 'camera' };
  const isOwnFeatured = isFeatured(ownPicture);
  const othersCount = screens.length + people.length - featured.length + (isOwnFeatured ? 1 : 0);
  const ownView = isOwnFeatured ? 'large' : ownViewNow(own.ownView, size, screens.length + people.length);
  const layout = stageLayout(size, {
    featured: featured.length,
    tallestAspect: featured.some(({ source }) => source === 'screen') ? undefined : portraitAspect,
    others: othersCount,
    own: ownView === 'grid',
    page,
  });

  const seated = useSeated(people, {
    isCrowded: layout.pages > 1,
    elsewhere: featured.filter(({ source }) => source === 'camera').map(({ participantId }) => participantId),
    firstPage: layout.page === 0 ? Math.max(0, layout.perPage - otherScreens.length) : 0,
  });
  const cameras = seated.map((participantId): Picture => ({ participantId, source: 'camera' }));
  const others = [...otherScreens, ...cameras.filter((camera) => !isFeatured(camera))];
  const onPage = others.slice(layout.page * layout.perPage, (layout.page + 1) * layout.perPage);
  const placeOf = (picture: Picture): Place | undefined => {
    const isThis = (each: Picture) => isSamePicture(each, picture);
    return layout.featured[featured.findIndex(isThis)] ?? layout.people[onPage.findIndex(isThis)];
  };
  const byId = new Map(participants.map((participant) => [participant.id, participant]));

  const shown = [...screens, ...cameras].filter(placeOf);
  const ownPlace = {
    large: placeOf(ownPicture),
    grid: layout.people.at(-1),
    corner: cornerPlace(size, layout.pager),
    hidden: undefined,
  }[ownView];
  const tiles = shown.map(({ source, participantId }) => `${source} ${participantId}`);
  const { current, follow } = useCurrentTile(ownPlace ? [...tiles, 'camera me'] : tiles);

  // All in one element and in the order of the seats: a tile that becomes large or small is still the same one, with its
  // picture, its focus, and full screen.
  return (
    <CurrentTile value={current}>
      <div onFocus={follow} style={{ display: 'contents' }}>
        {shown.map((picture) => {
          const place = placeOf(picture);
          const participant = byId.get(picture.participantId);
          if (!place || !participant) return null;
          const Picture = picture.source === 'screen' ? ScreenTile : ParticipantTile;
          return (
            <At key={`${picture.source} ${picture.participantId}`} place={place}>
              <Picture participant={participant} />
            </At>
          );
        })}
        <At key="me" place={ownPlace} floats={ownView === 'corner'}>
          <OwnTile capture={capture} />
        </At>
      </div>
      {layout.pager && (
        <At place={layout.pager}>
          <Pager page={layout.page} pages={layout.pages} onPage={setPage} />
        </At>
      )}
    </CurrentTile>
  );
}

/** The tile that the Tab key comes to: where the focus was last, as long as that is there. */
function useCurrentTile(tiles: readonly string[]) {
  const [chosen, setChosen] = useState<string | null>(null);
  const current = chosen !== null && tiles.includes(chosen) ? chosen : (tiles[0] ?? null);
  const follow = (event: FocusEvent) => {
    const tile = event.target.closest('[data-tile]')?.getAttribute('data-tile');
    if (tile) setChosen(tile);
  };
  // Who has the keyboard on a tile that goes away keeps it on another one.
  useLayoutEffect(() => {
    if (chosen === current || chosen === null) return;
    const isLost = document.activeElement === document.body;
    if (isLost) document.querySelector<HTMLElement>('[data-tile][tabindex="0"]')?.focus({ preventScroll: true });
  }, [chosen, current]);
  return { current, follow };
}

/** Whom the speaker view shows, kept while nobody else leads the conversation. */
function useSpeakerToShow(people: readonly string[]): string | null {
  const dominantSpeaker = useMeeting((state) => state.dominantSpeaker);
  const [before, setBefore] = useState<string | null>(null);
  const speaker = speakerToShow(before, dominantSpeaker, people);
  if (speaker !== before) setBefore(speaker);
  return speaker;
}

/** The people in the order of their seats: as they came as long as all have room. */
function useSeated(
  people: readonly string[],
  { isCrowded, ...moment }: { isCrowded: boolean; elsewhere: readonly string[]; firstPage: number },
): readonly string[] {
  const speakers = useMeeting((state) => (isCrowded ? state.activeSpeakers : noOne));
  const hands = useMeeting((state) => (isCrowded ? state.hands : noOne));
  const [before, setBefore] = useState(nobodySeated);
  const seating = seat(before, people, { ...moment, speakers, hands });
  if (seating !== before) setBefore(seating);
  return seating.order;
}

function At({ place, floats = false, children }: { place: Place | undefined; floats?: boolean; children: ReactNode }) {
  if (!place) return null;
  const { left, top, width, height } = place;
  // The tiles read their size from these, so that a resize renders no tile anew.
  const style = { left, top, '--tile-width': `${width}px`, '--tile-height': `${height}px` } as CSSProperties;
  return (
    <Spot style={style} data-floats={floats || undefined}>
      <PartBoundary name="This tile">{children}</PartBoundary>
    </Spot>
  );
}

const Spot = styled('div')({
  position: 'absolute',
  width: 'var(--tile-width)',
  height: 'var(--tile-height)',
  '&[data-floats]': { zIndex: 1, borderRadius: 12, boxShadow: '0 2px 10px rgb(0 0 0 / 0.5)' },
});

const hasScreen = ({ media }: RemoteParticipant) => media.screen !== undefined && !media.screen.paused;
