/**
 * The app's handle in the page: keeps the host's latest snapshot where React can read it synchronously, and does the few things that take a
 * page: pickers in the person's gesture, saving, asking for persistent storage. Decides nothing about rooms; the host does.
 */
import { ShoalError } from '../base/errors';
import type { RoomId, ShareId } from '../base/ids';
import type { SaveTicket } from '../content/ticket';
import type { FileEntry, PickedFile, RoomChoice, RoomSnapshot, RoomStats, Shoal, ShoalSnapshot } from './api';
import { Carrier, type Carried } from './carry';
import { diagnosticsOf, statsOf } from './diagnostics';
import type { HostListener, ShoalHost } from './host-api';
import { asShoalError } from './mirror-messages';
import { reuse } from './reuse';

/** Writes files out of the store. Rejects with ShoalError: 'save-failed', 'save-cancelled', 'chunk-damaged'. */
export interface Saver {
  /** Through the browser's own download. */
  save(ticketId: string, name: string): Promise<void>;
  saveToFolder(ticket: SaveTicket, directory: FileSystemDirectoryHandle): Promise<void>;
}

export interface PageServices {
  /** Brings the host up and has it report to `listener`; rejects with ShoalError when rooms cannot run here. */
  readonly connect: (listener: HostListener) => Promise<ShoalHost>;
  readonly saver: Saver;
  /** Opens the folder picker; must be called in the person's gesture. undefined where the platform has none. */
  readonly pickDirectory: (() => Promise<FileSystemDirectoryHandle>) | undefined;
  /** Asks that storage be kept; some browsers ask the person, so only in a gesture. Never rejects. */
  readonly persist: () => Promise<void>;
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
  private snapshot = startingSnapshot;
  private events: readonly string[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly host: Promise<ShoalHost>;
  private readonly carrier = new Carrier();
  private readonly fileLists = new Map<
    string,
    { readonly version: number; readonly files: Promise<readonly FileEntry[]> }
  >();

  constructor(private readonly services: PageServices) {
    this.canSaveToFolder = services.pickDirectory !== undefined;
    this.host = services.connect((snapshot, events) => {
      this.events = [...this.events, ...events].slice(-keptEvents);
      this.show(snapshot);
    });
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

  create(
    files: readonly PickedFile[] | null,
    options?: { readonly othersMayAdd?: boolean },
  ): Promise<RoomId> {
    this.askToPersist();
    return this.ask(async (host) => host.create(files && (await this.carry(host, files)), options));
  }

  open(link: string): Promise<RoomId> {
    return this.ask((host) => host.open(link));
  }

  resumeAll(): Promise<void> {
    return this.ask((host) => host.resumeAll());
  }

  add(room: RoomId, files: readonly PickedFile[]): Promise<void> {
    return this.ask(async (host) => host.add(room, await this.carry(host, files)));
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

  download(room: RoomId, choices: readonly RoomChoice[], options: { readonly save: boolean }): Promise<void> {
    this.askToPersist();
    return this.ask((host) => host.download(room, choices, options));
  }

  save(room: RoomId, choices: readonly RoomChoice[]): Promise<void> {
    return this.saving(room, async (host) => {
      const ticket = await host.ticket(room, choices);
      await this.services.saver.save(ticket.id, ticket.name);
    });
  }

  saveToFolder(room: RoomId, choices: readonly RoomChoice[]): Promise<void> {
    const { pickDirectory, saver } = this.services;
    if (!pickDirectory) return Promise.reject(new ShoalError('save-failed', 'no folder picker'));
    // First of all: the picker opens only while the person's gesture is fresh (pitfalls 5.2).
    const picking = pick(pickDirectory);
    picking.catch(() => undefined); // met below, unless the host fails first
    return this.saving(room, async (host) => {
      const directory = await picking;
      await saver.saveToFolder(await host.ticket(room, choices), directory);
    });
  }

  reattach(room: RoomId, share: ShareId, files: readonly PickedFile[]): Promise<void> {
    return this.ask(async (host) => host.reattach(room, share, await this.carry(host, files)));
  }

  setOthersMayAdd(room: RoomId, allowed: boolean): Promise<void> {
    return this.ask((host) => host.setOthersMayAdd(room, allowed));
  }

  stop(room: RoomId): Promise<void> {
    return this.ask((host) => host.stop(room));
  }

  resume(room: RoomId): Promise<void> {
    return this.ask((host) => host.resume(room));
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

  private saving(room: RoomId, write: (host: ShoalHost) => Promise<void>): Promise<void> {
    const pending = this.room(room)?.savePending === true;
    return this.ask(async (host) => {
      await write(host);
      if (pending) await host.saved(room);
    });
  }

  private room(id: RoomId): RoomSnapshot | undefined {
    return this.snapshot.rooms.find((room) => room.id === id);
  }

  private show(next: ShoalSnapshot): void {
    const snapshot = reuse(this.snapshot, next);
    if (snapshot === this.snapshot) return;
    this.snapshot = snapshot;
    this.forgetFileLists();
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

  private askToPersist(): void {
    void this.services.persist().then(() => this.ask((host) => host.refreshStorage()).catch(() => undefined));
  }
}

const listKey = (room: RoomId, share: ShareId): string => `${room}/${share}`;

async function pick(
  pickDirectory: () => Promise<FileSystemDirectoryHandle>,
): Promise<FileSystemDirectoryHandle> {
  try {
    return await pickDirectory();
  } catch (error) {
    const cancelled = error instanceof DOMException && error.name === 'AbortError';
    throw new ShoalError(cancelled ? 'save-cancelled' : 'save-failed', 'folder picker', { cause: error });
  }
}
