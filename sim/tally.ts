/**
 * What is counted during a run: bytes by kind, copies of each chunk, what the publisher sent until everything was out. Counting only; ratios
 * are made of it in measure.ts. Bytes are payload bytes unless said.
 */
export class Tally {
  controlBytes = 0;
  linksMade = 0;
  dialsFailed = 0;
  /** Corrupt chunks that arrived whole and were found out, and bytes of such that were kept. */
  badChunks = 0;
  badKept = 0;
  /** Payload sent by the publisher; and how much it was when every chunk had left it once, null before. */
  publisherBytes = 0;
  publisherBytesWhenOut: number | null = null;
  /** Payload sent by all the others. */
  receiverBytes = 0;
  /** Payload that arrived at receivers, and what of it made the chunks they hold. */
  arrivedBytes = 0;
  neededBytes = 0;
  /** Copies of each chunk among the receivers present. */
  readonly copies: Uint16Array;
  private readonly left: Uint8Array;
  private out = 0;
  /** Timeouts by pair, `waiting * 65536 + silent`. */
  private readonly timeouts = new Map<number, number>();

  constructor(readonly chunks: number) {
    this.copies = new Uint16Array(chunks);
    this.left = new Uint8Array(chunks);
  }

  /** Blocks left a node; `done`: the last ones of their request. */
  sent(node: number, chunk: number, bytes: number, done: boolean): void {
    if (node !== 0) {
      this.receiverBytes += bytes;
      return;
    }
    this.publisherBytes += bytes;
    if (!done || this.left[chunk] === 1) return;
    this.left[chunk] = 1;
    if (++this.out === this.chunks) this.publisherBytesWhenOut = this.publisherBytes;
  }

  /** Blocks arrived at a receiver, whether still asked for or not. */
  arrived(bytes: number): void {
    this.arrivedBytes += bytes;
  }

  /** A receiver verified a chunk it lacked. */
  copyMade(chunk: number, bytes: number): void {
    this.neededBytes += bytes;
    this.copies[chunk] = (this.copies[chunk] ?? 0) + 1;
  }

  copyLost(chunk: number): void {
    this.copies[chunk] = Math.max(0, (this.copies[chunk] ?? 0) - 1);
  }

  /** `waiting` gave `silent` up for not answering. */
  timeout(waiting: number, silent: number): void {
    const pair = waiting * 65_536 + silent;
    this.timeouts.set(pair, (this.timeouts.get(pair) ?? 0) + 1);
  }

  /** The largest number of timeouts one node cost another. */
  get worstTimeouts(): number {
    let worst = 0;
    for (const count of this.timeouts.values()) worst = Math.max(worst, count);
    return worst;
  }

  get minCopies(): number {
    let least = Infinity;
    for (const count of this.copies) least = Math.min(least, count);
    return least;
  }

  /** How many chunks left the publisher at least once. */
  get chunksOut(): number {
    return this.out;
  }
}
