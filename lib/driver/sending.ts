/**
 * The send path: one loop a link takes served requests in order, reads each chunk and hands its blocks to the channel as fast as it drains.
 * Driven by `drained`, never by timers; the next chunk is read while one is being sent. PROTOCOL.md RX.
 */
import type { SessionId, ShareId } from '../base/ids';
import { blockRange } from '../content/layout';
import { encodeBlockFrame } from '../wire/block-frame';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';
import type { Link } from './links';
import type { SealedChunks } from './sealed-chunks';

export interface ServeJob {
  readonly tag: number;
  readonly share: ShareId;
  readonly chunk: number;
  readonly firstBlock: number;
  readonly blockCount: number;
}

interface Lane {
  readonly link: Link;
  readonly jobs: (ServeJob & { readonly bytes: Promise<Bytes | undefined> })[];
  readonly stopped: Set<number>;
  running: boolean;
  wake: (() => void) | null;
  gone: boolean;
}

export class Sending {
  private readonly lanes = new Map<SessionId, Lane>();
  bytesSent = 0;

  constructor(
    private readonly context: DriverContext,
    private readonly memory: SealedChunks,
  ) {}

  serve(link: Link, job: ServeJob): void {
    let lane = this.lanes.get(link.session);
    if (!lane) {
      lane = { link, jobs: [], stopped: new Set(), running: false, wake: null, gone: false };
      this.lanes.set(link.session, lane);
    }
    lane.jobs.push({ ...job, bytes: this.memory.get(job.share, job.chunk) });
    if (lane.running) return;
    lane.running = true;
    this.context.background('serve', this.run(lane));
  }

  unserve(session: SessionId, tag: number): void {
    const lane = this.lanes.get(session);
    if (lane?.jobs.some((job) => job.tag === tag)) lane.stopped.add(tag);
  }

  drained(session: SessionId): void {
    const lane = this.lanes.get(session);
    lane?.wake?.();
    if (lane) lane.wake = null;
  }

  forget(session: SessionId): void {
    const lane = this.lanes.get(session);
    if (!lane) return;
    lane.gone = true;
    this.lanes.delete(session);
    lane.wake?.();
  }

  private async run(lane: Lane): Promise<void> {
    for (;;) {
      const job = lane.jobs[0];
      if (!job || lane.gone) break;
      const bytes = await job.bytes;
      await this.sendBlocks(lane, job, bytes);
      lane.jobs.shift();
      lane.stopped.delete(job.tag);
    }
    lane.running = false;
  }

  private async sendBlocks(lane: Lane, job: ServeJob, bytes: Bytes | undefined): Promise<void> {
    const { session } = lane.link;
    if (!bytes) {
      if (!lane.gone && !lane.stopped.has(job.tag))
        this.context.feed({ kind: 'serve-failed', session, tag: job.tag });
      return;
    }
    for (let block = job.firstBlock; block < job.firstBlock + job.blockCount; block++) {
      if (lane.gone || lane.stopped.has(job.tag)) return;
      const { start, end } = blockRange(bytes.length, block);
      const room = lane.link.channel.sendBlock(
        encodeBlockFrame(job.tag, job.chunk, start, bytes.subarray(start, end)),
      );
      this.bytesSent += end - start;
      const done = block === job.firstBlock + job.blockCount - 1;
      this.context.feed({ kind: 'block-sent', session, tag: job.tag, bytes: end - start, done });
      if (!room) await new Promise<void>((resolve) => (lane.wake = resolve));
    }
  }
}
