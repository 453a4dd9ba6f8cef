/** The app's only door to the library: the composition root of the page and the types of what it hands out. */
import { createDirectCouriers } from './adapters/browser/courier';
import { askToRead } from './adapters/browser/file-handles';
import { serveConnections } from './adapters/browser/lazy-connections';
import { watchPageLife } from './adapters/browser/page-life';
import { createWakeLock } from './adapters/browser/wake-lock';
import type { ShoalErrorCode } from './base/errors';
import { startWorkerHost, type CreateWorker } from './engine-worker';
import { keepSavesRunning } from './adapters/browser/keep-saving';
import { createChosenFolders, createPageSaver, openPageStage } from './page-saver';
import type { Shoal } from './room/api';
import type { HostListener, ShoalHost } from './room/host-api';
import { createShoalFacade } from './room/shoal';
import { version } from './version';

export type {
  ChunkMap,
  ChunkMapWish,
  FileEntry,
  OptionsChange,
  PeerSnapshot,
  PickedFile,
  CreateOptions,
  RoomChoice,
  RoomOptions,
  RoomSnapshot,
  RoomState,
  RoomStats,
  ShareSnapshot,
  Shoal,
  ShoalSnapshot,
  StateDetail,
  StoredRoom,
  Viewing,
} from './room/api';
export type { ExistingAnswer, ExistingFile, KeptHandle } from './ports';
export { ShoalError, type ShoalErrorCode } from './base/errors';
export type { PeerId, RoomId, ShareId } from './base/ids';
export type { EndingReason } from './wire/ending';
export type { Display } from './content/displays';
export type { ChunkStrip } from './core/transfer/chunk-map';
export type { Closing, ClosingState } from './core/transfer/safe-to-close';

export { summaryOf, waitingChecks } from './room/checks';
export type { Check, CheckId, CheckState, Finding, Summary } from './room/checks';
export type { Diagnosis } from './room/diagnosis';

export type { Incoming, Marks, Nearby, NearbyPerson, NearbySnapshot, Outgoing } from './room/nearby-api';
export type { NeighbourId } from './base/ids';

export { encodeLinkKey, parseLink } from './content/link';

/** Being found by people of the same network, and finding them. */
export const loadNearby = () => import('./page-nearby');

/** Finding out why nothing connects. To be loaded ahead: the server may be away when it is needed. */
export const loadDiagnosis = () => import('./page-diagnosis');

/** What the TypeScript types take for granted and a browser may lack. */
type Platform = Partial<
  Pick<
    typeof globalThis,
    'RTCPeerConnection' | 'RTCDataChannel' | 'indexedDB' | 'Worker' | 'BroadcastChannel' | 'structuredClone'
  >
> & {
  readonly crypto?: Partial<Crypto>;
  readonly navigator?: Partial<Pick<Navigator, 'locks' | 'storage'>>;
};

/**
 * What keeps Shoal from running here at all, null when nothing known does. Call it in the browser, after mount. Ed25519 has no flag to look
 * at: a browser without it fails when starting, with 'browser-unsupported' in the snapshot.
 */
export function isSupported(): ShoalErrorCode | null {
  if (!globalThis.isSecureContext) return 'insecure-context';
  const platform: Platform = globalThis;
  if (!hasStorage(platform)) return 'storage-unavailable';
  const needed: unknown[] = [
    platform.RTCPeerConnection,
    platform.RTCDataChannel,
    platform.Worker,
    platform.BroadcastChannel,
    platform.structuredClone,
    platform.crypto?.subtle,
    platform.navigator?.locks,
    platform.navigator?.storage,
  ];
  return needed.every((part) => part !== undefined) ? null : 'browser-unsupported';
}

/** A browser that refuses site data has no `indexedDB`, or throws when it is looked at. */
function hasStorage(platform: Platform): boolean {
  try {
    return platform.indexedDB !== undefined;
  } catch {
    return false;
  }
}

/**
 * Starts everything; one a page, kept by the module that calls it, never by a component. On a server it stays 'starting'. `createWorker` makes
 * a worker of lib/worker.ts.
 */
export function createShoal(createWorker: CreateWorker): Shoal {
  const onServer = typeof window === 'undefined';
  let host: ShoalHost | undefined;
  const shoal = createShoalFacade({
    connect: async (listener, silence) => {
      if (onServer) return new Promise(() => undefined);
      host = await connect(createWorker, listener, silence);
      return host;
    },
    saver: createPageSaver(),
    openStage: !onServer && 'serviceWorker' in navigator ? openPageStage : undefined,
    pickDirectory: folderPicker(),
    pickFile: filePicker(),
    folders: createChosenFolders(),
    askToRead,
    persist: () => navigator.storage.persist().catch(() => false),
    version,
    userAgent: onServer ? '' : navigator.userAgent,
  });
  if (onServer) return shoal;

  watchPageLife({
    leaving: () => void host?.goodbye(),
    returned: () => {
      location.reload(); // nothing is lost by it: what is stored resumes
    },
  });
  keepSavesRunning();
  const wakeLock = createWakeLock();
  shoal.subscribe(() => {
    const { rooms } = shoal.getSnapshot();
    wakeLock.want(rooms.some(({ state }) => state === 'transferring' || state === 'hashing'));
  });
  return shoal;
}

/** In a worker where channels can be moved there and it comes up; else in the page. */
async function connect(
  createWorker: CreateWorker,
  listener: HostListener,
  silence: (silent: boolean) => void,
): Promise<ShoalHost> {
  const { origin } = location;
  try {
    return await startWorkerHost(createWorker, origin, listener, silence);
  } catch {
    // Falls through to the page, which either works or tells why not.
  }
  const { startEngine } = await import('./engine-host');
  const couriers = createDirectCouriers();
  serveConnections(couriers.page);
  const host = startEngine({ origin, courier: couriers.channels });
  await host.listen(listener);
  return host;
}

/** File System Access, Chromium only. The id has the browser remember the place. */
interface PickerWindow {
  showDirectoryPicker?(options: {
    readonly id: string;
    readonly mode: 'readwrite';
    readonly startIn: 'downloads';
  }): Promise<FileSystemDirectoryHandle>;
  showSaveFilePicker?(options: {
    readonly id: string;
    readonly suggestedName: string;
    readonly startIn: 'downloads';
  }): Promise<FileSystemFileHandle>;
}

const pickers = (): PickerWindow => globalThis as unknown as PickerWindow;

const folderPicker = (): (() => Promise<FileSystemDirectoryHandle>) | undefined => {
  const open = pickers().showDirectoryPicker?.bind(globalThis);
  return open && (() => open({ id: 'shoal', mode: 'readwrite', startIn: 'downloads' }));
};

const filePicker = (): ((name: string) => Promise<FileSystemFileHandle>) | undefined => {
  const open = pickers().showSaveFilePicker?.bind(globalThis);
  return open && ((suggestedName) => open({ id: 'shoal', suggestedName, startIn: 'downloads' }));
};
