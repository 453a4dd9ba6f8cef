/**
 * One engine per room and profile (design §5): a room as this tab holds it. The tab with the Web Lock `shoal-room-<id>` runs the real room
 * and publishes it; the others show its latest snapshot, hand their commands to it, and queue for the lock, so that when it goes away the
 * next one takes over behind the same interface. Two engines on one store would fight over bitfields and answer peers under one id.
 *
 * Leaves out: wresting the lock from a frozen tab. Holding a lock is what keeps Chromium from freezing it (pitfalls 3.2); where a leader is
 * silent all the same, the person is told ('room-open-elsewhere').
 */
import { ShoalError } from '../base/errors';
import type { RoomId, ShareId } from '../base/ids';
import { loadHandles } from '../driver/share-entry';
import type { Bytes, KeptHandle } from '../ports';
import type {
  ChunkMap,
  ChunkMapWish,
  DownloadOptions,
  FileEntry,
  OptionsChange,
  PickedFile,
  RoomChoice,
  RoomSnapshot,
} from './api';
import type { SaveTicket, WatchTicket } from '../content/ticket';
import type { RoomController, RoomSources } from './controller';
import { LeaderCalls, leaderPatienceMs } from './mirror-calls';
import { endRoom } from './mirror-end';
import { RoomLeader, runCommand, type RoomAdministration } from './mirror-leader';
import {
  asShoalError,
  isEnd,
  mirrorVersion,
  outcomeOf,
  readMirrorMessage,
  roomChannel,
  type MirrorMessage,
  type RoomCommand,
} from './mirror-messages';
import { errorSnapshot } from './snapshots';
import type { BroadcastPort, Release, TabEnvironment } from './tabs';

/** What a shared room needs from its host. */
export interface SharedRoomHooks {
  readonly id: RoomId;
  /** Shown until the leader has spoken. */
  readonly placeholder: RoomSnapshot;
  /** Runs the real room in this tab. */
  open(changed: (urgent: boolean) => void): Promise<RoomController>;
  /** Whether the room is still stored and not stopped: asked before taking over. */
  wanted(): Promise<boolean>;
  changed(urgent: boolean): void;
  /** Another tab stopped or removed the room. */
  ended(): void;
  /** What the leading tab's host does when another tab asks it to. */
  readonly administration: RoomAdministration;
}

type Standing =
  | { readonly as: 'opening' }
  | { readonly as: 'leader'; readonly leader: RoomLeader; readonly release: Release }
  | { readonly as: 'mirror'; readonly snapshot: RoomSnapshot; readonly heard: boolean }
  | { readonly as: 'failed'; readonly snapshot: RoomSnapshot; readonly error: ShoalError }
  | { readonly as: 'closed'; readonly snapshot: RoomSnapshot };

export class SharedRoom implements RoomController {
  readonly id: RoomId;
  private standing: Standing = { as: 'opening' };
  private readonly port: BroadcastPort;
  private readonly calls: LeaderCalls;
  private readonly leaving = new AbortController();
  /** The wait for the lock and, when it comes, the takeover. */
  private waiting: Promise<void> = Promise.resolve();
  private portOpen = true;
  /**
   * Chromium lets files be read for as long as some tab has the handle, and asks again after that: a mirror has them too, so that it can take
   * over without a click.
   */
  private heldHandles: readonly KeptHandle[] = [];
  private sharesSeen = -1;

  private constructor(
    private readonly hooks: SharedRoomHooks,
    private readonly tabs: TabEnvironment,
  ) {
    this.id = hooks.id;
    this.port = tabs.broadcast.open(roomChannel(hooks.id), (data) => {
      const message = readMirrorMessage(data);
      if (message) this.receive(message);
    });
    this.calls = new LeaderCalls(this.post, tabs.clock);
  }

  /** Leads when no other tab does, else mirrors. Rejects when this tab is to lead and the room does not open. */
  static async open(hooks: SharedRoomHooks, tabs: TabEnvironment): Promise<SharedRoom> {
    const release = await tabs.locks.tryAcquire(roomChannel(hooks.id));
    const room = new SharedRoom(hooks, tabs);
    if (!release) {
      room.mirror();
      return room;
    }
    try {
      room.lead(await hooks.open(room.realChanged), release);
      return room;
    } catch (error) {
      room.closePort();
      await release();
      throw error;
    }
  }

  /**
   * Takes in a room that was just made here. Should another tab have seen its record and opened it in the meantime, that tab keeps it and is
   * handed the files.
   */
  static async adopt(
    real: RoomController,
    files: readonly PickedFile[],
    hooks: SharedRoomHooks,
    tabs: TabEnvironment,
  ): Promise<SharedRoom> {
    const release = await tabs.locks.tryAcquire(roomChannel(hooks.id));
    const room = new SharedRoom(hooks, tabs);
    if (release) {
      room.lead(real, release);
      return room;
    }
    const own = real.snapshot().shares.filter((share) => share.publisher === 'self');
    await real.close();
    room.mirror();
    for (const share of own) await room.reattach(share.id, files);
    return room;
  }

  /** Whether commands have somewhere to go; a room that failed or closed must be opened anew. */
  get alive(): boolean {
    return this.standing.as === 'leader' || this.standing.as === 'mirror';
  }

  snapshot(): RoomSnapshot {
    if (this.standing.as === 'opening') return this.hooks.placeholder;
    return this.standing.as === 'leader' ? this.standing.leader.real.snapshot() : this.standing.snapshot;
  }

  async add(files: readonly PickedFile[], handles: readonly KeptHandle[] = []): Promise<void> {
    await this.run({ command: 'add', args: [files, handles] });
  }

  async files(share: ShareId): Promise<readonly FileEntry[]> {
    return (await this.run({ command: 'files', args: [share] })) as readonly FileEntry[];
  }

  async filePercents(share: ShareId): Promise<Bytes> {
    return (await this.run({ command: 'filePercents', args: [share] })) as Bytes;
  }

  async fileBytes(share: ShareId, file: number, maxBytes: number): Promise<Bytes | null> {
    return (await this.run({ command: 'fileBytes', args: [share, file, maxBytes] })) as Bytes | null;
  }

  async download(choices: readonly RoomChoice[], options: DownloadOptions): Promise<void> {
    await this.run({ command: 'download', args: [choices, options] });
  }

  async ticket(choices: readonly RoomChoice[]): Promise<SaveTicket> {
    if (this.standing.as === 'leader') return this.standing.leader.real.ticket(choices);
    return (await this.stored(this.run({ command: 'ticket', args: [choices] }))) as SaveTicket;
  }

  async watch(share: ShareId, file: number): Promise<WatchTicket> {
    if (this.standing.as === 'leader') return this.standing.leader.real.watch(share, file);
    return (await this.stored(this.run({ command: 'watch', args: [share, file] }))) as WatchTicket;
  }

  async unwatch(ticket: string): Promise<void> {
    await this.run({ command: 'unwatch', args: [ticket] });
  }

  async saved(): Promise<void> {
    await this.run({ command: 'saved', args: [] });
  }

  async reattach(
    share: ShareId,
    files: readonly PickedFile[],
    handles: readonly KeptHandle[] = [],
  ): Promise<void> {
    await this.run({ command: 'reattach', args: [share, files, handles] });
  }

  async retry(): Promise<void> {
    await this.run({ command: 'retry', args: [] });
  }

  async keepCopy(share: ShareId): Promise<void> {
    await this.run({ command: 'keepCopy', args: [share] });
  }

  async repair(choices: readonly RoomChoice[]): Promise<void> {
    await this.run({ command: 'repair', args: [choices] });
  }

  async handles(share: ShareId): Promise<readonly KeptHandle[]> {
    return (await this.run({ command: 'handles', args: [share] })) as readonly KeptHandle[];
  }

  async reopen(share: ShareId): Promise<void> {
    await this.run({ command: 'reopen', args: [share] });
  }

  /** Space was made somewhere: what waits for it may go on. Only the leader has anything to write. */
  spaceMade(): void {
    if (this.standing.as === 'leader') void this.standing.leader.real.retry().catch(() => undefined); // told in the snapshot
  }

  async chunkMap(wish: ChunkMapWish): Promise<ChunkMap> {
    return (await this.run({ command: 'chunkMap', args: [wish] })) as ChunkMap;
  }

  async setOthersMayAdd(allowed: boolean): Promise<void> {
    await this.run({ command: 'setOthersMayAdd', args: [allowed] });
  }

  async setOptions(change: OptionsChange): Promise<void> {
    await this.run({ command: 'setOptions', args: [change] });
  }

  async sources(): Promise<RoomSources> {
    return (await this.run({ command: 'sources', args: [] })) as RoomSources;
  }

  /** What the real room reports; public for rooms that were made before they were shared. */
  readonly realChanged = (urgent: boolean): void => {
    if (this.standing.as === 'leader') this.standing.leader.changed(urgent);
    this.hooks.changed(urgent);
  };

  /** Numbers may have moved without a word: other tabs are to see them too. */
  look(): void {
    if (this.standing.as === 'leader') this.standing.leader.changed(false);
  }

  /** Ends the room in all tabs. `settle` (mark stopped, erase) runs after the room closed and before anyone else may open it. */
  async end(command: 'stop' | 'remove', settle: () => Promise<void>): Promise<void> {
    if (this.standing.as === 'mirror') {
      await this.run({ command, args: [] });
      // When this tab took the lead before another could do it, it is still to be done.
      const leads = this.leads();
      if (leads) await this.stepDown(leads, settle);
    } else if (this.standing.as === 'leader') await this.stepDown(this.standing, settle);
    else {
      await this.close();
      await endRoom(this.id, command, settle, this.tabs);
    }
  }

  async close(): Promise<void> {
    if (this.standing.as === 'leader') return this.stepDown(this.standing);
    if (this.standing.as !== 'closed') this.leave();
    await this.waiting;
  }

  private lead(real: RoomController, release: Release): void {
    const leader = new RoomLeader(real, this.hooks.administration, this.post, this.tabs.clock);
    this.standing = { as: 'leader', leader, release };
    leader.announce();
  }

  private mirror(): void {
    this.standing = { as: 'mirror', snapshot: this.hooks.placeholder, heard: false };
    this.post({ v: mirrorVersion, kind: 'ask' });
    const { clock } = this.tabs;
    const cancel = clock.at(clock.now() + leaderPatienceMs, () => {
      if (this.standing.as === 'mirror' && !this.standing.heard) this.showLeaderSilent();
    });
    this.leaving.signal.addEventListener('abort', cancel);
    this.waiting = this.takeOver().catch((error: unknown) => {
      this.fail(asShoalError(error));
      this.hooks.changed(true);
    });
  }

  private async takeOver(): Promise<void> {
    const release = await this.tabs.locks.acquire(roomChannel(this.id), this.leaving.signal);
    if (!release) return;
    const leads = await this.openHere(release).catch((error: unknown) => {
      this.fail(asShoalError(error));
      return false;
    });
    if (!leads) await release();
    this.hooks.changed(true);
  }

  /** False when nobody is to run the room here after all. */
  private async openHere(release: Release): Promise<boolean> {
    if (!(await this.hooks.wanted())) {
      this.leaveEnded();
      return false;
    }
    const real = await this.hooks.open(this.realChanged);
    if (this.leaving.signal.aborted) {
      await real.close();
      return false;
    }
    this.lead(real, release);
    // An end goes on in `end`: by way of the host it would wait for the very turn that waits for it.
    this.calls.runHere((call) =>
      isEnd(call)
        ? Promise.resolve({ ok: true, value: undefined })
        : outcomeOf(() => runCommand(real, this.hooks.administration, call)),
    );
    return true;
  }

  private leads(): Extract<Standing, { as: 'leader' }> | undefined {
    return this.standing.as === 'leader' ? this.standing : undefined;
  }

  /** A ticket another tab made: its id came here, its keys lie in the store. */
  private async stored(id: Promise<unknown>): Promise<unknown> {
    const ticket = await this.tabs.records.get('tickets', (await id) as string);
    if (ticket === undefined) throw new ShoalError('internal', 'ticket-missing');
    return ticket;
  }

  private run(call: RoomCommand): Promise<unknown> {
    switch (this.standing.as) {
      case 'leader':
        return runCommand(this.standing.leader.real, this.hooks.administration, call);
      case 'mirror':
        return this.calls.send(call);
      case 'failed':
        return Promise.reject(this.standing.error);
      case 'opening':
      case 'closed':
        return Promise.reject(new ShoalError('room-unknown', 'closed'));
    }
  }

  private receive(message: MirrorMessage): void {
    if (this.standing.as === 'leader') this.standing.leader.receive(message);
    else if (this.standing.as === 'mirror') this.receiveAsMirror(message);
  }

  private receiveAsMirror(message: MirrorMessage): void {
    switch (message.kind) {
      case 'leads':
        this.show(message.snapshot);
        this.post({ v: mirrorVersion, kind: 'ask' }); // the new leader publishes to those it has heard
        this.calls.resend();
        return;
      case 'snapshot':
        this.show(message.snapshot);
        return;
      case 'taken':
      case 'answer':
        this.calls.receive(message);
        return;
      case 'ended':
        this.leaveEnded();
        return;
      case 'ask':
      case 'command':
        return;
    }
  }

  /** The leader's page saves what is to be saved on completion; were every tab to see it pending, every tab would save it. */
  private show(snapshot: RoomSnapshot): void {
    const known = this.standing.as === 'mirror' ? this.standing.snapshot : undefined;
    if (snapshot.shares.length !== this.sharesSeen) this.holdHandles(snapshot.shares.length);
    this.standing = { as: 'mirror', snapshot: { ...snapshot, savePending: false }, heard: true };
    this.hooks.changed(known?.state !== snapshot.state);
  }

  private holdHandles(shares: number): void {
    this.sharesSeen = shares;
    void loadHandles(this.tabs.records, this.id)
      .then((handles) => (this.heldHandles = [...this.heldHandles, ...handles]))
      .catch(() => undefined); // then the next leader asks for a click
  }

  private showLeaderSilent(): void {
    const snapshot = errorSnapshot(this.snapshot(), new ShoalError('room-open-elsewhere', 'no snapshot'));
    this.standing = { as: 'mirror', snapshot, heard: false };
    this.hooks.changed(true);
  }

  private fail(error: ShoalError): void {
    if (this.standing.as === 'closed') return;
    this.standing = { as: 'failed', error, snapshot: errorSnapshot(this.snapshot(), error) };
    this.calls.fail(error);
  }

  private leaveEnded(): void {
    this.calls.ended();
    this.leave();
    this.hooks.ended();
  }

  private leave(): void {
    this.heldHandles = [];
    this.standing = { as: 'closed', snapshot: this.snapshot() };
    this.leaving.abort();
    this.calls.fail(new ShoalError('room-unknown', 'closed'));
    this.closePort();
  }

  private async stepDown(
    standing: Extract<Standing, { as: 'leader' }>,
    settle?: () => Promise<void>,
  ): Promise<void> {
    const { leader, release } = standing;
    leader.close();
    this.standing = { as: 'closed', snapshot: leader.real.snapshot() };
    try {
      await leader.real.close();
      await settle?.();
      if (settle) leader.end();
    } finally {
      await release();
      // A mirror that asked for an end that failed is yet to be told so.
      this.tabs.clock.at(this.tabs.clock.now(), () => this.closePort());
    }
  }

  private readonly post = (message: MirrorMessage): void => {
    if (this.portOpen) this.port.post(message);
  };

  private closePort(): void {
    if (!this.portOpen) return;
    this.portOpen = false;
    this.port.close();
  }
}
