/** Whether this browser offers to install Shoal, which it says once and early (`beforeinstallprompt`, Chromium). Leaves out words. */
import { useSyncExternalStore } from 'react';

/** Not in TypeScript's DOM types. */
interface InstallOffer extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

const isOffer = (event: Event): event is InstallOffer => 'prompt' in event;

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();

function set(next: InstallOffer | null): void {
  offer = next;
  for (const listener of [...listeners]) listener();
}

/** The installed app's own window, which only the system opens; a tab is never one. */
export const isAppWindow = (): boolean => matchMedia('(display-mode: standalone)').matches;

/** Once a page, early. The browser's own banner is held back: the page offers it where it helps ("Your shares"). */
export function listenForInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    if (isOffer(event)) set(event);
  });
  addEventListener('appinstalled', () => set(null));
}

/** Shows the browser's question, in the person's gesture. It can be shown once. */
export async function install(): Promise<void> {
  const shown = offer;
  set(null);
  await shown?.prompt().catch(() => undefined); // without a gesture: nothing is lost but the offer
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/** installed: this is its own window · offered: `install` works · none: the browser offers nothing, or has it installed. */
export const useInstallation = (): 'installed' | 'offered' | 'none' =>
  useSyncExternalStore(
    subscribe,
    () => (isAppWindow() ? 'installed' : offer ? 'offered' : 'none'),
    () => 'none',
  );
