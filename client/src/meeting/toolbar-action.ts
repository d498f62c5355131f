/** What the toolbar's buttons do, and the panels that some of them open. */
import type { ReactNode } from 'react';

export type Panel = 'chat' | 'people';

/** Something that a button of its own does on a wide screen, and an entry of a menu on a narrow one. */
export interface ToolbarAction {
  id: string;
  label: string;
  icon: ReactNode;
  active?: boolean;
  /** Of what can be on or off. */
  pressed?: boolean;
  /** @param button what was pressed, for what opens beside it; on a narrow screen the menu's own */
  run: (button: Element) => void;
}
