/**
 * Every number the engine decides by, with its origin: a paper, a measurement of ours, or a guess that says so.
 * One object per engine, so that tests and the simulator can vary any of them.
 */
export interface EngineConfig {
  /**
   * Links a peer strives for; with those it accepts it has about 15. A random graph of degree 10–20 has diameter 3–4 at 1,000–10,000 peers
   * (swarm.md §1.4.9). sim: 8 to 16 end within 0.3 % of each other at 20 Mbit/s; where windows cap links, more carry more
   * (200 Mbit/s, N = 1,000: 12 ends at 1.127, 14 at 1.098); every link costs haves.
   */
  readonly targetLinks: number;
  /** Links a peer accepts at most. WebTorrent 55, hyperswarm 64; Chromium ends a tab's supply at 500 (pitfalls 1.18). */
  readonly maxLinks: number;
  /** Attempts under way at once. Guess: half-open connections cost memory and CPU, three keep start-up short. */
  readonly parallelDials: number;
  /** A knock that no offer answers is given up after this. Guess: signaling round trip and a slow tab. */
  readonly knockPatienceMs: number;
  /** A peer that knocks while self dials it has not got the offer if no link came this much later. Guess: most links open within 3 s. */
  readonly doubtMs: number;
  /** First retry after a failed attempt; doubles up to retryMaxMs, with jitter (AWS builders' library: full jitter). */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** How long a peer cut off for cause stays cut off. Kraken 30 s; a liar costs us a chunk, so longer. Guess. */
  readonly coolOffMs: number;
  /** Pause between requests for more peers: while nobody is linked, and while links are fewer than wanted. */
  readonly handoutAloneMs: number;
  readonly handoutMs: number;
  /** A link that is no use for this long counts as none: the peer chokes, or neither side has what the other wants. Guess. */
  readonly uselessAfterMs: number;
  /** While only useless links keep self from looking for others: pause between looks, doubled up to the second while none of use is found. */
  readonly searchMinMs: number;
  readonly searchMaxMs: number;
  /** A peer given up as useless is not dialed for this long. Guess. */
  readonly restMs: number;

  /** Silence after which a ping goes out, and after which the link is dead. pitfalls 3.6; 20 s because a busy tab may stall for seconds. */
  readonly pingAfterMs: number;
  readonly deadAfterMs: number;

  /** Haves wait at most this long to be sent together (swarm.md §1.4.10: 50–200 ms), or until so many are waiting. */
  readonly haveDelayMs: number;
  readonly haveBatch: number;
  /**
   * What a peer holds already it is told with the next have that is new to it, within a second, or when so many are waiting. sim (N = M = 300):
   * ends alike, with a seventh fewer events. 0: told at once.
   */
  readonly haveLater: number;

  /** Whether self serves at all. */
  readonly serves: boolean;
  /** Links served at once, to begin with; pace.ts finds the number. sim (N = M = 300): 1 and 2 end alike, 4 takes 3 % longer, 8 takes 7 %. */
  readonly parallelUploads: number;
  /** A number of links is measured for at least this long; pauses between trials double up to the second. */
  readonly paceMs: number;
  /** From then on blocks are counted instead of requests. sim (mixed u = 2, N = 300, M = 200): 2 to 8 s end alike, never takes 20 % longer. */
  readonly paceBlocksMs: number;
  readonly paceMaxMs: number;
  /** More links stay when the whole rate became this many times as large. */
  readonly paceGain: number;
  /** A request is begun within this time or given back. */
  readonly promiseMs: number;
  /** Pause before a peer that gave a request back is asked again; doubles with each one up to the second, until its next block. */
  readonly askAgainMinMs: number;
  readonly askAgainMaxMs: number;
  /** Bytes a peer gets on trust, and how many times what it gave it may take before it stands behind those who give. */
  readonly giftBytes: number;
  readonly giveBackRatio: number;
  /** Which waiting request is served next: the most useful one; the oldest only in the simulator's negative controls. */
  readonly serveOrder: 'useful' | 'oldest';
  /** One chunk that a peer holds less counts like this many copies that a chunk has fewer. */
  readonly needWeight: number;
  /** Where nobody else waits, a link gets its next request when so many bytes of the last are left: one is read while one is sent. */
  readonly servedAheadBytes: number;
  /** … and no more than leaves in this time. sim (mixed u = 2): half a second and one end alike; without, single peers take twice as long. */
  readonly servedAheadMs: number;
  /** Requests a peer may queue with us; more are rejected (libtorrent max_in 2,000 of 16 KiB; ours are whole chunks). */
  readonly queueLimit: number;

  /** A link is asked for this much ahead, in time at its measured rate (WebTorrent 0.5–1 s, libtorrent 3 s), within bounds in bytes. */
  readonly pipelineMs: number;
  /** Requests a link is given at least that it has not begun to answer. */
  readonly pipelineRequests: number;
  readonly pipelineMinBytes: number;
  readonly pipelineMaxBytes: number;
  /** Chunks asked for, arriving, being checked or being written, all links together: what the receiver's memory holds. */
  readonly receiveBudgetBytes: number;
  /** Segment requests under way per share. Guess; one covers 256 chunks. */
  readonly segmentRequests: number;
  /**
   * A link with requests and no block for this long is snubbed and its requests go elsewhere; longer on a link measured slow, and while as much is
   * outstanding on all links that half of it takes longer at the rate of all.
   */
  readonly snubMs: number;
  readonly snubMaxMs: number;
  /** Broken promises (timeouts, rejects of announced chunks) that are forgiven; the next one cuts the link. swarm.md §7: a liar may cost 3 timeouts. */
  readonly strikes: number;
  /** Endgame: ask a second peer when the first is expected to take this much longer than it. Guess, bounded by requestCopies. */
  readonly endgameSlackMs: number;
  /** A request that nobody has begun is doubled when so many chunks could have come meanwhile, at the latest after the time. */
  readonly doubleAfterChunks: number;
  readonly doubleMaxMs: number;
  /** Kraken issue 38: two or three requests a piece suffice. */
  readonly requestCopies: number;

  /** A chunk that is being played is doubled after this part of the time another waits. Guess: half a chance to be in time is worth a message. */
  readonly urgentHaste: number;
  /** Chunks of a share that may be urgent at one time: each decision looks through them. Guess: 16 MiB of the smallest chunks. */
  readonly urgentChunks: number;

  /** Super-seeding of own shares. Off only in the simulator's negative control. */
  readonly superSeeds: boolean;
  /** What is asked for next. In order only in the simulator's negative control. */
  readonly picks: 'rarest' | 'in-order';
  /** Super-seeding: chunks revealed and not yet sent, in time at the rate of the uplink: enough to cover a round trip and a request. */
  readonly revealMs: number;
  /** A revealed chunk nobody asked for may be revealed to another peer after this. Guess. */
  readonly revealStaleMs: number;

  /** At most one announce to the tracker in this time. */
  readonly announceMs: number;

  /**
   * Copies of each chunk at others with which a room can do without self, and while people are leaving (docs/results/notes.md, "Safe to close":
   * with three, and a tenth of all peers gone at once, a chunk is lost one time in a thousand; five is one time in a hundred thousand).
   */
  readonly safeCopies: number;
  readonly safeCopiesChurning: number;
  /** People are leaving when this part of the peers seen in this time has left. Guess: `churn` in sim/ loses a tenth in ten minutes. */
  readonly churnPart: number;
  readonly churnWindowMs: number;
  /** A peer that was not seen to hold what it announces is audited after this time, and again after the second. Guess: one chunk read each. */
  readonly auditAfterMs: number;
  readonly auditAgainMs: number;
  /** A link gets at most one answer to an audit in this time. */
  readonly auditAnswerMs: number;
}

export const defaultConfig: EngineConfig = {
  targetLinks: 14,
  maxLinks: 50,
  parallelDials: 4,
  knockPatienceMs: 10_000,
  doubtMs: 5_000,
  retryMinMs: 1_000,
  retryMaxMs: 60_000,
  coolOffMs: 10 * 60_000,
  handoutAloneMs: 5_000,
  handoutMs: 30_000,
  uselessAfterMs: 15_000,
  searchMinMs: 15_000,
  searchMaxMs: 10 * 60_000,
  restMs: 5 * 60_000,
  pingAfterMs: 5_000,
  deadAfterMs: 20_000,
  haveDelayMs: 50,
  haveBatch: 4,
  haveLater: 8,
  serves: true,
  parallelUploads: 2,
  paceMs: 250,
  paceBlocksMs: 2_000,
  paceMaxMs: 60_000,
  paceGain: 1.06,
  promiseMs: 10_000,
  askAgainMinMs: 1_000,
  askAgainMaxMs: 8_000,
  giftBytes: 1024 * 1024,
  giveBackRatio: 8,
  serveOrder: 'useful',
  needWeight: 0.25,
  servedAheadBytes: 512 * 1024,
  servedAheadMs: 500,
  queueLimit: 256,
  pipelineMs: 500,
  pipelineRequests: 1,
  pipelineMinBytes: 512 * 1024,
  pipelineMaxBytes: 16 * 1024 * 1024,
  receiveBudgetBytes: 48 * 1024 * 1024,
  segmentRequests: 4,
  snubMs: 15_000,
  snubMaxMs: 60_000,
  strikes: 2,
  endgameSlackMs: 500,
  doubleAfterChunks: 3,
  doubleMaxMs: 500,
  requestCopies: 2,
  urgentHaste: 0.5,
  urgentChunks: 64,
  superSeeds: true,
  picks: 'rarest',
  revealMs: 1_000,
  revealStaleMs: 10_000,
  announceMs: 5_000,
  safeCopies: 3,
  safeCopiesChurning: 5,
  churnPart: 0.1,
  churnWindowMs: 10 * 60_000,
  auditAfterMs: 5_000,
  auditAgainMs: 60_000,
  auditAnswerMs: 1_000,
};
