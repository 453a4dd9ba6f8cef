/**
 * Everything behind the app's handle, in one place that needs no page: the open rooms, the library, the snapshot of it all and the commands.
 * Runs in the worker, or in the page where there is none (lib/engine-host.ts). Design §5. Leaves out what takes a page: pickers, saving,
 * asking for persistent storage (room/shoal), and what a room does inside (room/room).
 */
import { ShoalError, type ShoalErrorCode } from '../base/errors';
import type { RoomId, ShareId } from '../base/ids';
import { encodeLinkKey, parseLink } from '../content/link';
import type { SaveTicket, WatchTicket } from '../content/ticket';
import type { Bytes, ChunkStore, KeptHandle } from '../ports';
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
  ShoalSnapshot,
} from './api';
import { CarriedFiles, type Carried } from './carry';
import type { RoomController, RoomFactory, RoomRecord } from './controller';
import type { RoomSecret } from './keys';
import type { HostListener, ShoalHost } from './host-api';
import { Library } from './library';
import { SharedRoom, type SharedRoomHooks } from './mirror';
import { endRoom } from './mirror-end';
import { asShoalError } from './mirror-messages';
import { Reporter, type EventLog, type RoomInView } from './report';
import { placeholderSnapshot, stoppedSnapshot } from './snapshots';
import type { TabEnvironment } from './tabs';

export interface HostOptions extends TabEnvironment {
  readonly factory: RoomFactory;
  readonly chunks: Pick<ChunkStore, 'estimate'>;
  readonly persisted: () => Promise<boolean>;
  readonly origin: string;
  readonly log: EventLog;
  /** Rejects with a ShoalError when the platform cannot run rooms at all. */
  readonly check?: () => Promise<void>;
  /** After the last room closed on goodbye: what rooms shared may go. */
  readonly left?: () => void;
}

/** What opens a room: its link's key, and where that needs a passphrase, what it made of the secret. */
type OpeningKey = Pick<RoomRecord, 'linkKey'> & { readonly secret?: RoomSecret | undefined };

/** Guess: how far behind the library and the quota may be while a transfer writes. */
const libraryEveryMs = 2000;

export const createHost = (options: HostOptions): ShoalHost => new Host(options);

/** Resolves when it is over, well or not. */
const whenOver = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );

class Host implements ShoalHost {
  private readonly rooms = new Map<RoomId, RoomInView>();
  private readonly turns = new Map<RoomId, Promise<void>>();
  private readonly carried = new CarriedFiles();
  private readonly library: Library;
  private readonly reporter: Reporter;
  private readonly started: Promise<void>;
  private phase: ShoalSnapshot['phase'] = 'starting';
  private error: ShoalErrorCode | null = null;
  private cancelLibraryTimer: (() => void) | undefined;
  private leaving = false;
  /** Rooms being made; none rejects. */
  private readonly creations = new Set<Promise<void>>();

  constructor(private readonly options: HostOptions) {
    this.reporter = new Reporter(
      options.clock,
      options.log,
      () => ({
        phase: this.phase,
        error: this.error,
        library: this.library.rooms,
        storage: this.library.storage,
      }),
      () => this.rooms.values(),
    );
    this.library = new Library({
      ...options,
      changed: () => {
        this.reporter.mark(false);
      },
      spaceMade: () => {
        for (const { room } of this.rooms.values()) room?.spaceMade();
      },
    });
    this.started = this.start();
    this.started.catch(() => undefined); // each command meets it; the snapshot shows it
  }

  listen(listener: HostListener): Promise<void> {
    this.reporter.listen(listener);
    return Promise.resolve();
  }

  carry(name: number, slice: readonly PickedFile[]): Promise<void> {
    this.carried.take(name, slice);
    return Promise.resolve();
  }

  create(given: Carried | null, options?: CreateOptions): Promise<RoomId> {
    return this.shownCommand(() => {
      const making = this.make(given, options);
      const ended = whenOver(making);
      this.creations.add(ended);
      void ended.then(() => this.creations.delete(ended));
      return making;
    });
  }

  private async make(given: Carried | null, options: CreateOptions | undefined): Promise<RoomId> {
    const files = given && this.carried.of(given);
    if (files?.length === 0) throw new ShoalError('nothing-to-share');
    const made: { room?: SharedRoom } = {};
    const real = await this.options.factory.create(
      files,
      {
        origin: this.options.origin,
        othersMayAdd: options?.othersMayAdd ?? true,
        handles: options?.handles ?? [],
        passphrase: options?.passphrase,
        endsAt: options?.endsAt ?? null,
        downloads: options?.downloads ?? null,
      },
      (urgent) => made.room?.realChanged(urgent),
    );
    const linkKey = real.snapshot().link.split('#')[1] ?? '';
    const secret = await this.options.factory.unlock(linkKey);
    made.room = await SharedRoom.adopt(
      real,
      files ?? [],
      this.hooks({ linkKey, secret }, real.snapshot()),
      this.options,
    );
    return this.show(made.room);
  }

  open(link: string, passphrase?: string): Promise<RoomId> {
    return this.shownCommand(async () => {
      const parsed = parseLink(link);
      if (!parsed.ok) throw new ShoalError(parsed.error);
      const linkKey = encodeLinkKey(parsed.value);
      return this.openKey({ linkKey, secret: await this.options.factory.unlock(linkKey, passphrase) });
    });
  }

  /** One room that does not open keeps no other from opening; it stays in the library. */
  resumeAll(): Promise<void> {
    return this.shownCommand(async () => {
      await this.library.refresh();
      for (const { id, stopped } of this.library.rooms) {
        if (stopped) continue;
        try {
          await this.inTurn(id, () => this.openStored(id));
        } catch (error) {
          this.options.log.write('resume-failed', { code: asShoalError(error).code });
        }
      }
    });
  }

  /** In the room's turn: stopped or removed meanwhile it stays so, and is not opened anew as a stranger's. */
  private async openStored(id: RoomId): Promise<void> {
    const record = await this.library.record(id);
    if (record && !record.stopped && !this.leaving) await this.openRoom(id, record);
  }

  add(id: RoomId, given: Carried, handles?: readonly KeptHandle[]): Promise<void> {
    return this.command(() => {
      const files = this.carried.of(given);
      if (files.length === 0) throw new ShoalError('nothing-to-share');
      return this.inRoom(id, (room) => room.add(files, handles));
    });
  }

  files(id: RoomId, share: ShareId): Promise<readonly FileEntry[]> {
    return this.inRoom(id, (room) => room.files(share));
  }

  filePercents(id: RoomId, share: ShareId): Promise<Bytes> {
    return this.inRoom(id, (room) => room.filePercents(share));
  }

  fileBytes(id: RoomId, share: ShareId, file: number, maxBytes: number): Promise<Bytes | null> {
    return this.inRoom(id, (room) => room.fileBytes(share, file, maxBytes));
  }

  download(id: RoomId, choices: readonly RoomChoice[], options: DownloadOptions): Promise<void> {
    return this.inRoom(id, (room) => room.download(choices, options));
  }

  ticket(id: RoomId, choices: readonly RoomChoice[]): Promise<SaveTicket> {
    return this.inRoom(id, (room) => room.ticket(choices));
  }

  saved(id: RoomId): Promise<void> {
    return this.inRoom(id, (room) => room.saved());
  }

  reattach(id: RoomId, share: ShareId, given: Carried, handles?: readonly KeptHandle[]): Promise<void> {
    return this.command(() => {
      const files = this.carried.of(given);
      return this.inRoom(id, (room) => room.reattach(share, files, handles));
    });
  }

  retry(id: RoomId): Promise<void> {
    return this.inRoom(id, (room) => room.retry());
  }

  keepCopy(id: RoomId, share: ShareId): Promise<void> {
    return this.inRoom(id, (room) => room.keepCopy(share));
  }

  repair(id: RoomId, choices: readonly RoomChoice[]): Promise<void> {
    return this.inRoom(id, (room) => room.repair(choices));
  }

  handles(id: RoomId, share: ShareId): Promise<readonly KeptHandle[]> {
    return this.inRoom(id, (room) => room.handles(share));
  }

  reopen(id: RoomId, share: ShareId): Promise<void> {
    return this.inRoom(id, (room) => room.reopen(share));
  }

  watch(id: RoomId, share: ShareId, file: number): Promise<WatchTicket> {
    return this.inRoom(id, (room) => room.watch(share, file));
  }

  unwatch(id: RoomId, ticket: string): Promise<void> {
    return this.inRoom(id, (room) => room.unwatch(ticket));
  }

  chunkMap(id: RoomId, wish: ChunkMapWish): Promise<ChunkMap> {
    return this.inRoom(id, (room) => room.chunkMap(wish));
  }

  setOthersMayAdd(id: RoomId, allowed: boolean): Promise<void> {
    return this.inRoom(id, (room) => room.setOthersMayAdd(allowed));
  }

  setOptions(id: RoomId, change: OptionsChange): Promise<void> {
    return this.inRoom(id, (room) => room.setOptions(change));
  }

  /** The new one first: should it fail, the old one stands. */
  async setPassphrase(id: RoomId, passphrase: string | null): Promise<RoomId> {
    const { shares, ...options } = await this.inRoom(id, (room) => room.sources());
    const made = await this.create(null, { ...options, passphrase: passphrase ?? undefined });
    try {
      for (const { files, handles } of shares) await this.inRoom(made, (room) => room.add(files, handles));
    } catch (error) {
      await this.remove(made);
      throw error;
    }
    await this.remove(id);
    return made;
  }

  stop(id: RoomId): Promise<void> {
    return this.shownCommand(() => this.inTurn(id, () => this.end(id, 'stop')));
  }

  remove(id: RoomId): Promise<void> {
    return this.shownCommand(() => this.inTurn(id, () => this.end(id, 'remove')));
  }

  resume(id: RoomId): Promise<void> {
    const open = async (): Promise<void> => {
      const record = await this.library.record(id);
      if (!record) throw new ShoalError('room-unknown');
      await this.openRoom(id, record);
    };
    return this.shownCommand(() => this.inTurn(id, open));
  }

  refreshStorage(): Promise<void> {
    return this.command(() => this.library.refresh());
  }

  async goodbye(): Promise<void> {
    this.leaving = true;
    this.reporter.stop();
    this.cancelLibraryTimer?.();
    this.library.close();
    await Promise.allSettled([...this.rooms.values()].map(async ({ room }) => room?.close()));
    this.options.left?.();
  }

  private async start(): Promise<void> {
    try {
      await this.options.check?.();
      await this.library.refresh();
      this.phase = 'ready';
    } catch (error) {
      this.phase = 'failed';
      this.error = asShoalError(error).code;
      throw error;
    } finally {
      this.reporter.mark(true);
    }
  }

  private async command<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    try {
      await this.started;
      if (this.leaving) throw new ShoalError('internal', 'page is leaving');
      return await run();
    } catch (error) {
      throw asShoalError(error);
    }
  }

  /** A command that opens or ends rooms: the listener sees what it did before the caller goes on. */
  private shownCommand<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    return this.command(async () => {
      const answer = await run();
      await this.reporter.flushNow();
      return answer;
    });
  }

  private inRoom<Answer>(id: RoomId, run: (room: RoomController) => Promise<Answer>): Promise<Answer> {
    return this.command(() => {
      const room = this.rooms.get(id)?.room;
      if (!room) throw new ShoalError('room-unknown');
      return run(room);
    });
  }

  private async openKey(key: OpeningKey): Promise<RoomId> {
    const id = await this.options.factory.roomIdOf(key.linkKey, key.secret);
    return this.inTurn(id, () => this.openRoom(id, key));
  }

  /** Opening and ending one room never overlap. */
  private inTurn<Answer>(id: RoomId, run: () => Promise<Answer>): Promise<Answer> {
    const turn = (this.turns.get(id) ?? Promise.resolve()).then(run);
    this.turns.set(id, whenOver(turn));
    return turn;
  }

  private async openRoom(id: RoomId, { linkKey, secret }: OpeningKey): Promise<RoomId> {
    // A room that is being made stands in the library before it is in view: opened from there it would be mirrored by its own tab.
    await Promise.all(this.creations);
    const open = this.rooms.get(id)?.room;
    if (open?.alive) return id;
    await open?.close();
    const record = await this.library.record(id);
    if (record?.stopped) await this.library.setStopped(id, false);
    const known = record ?? {
      id,
      linkKey,
      role: 'guest' as const,
      createdAt: Date.now(),
      ...(secret && { secret }),
    };
    const placeholder = placeholderSnapshot(known, this.options.origin);
    const room = await SharedRoom.open(this.hooks({ linkKey, secret }, placeholder), this.options);
    if (this.leaving) await room.close();
    return this.show(room);
  }

  private hooks({ linkKey, secret }: OpeningKey, placeholder: RoomSnapshot): SharedRoomHooks {
    const { id } = placeholder;
    return {
      id,
      placeholder,
      open: (changed) => this.options.factory.open(linkKey, { origin: this.options.origin, secret }, changed),
      wanted: async () => (await this.library.record(id))?.stopped === false,
      changed: (urgent) => {
        const entry = this.rooms.get(id);
        if (entry) entry.stale = true;
        this.reporter.mark(urgent);
        this.refreshLibrarySoon();
      },
      ended: () => void this.ended(id),
      administration: {
        stop: () => this.stop(id),
        remove: () => this.remove(id),
      },
    };
  }

  private show(room: SharedRoom): RoomId {
    this.rooms.set(room.id, { room, shown: room.snapshot(), stale: true });
    this.reporter.mark(true);
    void this.library.stored();
    return room.id;
  }

  private async end(id: RoomId, command: 'stop' | 'remove'): Promise<void> {
    const entry = this.rooms.get(id);
    if (!entry && !(await this.library.record(id))) throw new ShoalError('room-unknown');
    const settle = (): Promise<void> =>
      command === 'stop' ? this.library.setStopped(id, true) : this.options.factory.erase(id);
    try {
      if (entry?.room) await entry.room.end(command, settle);
      else await endRoom(id, command, settle, this.options);
    } catch (error) {
      if (entry?.room && !entry.room.alive) await this.ended(id); // it closed, but that could not be stored
      throw error;
    }
    await this.ended(id);
  }

  /** A stopped room stays in view as stopped; a removed one goes. Also called when another tab ended it. */
  private async ended(id: RoomId): Promise<void> {
    const entry = this.rooms.get(id);
    const record = await this.library.record(id).catch(() => undefined);
    if (entry && this.rooms.get(id) === entry) {
      if (record) this.rooms.set(id, { room: undefined, shown: stoppedSnapshot(entry.shown), stale: false });
      else this.rooms.delete(id);
      this.reporter.mark(true);
    }
    await this.library.stored();
  }

  /** Room records (title, bytes kept) and the quota move with the rooms; a read every couple of seconds keeps up. */
  private refreshLibrarySoon(): void {
    if (this.cancelLibraryTimer || this.leaving) return;
    const { clock } = this.options;
    this.cancelLibraryTimer = clock.at(clock.now() + libraryEveryMs, () => {
      this.cancelLibraryTimer = undefined;
      void this.library.refresh().catch(() => undefined);
    });
  }
}
