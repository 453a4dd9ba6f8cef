/**
 * What a simulated run is asked for and what it answers: the shapes shared by scenarios, the command line, the table, the charts and the
 * result files. Times in seconds of virtual time, shares as fractions of 1, ratios against `bounds.reference`.
 */

export interface Bounds {
  /** Kumar & Ross 2006: max(F/u_s, F/d_min, N·F/(u_s + Σu_i)), seconds. */
  readonly kumarRoss: number;
  /** Mundinger, Weber & Weiss 2008: F/u · (1 + floor(log2 N)/M), seconds. Null where uplinks are not equal. */
  readonly mundinger: number | null;
  /** What the ratios of this run divide by: Kumar–Ross over those who are to finish; F/u where all uplinks are equal. */
  readonly reference: number;
}

/** Samples over the run at even distances in time. All arrays have one length. */
export interface Timeline {
  /** Seconds since the start. */
  readonly seconds: readonly number[];
  /** Part of the expected receivers that have everything, 0–1. */
  readonly complete: readonly number[];
  /** Mean part of the wanted chunks held, 0–1, over receivers present. */
  readonly progress: readonly number[];
  /** Copies of the rarest chunk among peers present, the publisher not counted. */
  readonly minCopies: readonly number[];
  /** Payload sent in the interval over what all receivers' uplinks could have sent, 0–1. */
  readonly uplinkUse: readonly number[];
  /** Payload bytes the publisher sent so far, in copies of the share. */
  readonly senderCopies: readonly number[];
}

export interface RunResult {
  readonly scenario: string;
  /** Which of the scenario's runs: '' for the plain one, else e.g. 'phi=0.3', 'oracle'. */
  readonly variant: string;
  /** Receivers; the publisher is not counted. */
  readonly peers: number;
  readonly chunks: number;
  readonly seed: number;
  /** Completion time of the median, the 95th percentile and the last receiver that was to finish, over `bounds.reference`. */
  readonly ratioP50: number;
  readonly ratioP95: number;
  readonly ratioLast: number;
  /** Completion time of the last, seconds. */
  readonly seconds: number;
  readonly bounds: Bounds;
  /** Part of the receivers that were to finish and did. */
  readonly completed: number;
  /** Payload bytes the publisher sent until every chunk had been out once, over the share's bytes. */
  readonly senderCopies: number;
  /** Payload bytes that came and were of no use, over payload bytes needed. */
  readonly duplicateShare: number;
  /** Bytes of control messages over all bytes, framing and transport included. */
  readonly controlShare: number;
  /** Payload bytes receivers sent over what their uplinks could have carried until the last was done. */
  readonly uplinkUse: number;
  /** Links that came up, and attempts that did not. */
  readonly linksMade: number;
  readonly dialsFailed: number;
  /** Mean number of links per peer at the end. */
  readonly meanLinks: number;
  readonly timeline: Timeline;
  /** Completion seconds at the 0th, 1st, … 100th percentile of the receivers that finished: 101 values. */
  readonly completionQuantiles: readonly number[];
  /** Figures of this scenario alone, e.g. { contributorsP95: 1.08, freeRidersMedian: 1.5 }. */
  readonly extra: Readonly<Record<string, number>>;
  /** Whether each figure the scenario promises was reached. */
  readonly figures: readonly Figure[];
  /** FNV-1a over every effect of every peer: same seed, same hash. */
  readonly traceHash: string;
  readonly events: number;
  readonly wallSeconds: number;
  /** What the process used, all its threads: unlike the wall clock it is much the same beside other work. */
  readonly cpuSeconds: number;
  readonly heapMiB: number;
  /** All runs of the scenario, when several were made at once. */
  readonly variants?: readonly RunResult[];
}

/** One promised figure: `value` must be at most / at least `bar`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}
