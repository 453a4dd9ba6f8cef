/**
 * Every number the engine decides by, with its origin: a paper, a measurement of ours, or a guess that says so.
 * One object per engine, so that tests and the simulator can vary any of them.
 */
export interface EngineConfig {
  /** Links a peer strives for. A random graph of degree 10–20 has diameter 3–4 at 1,000–10,000 peers (swarm.md §1.4.9). */
  readonly targetLinks: number;
  /** Links a peer accepts at most. WebTorrent 55, hyperswarm 64; Chromium ends a tab's supply at 500 (pitfalls 1.18). */
  readonly maxLinks: number;
  /** Attempts under way at once. Guess: half-open connections cost memory and CPU, three keep start-up short. */
  readonly parallelDials: number;
  /** A knock that no offer answers is given up after this. Guess: signaling round trip and a slow tab. */
  readonly knockPatienceMs: number;
  /** First retry after a failed attempt; doubles up to retryMaxMs, with jitter (AWS builders' library: full jitter). */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** How long a peer cut off for cause stays cut off. Kraken 30 s; a liar costs us a chunk, so longer. Guess. */
  readonly coolOffMs: number;
  /** Pause between requests for more peers: while nobody is linked, and while links are fewer than wanted. */
  readonly handoutAloneMs: number;
  readonly handoutMs: number;

  /** Silence after which a ping goes out, and after which the link is dead. pitfalls 3.6; 20 s because a busy tab may stall for seconds. */
  readonly pingAfterMs: number;
  readonly deadAfterMs: number;

  /** Haves wait at most this long to be sent together (swarm.md §1.4.10: 50–200 ms), or until so many are waiting. */
  readonly haveDelayMs: number;
  readonly haveBatch: number;

  /** Links served at once, the optimistic one included. BEP 3 has 4, libtorrent 8; small rooms should leave nobody out. */
  readonly uploadSlots: number;
  /** BEP 3: 10 s between rechokes, 30 s for the optimistic unchoke. */
  readonly rechokeMs: number;
  readonly optimisticMs: number;
  /** Bytes handed to the driver per link before it reports them sent: one chunk being read while one is being sent. */
  readonly servedAheadBytes: number;
  /** Requests a peer may queue with us; more are rejected (libtorrent max_in 2,000 of 16 KiB; ours are whole chunks). */
  readonly queueLimit: number;

  /** A link is asked for this much ahead, in time at its measured rate (WebTorrent 0.5–1 s, libtorrent 3 s), within bounds in bytes. */
  readonly pipelineMs: number;
  readonly pipelineMinBytes: number;
  readonly pipelineMaxBytes: number;
  /**
   * Chunks that others hold too are not asked of their publisher while the others together give this part of what it gives when asked.
   * Guess, checked by e2e E10 (sender copies); the price is up to a tenth of the time where receivers' uplinks are much weaker than its own.
   */
  readonly sparePublisher: number;
  /** Chunks asked for, arriving, being checked or being written, all links together: what the receiver's memory holds. */
  readonly receiveBudgetBytes: number;
  /** Segment requests under way per share. Guess; one covers 256 chunks. */
  readonly segmentRequests: number;
  /** A link with requests and no block for this long is snubbed and its requests go elsewhere; longer on a link measured slow. */
  readonly snubMs: number;
  readonly snubMaxMs: number;
  /** Broken promises (timeouts, rejects of announced chunks) before the link is cut. swarm.md §7: a liar may cost 3 timeouts. */
  readonly strikes: number;
  /** Endgame: ask a second peer when the first is expected to take this much longer than it. Guess, bounded by endgameCopies. */
  readonly endgameSlackMs: number;
  /** Kraken issue 38: two or three requests a piece suffice. */
  readonly endgameCopies: number;

  /**
   * Super-seeding: chunks revealed to one peer and not yet sent to it, in time at the rate it is sent to (the peer's pipeline and as much
   * again, so that it never runs dry), at most so many bytes, at least so many chunks.
   */
  readonly revealMs: number;
  readonly revealBytes: number;
  readonly revealMinChunks: number;
  /** A revealed chunk nobody asked for may be revealed to another peer after this. Guess. */
  readonly revealStaleMs: number;

  /** At most one announce to the tracker in this time. */
  readonly announceMs: number;
}

export const defaultConfig: EngineConfig = {
  targetLinks: 16,
  maxLinks: 50,
  parallelDials: 4,
  knockPatienceMs: 10_000,
  retryMinMs: 1_000,
  retryMaxMs: 60_000,
  coolOffMs: 10 * 60_000,
  handoutAloneMs: 5_000,
  handoutMs: 30_000,
  pingAfterMs: 5_000,
  deadAfterMs: 20_000,
  haveDelayMs: 50,
  haveBatch: 32,
  uploadSlots: 8,
  rechokeMs: 10_000,
  optimisticMs: 30_000,
  servedAheadBytes: 1024 * 1024,
  queueLimit: 256,
  pipelineMs: 500,
  pipelineMinBytes: 512 * 1024,
  pipelineMaxBytes: 16 * 1024 * 1024,
  sparePublisher: 0.5,
  receiveBudgetBytes: 48 * 1024 * 1024,
  segmentRequests: 4,
  snubMs: 15_000,
  snubMaxMs: 60_000,
  strikes: 3,
  endgameSlackMs: 500,
  endgameCopies: 2,
  revealMs: 2_000,
  revealBytes: 32 * 1024 * 1024,
  revealMinChunks: 8,
  revealStaleMs: 10_000,
  announceMs: 5_000,
};
