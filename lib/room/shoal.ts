/**
 * The app's handle in the page: keeps the host's latest snapshot where React can read it synchronously, and does the few things that take a
 * page: pickers in the person's gesture, saving, asking for persistent storage. Decides nothing about rooms; the host does.
 */
import { ShoalError } from '../base/errors';
import type { RoomId, ShareId } from '../base/ids';
import { displayTypeOf } from '../content/displays';
import { safeName } from '../content/names';
import type { SaveTicket } from '../content/ticket';
import type { FolderOptions, KeptHandle, WriteOptions } from '../ports';
import type {
  ChunkMap,
  ChunkMapWish,
  CreateOptions,
  DownloadOptions,
  FileEntry,
  OptionsChange,
  PickedFile,
  RoomChoice,
  RoomSnapshot,
  RoomStats,
  Shoal,
  ShoalSnapshot,
  Viewing,
} from './api';
import { Carrier, type Carried } from './carry';
import { diagnosticsOf, statsOf } from './diagnostics';
import type { HostListener, ShoalHost } from './host-api';
import { asShoalError } from './mirror-messages';
import { reuse } from './reuse';

/** Writes files out of the store. Rejects with ShoalError; a damaged chunk is told with `share` and `chunk` beside the code. */
export interface Saver {
  /** Fetches what saving needs from the server, which may be away when there is something to save. Idempotent; never rejects. */
  prepare(): Promise<void>;
  /** Through the browser's own download. */
  save(ticketId: string, name: string): Promise<void>;
  /** True when an earlier download of the same files has been followed to its end; false: there is none. */
  follow(ticket: SaveTicket): Promise<boolean>;
  saveToFolder(
    ticket: SaveTicket,
    directory: FileSystemDirectoryHandle,
    options: FolderOptions,
  ): Promise<void>;
  saveToFile(ticket: SaveTicket, file: FileSystemFileHandle, options: WriteOptions): Promise<void>;
}

/** Folders chosen for what is saved when complete, by room; kept over reloads. */
export interface ChosenFolders {
  get(room: RoomId): Promise<FileSystemDirectoryHandle | undefined>;
  keep(room: RoomId, folder: FileSystemDirectoryHandle): Promise<void>;
  forget(room: RoomId): Promise<void>;
}

/** Where a player finds what a stored ticket names. */
export interface Stage {
  readonly stage: string;
  readonly source: string;
  readonly close: () => void;
}

export interface PageServices {
  /**
   * Brings the host up and has it report to `listener`, and tells `silence` when it stops answering, and when it answers again; rejects with
   * ShoalError when rooms cannot run here.
   */
  readonly connect: (listener: HostListener, silence: (silent: boolean) => void) => Promise<ShoalHost>;
  readonly saver: Saver;
  /** Has the service worker ready for this ticket. Rejects with 'watch-failed'. undefined where the platform has none. */
  readonly openStage: ((ticketId: string, name: string) => Promise<Stage>) | undefined;
  /** Opens the folder picker; must be called in the person's gesture. undefined where the platform has none. */
  readonly pickDirectory: (() => Promise<FileSystemDirectoryHandle>) | undefined;
  /** The same for a file to save as, with a name proposed. */
  readonly pickFile: ((name: string) => Promise<FileSystemFileHandle>) | undefined;
  readonly folders: ChosenFolders;
  /** Asks the person to let a kept handle be read, where that is not allowed yet. Call in a gesture. Never rejects. */
  readonly askToRead: (handle: unknown) => Promise<boolean>;
  /** Asks that storage be kept and answers whether that holds; some browsers ask the person, so only in a gesture. Never rejects. */
  readonly persist: () => Promise<boolean>;
  readonly version: string;
  readonly userAgent: string;
}

const startingSnapshot: ShoalSnapshot = {
  phase: 'starting',
  error: null,
  rooms: [],
  library: [],
  storage: null,
};

/** As many as the host's own log keeps (lib/adapters/browser/log). */
const keptEvents = 200;

export const createShoalFacade = (services: PageServices): Shoal => new ShoalFacade(services);

class ShoalFacade implements Shoal {
  readonly canSaveToFolder: boolean;
  readonly canWatch: boolean;
  readonly canSaveAs: boolean;
  private snapshot = startingSnapshot;
  private events: readonly string[] = [];
  private savingPrepared = false;
  private readonly listeners = new Set<() => void>();
  private readonly host: Promise<ShoalHost>;
  private readonly carrier = new Carrier();
  private readonly fileLists = new Map<
    string,
    { readonly version: number; readonly files: Promise<readonly FileEntry[]> }
  >();

  constructor(private readonly services: PageServices) {
    this.canSaveToFolder = services.pickDirectory !== undefined;
    this.canWatch = services.openStage !== undefined;
    this.canSaveAs = services.pickFile !== undefined;
    this.host = services.connect(
      (snapshot, events) => {
        this.events = [...this.events, ...events].slice(-keptEvents);
        this.show(snapshot);
      },
      (silent) => {
        this.show({ ...this.snapshot, error: silent ? 'engine-silent' : null });
      },
    );
    this.host.catch((error: unknown) => {
      this.show({ ...this.snapshot, phase: 'failed', error: asShoalError(error).code });
    });
  }

  readonly subscribe = (onChange: () => void): (() => void) => {
    // A wrapper, so that one function subscribed twice is two subscriptions.
    const listener = (): void => {
      onChange();
    };
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getSnapshot = (): ShoalSnapshot => this.snapshot;

  create(files: readonly PickedFile[] | null, options?: CreateOptions): Promise<RoomId> {
    this.askToPersist();
    return this.ask(async (host) => host.create(files && (await this.carry(host, files)), options));
  }

  open(link: string, passphrase?: string): Promise<RoomId> {
    return this.ask((host) => host.open(link, passphrase));
  }

  resumeAll(): Promise<void> {
    return this.ask((host) => host.resumeAll());
  }

  add(room: RoomId, files: readonly PickedFile[], handles?: readonly KeptHandle[]): Promise<void> {
    return this.ask(async (host) => host.add(room, await this.carry(host, files), handles));
  }

  files(room: RoomId, share: ShareId): Promise<readonly FileEntry[]> {
    const version = this.room(room)?.shares.find(({ id }) => id === share)?.filesVersion;
    const ask = (): Promise<readonly FileEntry[]> => this.ask((host) => host.files(room, share));
    if (version === undefined) return ask();
    const key = listKey(room, share);
    const known = this.fileLists.get(key);
    if (known?.version === version) return known.files;
    const files = ask();
    this.fileLists.set(key, { version, files });
    files.catch(() => {
      if (this.fileLists.get(key)?.files === files) this.fileLists.delete(key);
    });
    return files;
  }

  filePercents(room: RoomId, share: ShareId): Promise<Uint8Array<ArrayBuffer>> {
    return this.ask((host) => host.filePercents(room, share));
  }

  fileBytes(
    room: RoomId,
    share: ShareId,
    file: number,
    maxBytes: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.ask((host) => host.fileBytes(room, share, file, maxBytes));
  }

  download(room: RoomId, choices: readonly RoomChoice[], options: DownloadOptions): Promise<void> {
    this.askToPersist();
    return this.ask(async (host) => {
      // The latest word counts: a folder chosen for an earlier download is not where this one goes.
      if (this.canSaveToFolder) await this.services.folders.forget(room).catch(() => undefined);
      await host.download(room, choices, options);
    });
  }

  downloadToFolder(room: RoomId, choices: readonly RoomChoice[], anyway = false): Promise<string> {
    const picking = this.pick(this.services.pickDirectory);
    this.askToPersist();
    return this.ask(async (host) => {
      const folder = await picking;
      await this.services.folders.keep(room, folder);
      await host.download(room, choices, { save: true, anyway });
      return folder.name;
    });
  }

  saveWhenComplete(
    room: RoomId,
    choices: readonly RoomChoice[],
    { gesture, into, ...options }: Parameters<Shoal['saveWhenComplete']>[2],
  ): Promise<void> {
    const { folders, saver } = this.services;
    return this.saving(room, choices, async (host) => {
      const folder = this.canSaveToFolder ? await folders.get(room) : undefined;
      if (folder) {
        into?.(folder.name);
        await allow(folder, gesture);
        await saver.saveToFolder(await host.ticket(room, choices), folder, options);
        await folders.forget(room);
        return;
      }
      const ticket = await host.ticket(room, choices);
      if (!(await saver.follow(ticket))) await saver.save(ticket.id, ticket.name);
    });
  }

  retry(room: RoomId): Promise<void> {
    return this.ask((host) => host.retry(room));
  }

  keepCopy(room: RoomId, share: ShareId): Promise<void> {
    this.askToPersist();
    return this.ask((host) => host.keepCopy(room, share));
  }

  allowFiles(room: RoomId, share: ShareId): Promise<void> {
    return this.ask(async (host) => {
      // One message to the worker and back: the gesture is still fresh (five seconds in Chromium).
      const handles = await host.handles(room, share);
      for (const { handle } of handles)
        if (!(await this.services.askToRead(handle))) throw new ShoalError('files-needed', 'refused');
      await host.reopen(room, share);
    });
  }

  save(room: RoomId, choices: readonly RoomChoice[]): Promise<void> {
    return this.saving(room, choices, async (host) => {
      const ticket = await host.ticket(room, choices);
      await this.services.saver.save(ticket.id, ticket.name);
    });
  }

  saveToFolder(room: RoomId, choices: readonly RoomChoice[], options: FolderOptions): Promise<void> {
    const picking = this.pick(this.services.pickDirectory);
    return this.saving(room, choices, async (host) => {
      const directory = await picking;
      await this.services.saver.saveToFolder(await host.ticket(room, choices), directory, options);
    });
  }

  saveAs(
    room: RoomId,
    choices: readonly RoomChoice[],
    { name, ...options }: WriteOptions & { readonly name: string },
  ): Promise<void> {
    const { pickFile, saver } = this.services;
    const picking = this.pick(pickFile && (() => pickFile(safeName(name))));
    return this.saving(room, choices, async (host) => {
      const file = await picking;
      await saver.saveToFile(await host.ticket(room, choices), file, options);
    });
  }

  reattach(
    room: RoomId,
    share: ShareId,
    files: readonly PickedFile[],
    handles?: readonly KeptHandle[],
  ): Promise<void> {
    return this.ask(async (host) => host.reattach(room, share, await this.carry(host, files), handles));
  }

  watch(room: RoomId, share: ShareId, file: number): Promise<Viewing> {
    const { openStage } = this.services;
    if (!openStage) return Promise.reject(new ShoalError('watch-failed', 'no service worker'));
    this.askToPersist();
    return this.ask(async (host) => {
      const { id, name, entries } = await host.watch(room, share, file);
      // The room may be gone by then, and its tickets with it.
      const end = (): void => void host.unwatch(room, id).catch(() => undefined);
      try {
        const shown = displayTypeOf(entries[0].path, entries[0].bytes);
        if (!shown) throw new ShoalError('watch-failed', 'kind');
        const { stage, source, close } = await openStage(id, name);
        let open = true;
        const closeOnce = (): void => {
          if (!open) return;
          open = false;
          close();
          end();
        };
        return { display: shown.display, stage, source, close: closeOnce };
      } catch (error) {
        end();
        throw error;
      }
    });
  }

  chunkMap(room: RoomId, wish: ChunkMapWish): Promise<ChunkMap> {
    return this.ask((host) => host.chunkMap(room, wish));
  }

  setOthersMayAdd(room: RoomId, allowed: boolean): Promise<void> {
    return this.ask((host) => host.setOthersMayAdd(room, allowed));
  }

  setOptions(room: RoomId, change: OptionsChange): Promise<void> {
    return this.ask((host) => host.setOptions(room, change));
  }

  setPassphrase(room: RoomId, passphrase: string | null): Promise<RoomId> {
    return this.ask((host) => host.setPassphrase(room, passphrase));
  }

  stop(room: RoomId): Promise<void> {
    return this.ask((host) => host.stop(room));
  }

  resume(room: RoomId): Promise<void> {
    return this.ask((host) => host.resume(room));
  }

  async persist(): Promise<boolean> {
    const kept = await this.services.persist();
    await this.ask((host) => host.refreshStorage()).catch(() => undefined); // the next change reads it again
    return kept;
  }

  remove(room: RoomId): Promise<void> {
    return this.ask((host) => host.remove(room));
  }

  stats(room: RoomId): RoomStats | undefined {
    const known = this.room(room);
    return known && statsOf(known);
  }

  diagnostics(room: RoomId): string {
    const { version, userAgent } = this.services;
    const { snapshot, events } = this;
    return diagnosticsOf(this.room(room), { version, userAgent, snapshot, events });
  }

  private carry(host: ShoalHost, files: readonly PickedFile[]): Promise<Carried> {
    return this.carrier.carry(files, (name, slice) => host.carry(name, slice));
  }

  private async ask<Answer>(run: (host: ShoalHost) => Promise<Answer>): Promise<Answer> {
    try {
      return await run(await this.host);
    } catch (error) {
      throw asShoalError(error);
    }
  }

  private saving(
    room: RoomId,
    choices: readonly RoomChoice[],
    write: (host: ShoalHost) => Promise<void>,
  ): Promise<void> {
    const pending = this.room(room)?.savePending === true;
    return this.ask(async (host) => {
      try {
        await write(host);
      } catch (error) {
        // What is damaged is found, fetched again and then saved; the person is told meanwhile.
        if (asShoalError(error).code === 'chunk-damaged') await host.repair(room, choices);
        throw error;
      }
      if (pending) await host.saved(room);
    });
  }

  /** First of all in a command: the picker opens only while the person's gesture is fresh (pitfalls 5.2). */
  private pick<Handle>(open: (() => Promise<Handle>) | undefined): Promise<Handle> {
    const picking = open ? picked(open) : Promise.reject(new ShoalError('save-failed', 'no picker'));
    picking.catch(() => undefined); // met by who awaits it, unless the host fails first
    return picking;
  }

  private room(id: RoomId): RoomSnapshot | undefined {
    return this.snapshot.rooms.find((room) => room.id === id);
  }

  private show(next: ShoalSnapshot): void {
    const snapshot = reuse(this.snapshot, next);
    if (snapshot === this.snapshot) return;
    this.snapshot = snapshot;
    this.forgetFileLists();
    this.prepareSaving();
    for (const listener of [...this.listeners]) listener();
  }

  /** A list may hold 100,000 entries: it goes with its share. */
  private forgetFileLists(): void {
    if (this.fileLists.size === 0) return;
    const shown = new Set(
      this.snapshot.rooms.flatMap((room) => room.shares.map((share) => listKey(room.id, share.id))),
    );
    for (const key of this.fileLists.keys()) if (!shown.has(key)) this.fileLists.delete(key);
  }

  /** As soon as somebody's files are wanted, or own ones are stored, in this visit or an earlier one: the server may be away when they are saved. */
  private prepareSaving(): void {
    const awaited = this.snapshot.rooms.some(({ shares }) =>
      shares.some(({ publisher, chosen, preparedBytes, chunksHave }) =>
        publisher === 'self' ? preparedBytes === null && chunksHave > 0 : chosen !== null,
      ),
    );
    if (!awaited || this.savingPrepared) return;
    this.savingPrepared = true;
    void this.services.saver.prepare();
  }

  private askToPersist(): void {
    void this.persist();
  }
}

const listKey = (room: RoomId, share: ShareId): string => `${room}/${share}`;

async function picked<Handle>(open: () => Promise<Handle>): Promise<Handle> {
  try {
    return await open();
  } catch (error) {
    // Closing the picker, or answering no to the browser's question after it, is the person's wish.
    const cancelled =
      error instanceof DOMException && (error.name === 'AbortError' || error.name === 'NotAllowedError');
    throw new ShoalError(cancelled ? 'save-cancelled' : 'save-failed', 'picker', { cause: error });
  }
}

interface PermittedHandle extends FileSystemDirectoryHandle {
  /** WICG File System Access; Chromium only, as the pickers are. */
  queryPermission?(mode: { readonly mode: 'readwrite' }): Promise<PermissionState>;
  requestPermission?(mode: { readonly mode: 'readwrite' }): Promise<PermissionState>;
}

/** A handle kept over a reload may have lost its permission; only a gesture may ask for it. */
async function allow(folder: PermittedHandle, gesture: boolean): Promise<void> {
  const mode = { mode: 'readwrite' } as const;
  let state = (await folder.queryPermission?.(mode)) ?? 'granted';
  if (state === 'prompt' && gesture) state = (await folder.requestPermission?.(mode)) ?? 'granted';
  if (state !== 'granted') throw new ShoalError('save-permission', state);
}
