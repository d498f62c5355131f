/** Reading, in React, an object that keeps its state to itself and tells of changes. */
import { useSyncExternalStore } from 'react';

export interface Store<State> {
  /** Replaced, never changed in place. */
  readonly state: State;
  readonly subscribe: (listener: () => void) => () => void;
}

/** The store's state, or the part of it that `select` returns; renders again only when that is another one. */
export function useStore<State>(store: Store<State>): State;
export function useStore<State, Part>(store: Store<State>, select: (state: State) => Part): Part;
export function useStore<State, Part>(store: Store<State>, select?: (state: State) => Part): State | Part {
  return useSyncExternalStore(store.subscribe, () => (select ? select(store.state) : store.state));
}
