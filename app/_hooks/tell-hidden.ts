/**
 * While nobody looks: a notification when a room's work is done, failed or waits for the person, and a number on the app's icon. Decides what
 * is news: an outcome a room did not have when the page was hidden, once each until it is seen again. Loaded when the page is first hidden;
 * asks for no permission (components/tell-when-done.tsx does, on a click). PROTOCOL.md UI128.
 */
import type { RoomId, RoomSnapshot } from '../../lib/index';
import { outcomeTitle, unnamedShare, type Outcome } from '../_text/install';
import { shown } from '../_text/names';
import { pagesWorker } from './kept-pages';
import { getState, subscribe } from './store';

const tag = (room: RoomId): string => `shoal-room-${room}`;

export function outcomeOf({ state, detail }: Pick<RoomSnapshot, 'state' | 'detail'>): Outcome | null {
  if (state === 'error') return 'failed';
  if (detail.kind === 'storage-full' || detail.kind === 'files-needed') return 'waits';
  return detail.kind === 'received' || detail.kind === 'sent' ? detail.kind : null;
}

/** What became of each room between two looks; `known` grows with what was seen, so that nothing is told twice. */
export function newsOf<Room extends Pick<RoomSnapshot, 'id' | 'state' | 'detail'>>(
  rooms: readonly Room[],
  known: Map<RoomId, Set<Outcome>>,
): { readonly room: Room; readonly outcome: Outcome }[] {
  return rooms.flatMap((room) => {
    const outcome = outcomeOf(room);
    const seen = known.get(room.id);
    // A room that has just come up from storage is as it was.
    if (!seen) known.set(room.id, new Set(outcome ? [outcome] : []));
    if (!seen || !outcome || seen.has(outcome)) return [];
    seen.add(outcome);
    return [{ room, outcome }];
  });
}

let stopTelling: (() => void) | undefined;

/** Call once, when the page is hidden. */
export function tellWhileHidden(): void {
  const follow = (): void => {
    stopTelling?.();
    stopTelling = document.visibilityState === 'hidden' ? telling() : undefined;
    if (!stopTelling) void takeBack();
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

function telling(): () => void {
  const known = new Map<RoomId, Set<Outcome>>();
  const told = new Set<RoomId>();
  const look = (): void => {
    for (const { room, outcome } of newsOf(getState().engine?.rooms ?? [], known)) {
      told.add(room.id);
      void notify(room, outcome);
      badge(told.size);
    }
  };
  look();
  return subscribe(look);
}

async function notify(room: RoomSnapshot, outcome: Outcome): Promise<void> {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const title = getState().engine?.library.find(({ id }) => id === room.id)?.title ?? '';
  const { hash } = new URL(room.link);
  const options: NotificationOptions = {
    body: shown(title) || unnamedShare(),
    tag: tag(room.id),
    icon: '/icons/192.png',
    badge: '/icons/badge.png',
    data: `/r${hash}`,
  };
  try {
    const worker = await pagesWorker();
    // Android shows them from a worker only; elsewhere the page will do.
    if (worker) await worker.showNotification(outcomeTitle(outcome), options);
    else
      new Notification(outcomeTitle(outcome), options).onclick = () => {
        window.focus();
      };
  } catch {
    // Refused by the system: title and icon tell it all the same.
  }
}

/** Not in every browser: Safari on iOS has it in installed apps only, Firefox behind a setting. */
type Notifying = Partial<Pick<ServiceWorkerRegistration, 'getNotifications'>>;

/** Seen: nothing of it needs to stand anywhere any more. */
async function takeBack(): Promise<void> {
  badge(0);
  try {
    const worker: Notifying | undefined = await pagesWorker();
    for (const shownOne of (await worker?.getNotifications?.()) ?? [])
      if (shownOne.tag.startsWith('shoal-room-')) shownOne.close();
  } catch {
    // They stand until the person wipes them away.
  }
}

/** Installed apps only, where the system has it; elsewhere it does nothing. */
function badge(count: number): void {
  const app = navigator as Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>;
  const done = count > 0 ? app.setAppBadge?.(count) : app.clearAppBadge?.();
  done?.catch(() => undefined); // not installed, or not allowed
}
