/**
 * Which panel lies over the page: one at a time, each loaded when it is opened. A plain store for useSyncExternalStore. The panel is in
 * it, not its name: one that cannot be loaded (the server is away) is told as that, instead of breaking what is shown.
 */
import { createElement, useSyncExternalStore, type ComponentType, type ReactElement } from 'react';
import { laterWords } from '../_components/later';
import { fail } from './engine';

export interface PanelProps {
  readonly onClose: () => void;
}
type Panel = ComponentType<PanelProps>;

const loaders = {
  diagnosis: async () => (await import('../_components/diagnosis-panel')).DiagnosisPanel,
  nearby: async () => (await import('../_components/nearby-panel')).NearbyPanel,
} satisfies Record<string, () => Promise<Panel>>;
export type PanelName = keyof typeof loaders;

/** With its words. */
const load = async (name: PanelName): Promise<Panel> =>
  (await Promise.all([loaders[name](), laterWords()]))[0];

let shown: ReactElement | null = null;
const listeners = new Set<() => void>();

function show(panel: ReactElement | null): void {
  shown = panel;
  for (const listener of [...listeners]) listener();
}

export async function openPanel(name: PanelName): Promise<void> {
  try {
    show(createElement(await load(name), { onClose: closePanel }));
  } catch {
    fail({ code: 'server-unreachable' });
  }
}

export const closePanel = (): void => show(null);

/** So that it opens although the server goes away meanwhile. Answers whether it is here now. */
export const preloadPanel = (name: PanelName): Promise<boolean> =>
  load(name).then(
    () => true,
    () => false, // told when it is needed
  );

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
