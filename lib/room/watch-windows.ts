/**
 * From what readers say (lib/content/watch.ts) to the windows the engine is told. Each room that is led listens, so that a reader outlives
 * a change of leader: it says again where it is. Decides how far ahead is pressing, which of several readers counts more (who came last: a seek
 * opens a new one), and when one that is not heard any more is forgotten. PROTOCOL.md RM70–RM73.
 */
import type { ShareId } from '../base/ids';
import { readWatchMessage, watchChannel, watchVersion, type WatchMessage } from '../content/watch';
import type { ChunkWindow } from '../core/types';
import type { Clock } from '../ports';
import type { Broadcast, BroadcastPort } from './tabs';

export interface WatchConfig {
  /** How far ahead of a reader chunks are pressing, at least two of them. pitfalls 6.4: 8–16 MiB. */
  readonly aheadBytes: number;
  /** A reader not heard of for so long is forgotten: six times what one lets pass that waits (service-worker/arriving.ts). */
  readonly forgetMs: number;
  /** Readers of one file that count: a player reads here and there at once (an index at the end). Guess. */
  readonly readers: number;
}

export const watchConfig: WatchConfig = { aheadBytes: 12 * 1024 * 1024, forgetMs: 30_000, readers: 3 };

export interface WatchWindowsOptions {
  readonly broadcast: Broadcast;
  readonly clock: Clock;
  /** undefined for a share this room does not have. */
  readonly chunkBytes: (share: ShareId) => number | undefined;
  readonly urgent: (share: ShareId, windows: readonly ChunkWindow[]) => void;
  readonly config?: Partial<WatchConfig>;
}

interface Reader {
  readonly watch: string;
  readonly share: ShareId;
  at: number;
  until: number;
  heardAt: number;
  /** It read its part to the end: its window stands until the player comes for more. */
  done: boolean;
}

export class WatchWindows {
  private readonly config: WatchConfig;
  private readonly port: BroadcastPort;
  /** Who came last stands last. */
  private readonly readers = new Map<string, Reader>();
  private readonly told = new Map<ShareId, string>();
  private cancelTimer: (() => void) | undefined;

  constructor(private readonly options: WatchWindowsOptions) {
    this.config = { ...watchConfig, ...options.config };
    this.port = options.broadcast.open(watchChannel, (data) => {
      const message = readWatchMessage(data);
      if (message) this.receive(message);
    });
  }

  /** The store holds this chunk now. */
  kept(share: ShareId, chunk: number): void {
    for (const reader of this.readers.values()) {
      if (reader.share !== share || !contains(this.windowOf(reader), chunk)) continue;
      this.port.post({ v: watchVersion, kind: 'kept', share, chunk });
      return;
    }
  }

  /** Nobody watches by this ticket any more. */
  end(watch: string): void {
    this.port.post({ v: watchVersion, kind: 'closed', watch });
    this.drop((reader) => reader.watch === watch);
  }

  close(): void {
    this.cancelTimer?.();
    this.port.close();
  }

  private receive(message: WatchMessage): void {
    if (message.kind === 'reading') this.reading(message);
    else if (message.kind === 'read') {
      const reader = this.readers.get(message.reader);
      if (!reader) return;
      if (message.cut) this.drop((other) => other === reader);
      else reader.done = true;
    }
  }

  private reading({ watch, reader: id, share, at, until }: Extract<WatchMessage, { kind: 'reading' }>): void {
    if (this.options.chunkBytes(share) === undefined) return;
    const heardAt = this.options.clock.now();
    const known = this.readers.get(id);
    if (known) Object.assign(known, { at, until, heardAt, done: false });
    else {
      this.readers.set(id, { watch, share, at, until, heardAt, done: false });
      this.retire(watch, id);
    }
    this.tell(share);
    this.forgetLater();
  }

  /** A new reader of a file takes the place of those that are done, and of the oldest when there are too many. */
  private retire(watch: string, newest: string): void {
    const others = [...this.readers].filter(([id, reader]) => reader.watch === watch && id !== newest);
    const going = others.filter(([, { done }]) => done);
    const staying = others.filter(([, { done }]) => !done);
    going.push(...staying.slice(0, Math.max(0, staying.length + 1 - this.config.readers)));
    for (const [id] of going) this.readers.delete(id);
  }

  private drop(goes: (reader: Reader) => boolean): void {
    const shares = new Set<ShareId>();
    for (const [id, reader] of this.readers) {
      if (!goes(reader)) continue;
      this.readers.delete(id);
      shares.add(reader.share);
    }
    for (const share of shares) this.tell(share);
  }

  /** Says what is pressing now, when that changed. */
  private tell(share: ShareId): void {
    const windows = [...this.readers.values()]
      .filter((reader) => reader.share === share)
      .reverse()
      .map((reader) => this.windowOf(reader))
      .filter(({ from, to }) => to > from);
    const text = windows.map(({ from, to }) => `${from}-${to}`).join();
    if (text === (this.told.get(share) ?? '')) return;
    this.told.set(share, text);
    this.options.urgent(share, windows);
  }

  private windowOf({ share, at, until }: Reader): ChunkWindow {
    const ahead = Math.ceil(this.config.aheadBytes / (this.options.chunkBytes(share) ?? Infinity));
    return { from: at, to: Math.min(until, at + Math.max(2, ahead)) };
  }

  private forgetLater(): void {
    this.cancelTimer?.();
    const { clock } = this.options;
    const oldest = Math.min(...[...this.readers.values()].map(({ heardAt }) => heardAt));
    if (oldest === Infinity) return;
    this.cancelTimer = clock.at(oldest + this.config.forgetMs, () => {
      this.drop(({ heardAt }) => clock.now() - heardAt >= this.config.forgetMs);
      this.forgetLater();
    });
  }
}

const contains = ({ from, to }: ChunkWindow, chunk: number): boolean => chunk >= from && chunk < to;
