/** How this person looks at the meeting: layout and pin; and the watch over what they see of it. */
import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { MeetingClient } from '@minimeet/sdk';
import { loadPreferences, type Preferences, savePreferences } from '../session/preferences';
import { isSamePicture, type Layout, type Picture } from './featured';
import { ScreenView } from './screen-view';

export interface StageChoice {
  layout: Layout;
  toggleLayout: () => void;
  /** What is shown large whatever happens. */
  pinned: Picture | null;
  /** Pins a picture, in place of the one before, or takes the pin off it. */
  togglePin: (picture: Picture) => void;
  /** How one sees oneself. */
  own: OwnChoice;
  changeOwn: (change: Partial<OwnChoice>) => void;
  screenView: ScreenView;
}

export type OwnChoice = Pick<Preferences, 'ownView' | 'mirrored'>;

export const StageContext = createContext<StageChoice | null>(null);

export function useStageChoice(): StageChoice {
  const choice = use(StageContext);
  if (!choice) throw new Error('This component belongs inside a meeting');
  return choice;
}

/** For the page that provides the context. `covered`: something lies over the whole stage. */
export function useNewStageChoice(client: MeetingClient, covered: boolean): StageChoice {
  const [layout, setLayout] = useState(() => loadPreferences().layout);
  const [pinned, setPinned] = useState<Picture | null>(null);
  const screenView = useMemo(
    // The server knows the view or is told later; one that it refused would be a fault of this page, and all is shown then.
    () => new ScreenView((tiles) => void client.setView(tiles).catch(() => undefined)),
    [client],
  );
  useEffect(() => screenView.open(), [screenView]);
  useEffect(() => screenView.setCovered(covered), [screenView, covered]);

  const toggleLayout = useCallback(() => {
    const other = layout === 'grid' ? 'speaker' : 'grid';
    setLayout(other);
    savePreferences({ layout: other });
  }, [layout]);
  const togglePin = useCallback(
    (picture: Picture) => setPinned((before) => (isSamePicture(before, picture) ? null : picture)),
    [],
  );
  const [own, setOwn] = useState((): OwnChoice => {
    const { ownView, mirrored } = loadPreferences();
    return { ownView, mirrored };
  });
  const changeOwn = useCallback((change: Partial<OwnChoice>) => {
    setOwn((before) => ({ ...before, ...change }));
    savePreferences(change);
  }, []);
  return useMemo(
    () => ({ layout, toggleLayout, pinned, togglePin, own, changeOwn, screenView }),
    [layout, toggleLayout, pinned, togglePin, own, changeOwn, screenView],
  );
}
