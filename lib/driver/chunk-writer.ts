/**
 * Group commit: verified chunks go to the store in transactions of about 8 MiB; while one is under way, and for a moment after, the next
 * gathers (measured: 140 MB/s against 32 for small single writes). A chunk counts as kept when its transaction completed. A write that fails
 * loses nothing: its chunks stay in memory, where they are served from, and are written again by themselves, when the person says so, and when
 * space was made. How many can wait is the engine's receive budget. PROTOCOL.md RX4, RX7.
 */
import { ShoalError } from '../base/errors';
import type { ShareId } from '../base/ids';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';

export const transactionBytes = 8 * 1024 * 1024;

/**
 * Transactions of less than half of that begin no sooner after each other, unless nothing more is asked for: one costs about as much as writing
 * a megabyte. Guess: a quarter of a second is little to lose in a crash, which also loses what was arriving. No peer waits for it.
 */
const gatherMs = 250;

/**
 * Pause before a failed write is tried again: doubles with each failure. Guess: a connection the browser closed is back at once, and a disk on
 * which somebody makes room is worth 8 MiB a minute of trying: the write is the only thing that tells (idb-stores, at `estimate`).
 */
const retryMinMs = 1_000;
const retryMaxMs = 60_000;

/** Milliseconds until a write is tried again that has failed so many times before. */
export const writeRetryMs = (failures: number): number => Math.min(retryMaxMs, retryMinMs * 2 ** failures);

interface Waiting {
  readonly chunk: number;
  readonly bytes: Bytes;
}

export class ChunkWriter {
  private readonly waiting = new Map<ShareId, Waiting[]>();
  private writing: Promise<void> | null = null;
  /** Failed writes since the last that succeeded. */
  failures = 0;
  /** The next start by the clock: of what gathers, or of a write that failed. */
  private cancelStart: (() => void) | null = null;
  /** When the last transaction began, in the clock's milliseconds. */
  private wroteAt = -Infinity;
  /** What waits is written without gathering. */
  private hurried = false;
  private ended = false;
  /** Why nothing is written at present. */
  stuck: ShoalError | null = null;

  constructor(
    private readonly context: DriverContext,
    /** `stuck` changed. */
    private readonly turned: () => void,
  ) {}

  add(share: ShareId, chunk: number, bytes: Bytes): void {
    const list = this.waiting.get(share);
    if (list) list.push({ chunk, bytes });
    else this.waiting.set(share, [{ chunk, bytes }]);
    if (!this.stuck) this.startInTime();
  }

  /** Nothing more is coming for now: what waits is written without waiting for more. */
  flush(): void {
    if (this.stuck || this.waiting.size === 0) return;
    this.hurried = true;
    this.start();
  }

  /** Bytes verified and not yet kept. */
  get waitingBytes(): number {
    let sum = 0;
    for (const list of this.waiting.values()) for (const { bytes } of list) sum += bytes.length;
    return sum;
  }

  /** The bytes of a chunk that waits to be written. */
  waits(share: ShareId, chunk: number): Bytes | undefined {
    return this.waiting.get(share)?.find((one) => one.chunk === chunk)?.bytes;
  }

  /** Resolves when everything given so far is kept, or nothing can be written. */
  async idle(): Promise<void> {
    this.flush();
    while (this.writing) await this.writing;
  }

  /**
   * Tries again now; resolves when that has ended, well or not. The pauses begin anew: somebody says that there is space, which the platform
   * may notice some seconds later (seen in Chromium 156).
   */
  async retry(): Promise<void> {
    this.failures = 0;
    if (this.stuck) this.start();
    await this.idle();
  }

  /** What waits of this share is not written any more. */
  forget(share: ShareId): void {
    this.waiting.delete(share);
  }

  end(): void {
    this.ended = true;
    this.cancelStart?.();
    this.cancelStart = null;
  }

  /** Writes if it is time to, else when it will be. */
  private startInTime(): void {
    if (this.writing) return;
    const { clock } = this.context.ports;
    const due = this.worthWriting() ? -Infinity : this.wroteAt + gatherMs;
    if (clock.now() >= due) this.start();
    else this.cancelStart ??= clock.at(due, () => this.start());
  }

  private start(): void {
    this.cancelStart?.();
    this.cancelStart = null;
    this.writing ??= this.drain().finally(() => {
      this.writing = null;
      if (this.waiting.size > 0 && !this.stuck) this.startInTime();
    });
  }

  private worthWriting(): boolean {
    return this.hurried || this.waitingBytes >= transactionBytes / 2;
  }

  private async drain(): Promise<void> {
    do {
      const next = this.waiting.entries().next().value;
      if (!next) break;
      const [share, list] = next;
      const batch = batchOf(list);
      this.wroteAt = this.context.ports.clock.now();
      try {
        await this.context.ports.chunks.put(share, batch);
      } catch (error) {
        this.turn(error instanceof ShoalError ? error : new ShoalError('store-failed', String(error)));
        return;
      }
      this.failures = 0;
      // Forgotten meanwhile: nobody asks for it any more.
      if (this.waiting.get(share) !== list) continue;
      list.splice(0, batch.length);
      if (list.length === 0) this.waiting.delete(share);
      const entry = this.context.shares.get(share);
      if (entry) for (const { bytes } of batch) entry.storedBytes += bytes.length;
      this.turn(null);
      for (const { chunk } of batch) this.context.feed({ kind: 'chunk-settled', share, chunk, kept: true });
    } while (this.worthWriting());
    this.hurried &&= this.waiting.size > 0;
    this.turn(null);
  }

  private turn(error: ShoalError | null): void {
    const before = this.stuck;
    this.stuck = error;
    if (error && !this.ended) {
      const pause = writeRetryMs(this.failures++);
      const { clock } = this.context.ports;
      this.cancelStart = clock.at(clock.now() + pause, () => this.start());
    }
    if (before?.code !== error?.code) this.turned();
  }
}

/** The first so many of a list as make a transaction; at least one. */
function batchOf(list: readonly Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < list.length) {
    bytes += list[count]?.bytes.length ?? 0;
    if (count > 0 && bytes > transactionBytes) break;
    count++;
  }
  return list.slice(0, count);
}
