/**
 * Which panel lies over the page: one at a time, each loaded when it is opened. A plain store for useSyncExternalStore. The panel is in it,
 * not its name: one that cannot be loaded (the server is away) is told as that, instead of breaking what is shown.
 */
import { createElement, useSyncExternalStore, type ComponentType, type ReactElement } from 'react';
import { fail } from './engine';

export type PanelName = 'diagnosis' | 'nearby';
type Panel = ComponentType<{ readonly onClose: () => void }>;
/** Each with its words. */
export type PanelLoaders = Readonly<Record<PanelName, () => Promise<Panel>>>;

let loaders: PanelLoaders | undefined;
let shown: ReactElement | null = null;
const listeners = new Set<() => void>();

/** Said once, by where panels are shown; panels themselves may open another. */
export function setPanels(known: PanelLoaders): void {
  loaders = known;
}

function show(panel: ReactElement | null): void {
  shown = panel;
  for (const listener of [...listeners]) listener();
}

export const closePanel = (): void => show(null);

export async function openPanel(name: PanelName): Promise<void> {
  try {
    const panel = await loaders?.[name]();
    if (panel) show(createElement(panel, { onClose: closePanel }));
  } catch {
    fail({ code: 'server-unreachable' });
  }
}

/** So that it opens although the server goes away meanwhile. Answers whether it is here now. */
export async function preloadPanel(name: PanelName): Promise<boolean> {
  try {
    return (await loaders?.[name]()) !== undefined;
  } catch {
    return false; // told when it is needed
  }
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const usePanel = (): ReactElement | null =>
  useSyncExternalStore(
    subscribe,
    () => shown,
    () => null,
  );
