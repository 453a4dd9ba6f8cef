/**
 * Makes a timeline shorter without losing what it is read for: the minimum of the copies survives (a dip to zero is the point), uplink use is
 * averaged since it belongs to intervals, the rest is taken at the end of each interval. Leaves out drawing.
 */
import type { Timeline } from '../types';

/** At most `most` samples; a shorter timeline comes back as it is. */
export function thinTimeline(timeline: Timeline, most: number): Timeline {
  const length = timeline.seconds.length;
  if (length <= most) return timeline;
  const spans = Array.from({ length: most }, (_, span) => ({
    from: Math.floor((span * length) / most),
    to: Math.floor(((span + 1) * length) / most),
  }));
  const each = (values: readonly number[], join: (part: readonly number[]) => number): number[] =>
    spans.map(({ from, to }) => join(values.slice(from, to)));
  const last = (part: readonly number[]): number => part.at(-1) ?? NaN;
  const least = (part: readonly number[]): number => part.reduce((a, b) => Math.min(a, b), Infinity);
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
  return {
    seconds: each(timeline.seconds, last),
    complete: each(timeline.complete, last),
    progress: each(timeline.progress, last),
    minCopies: each(timeline.minCopies, least),
    uplinkUse: each(timeline.uplinkUse, mean),
    senderCopies: each(timeline.senderCopies, last),
  };
}
