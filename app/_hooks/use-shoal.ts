/** React's eyes on the page's store: each hook selects a stable part, so a component renders only when its part changed. */
import { useSyncExternalStore } from 'react';
import type { RoomId, RoomSnapshot } from '../../lib/index';
import { getState, initialState, subscribe, type PageState } from './store';

/** `select` must answer a part of the state as it is, not make a new object. */
export const usePage = <Part>(select: (state: PageState) => Part): Part =>
  useSyncExternalStore(
    subscribe,
    () => select(getState()),
    () => select(initialState),
  );

export const useRoom = (id: RoomId): RoomSnapshot | undefined =>
  usePage(({ engine }) => engine?.rooms.find((room) => room.id === id));

const never = (): (() => void) => () => undefined;

/** False on the server and in the first client render; for what the server cannot know (sharing, pickers). */
export const useMounted = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
