/** Half-open runs of chunk indexes, flat: [start, count, start, count, …], ascending and disjoint. Flat because that is also the wire form. */
export type Ranges = readonly number[];

/** Calls `visit(start, count)` for each run. */
export function forEachRange(ranges: Ranges, visit: (start: number, count: number) => void): void {
  for (let i = 0; i + 1 < ranges.length; i += 2) visit(ranges[i] ?? 0, ranges[i + 1] ?? 0);
}

/** How many integers the runs hold. */
export function rangesCount(ranges: Ranges): number {
  let sum = 0;
  forEachRange(ranges, (_start, count) => (sum += count));
  return sum;
}

/** Whether runs are ascending, disjoint, non-empty and below `limit`. What a peer sends must pass this first. */
export function validRanges(ranges: Ranges, limit: number): boolean {
  if (ranges.length % 2 !== 0) return false;
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const start = ranges[i] ?? -1;
    const count = ranges[i + 1] ?? 0;
    if (!Number.isInteger(start) || !Number.isInteger(count)) return false;
    if (start < next || count < 1 || start + count > limit) return false;
    next = start + count;
  }
  return true;
}

/** Runs of a sorted or unsorted list of distinct integers. */
export function toRanges(indexes: Iterable<number>): number[] {
  const sorted = [...indexes].sort((a, b) => a - b);
  const ranges: number[] = [];
  for (const index of sorted) {
    const last = ranges.length - 2;
    const start = ranges[last];
    const count = ranges[last + 1];
    if (start !== undefined && count !== undefined && start + count === index) ranges[last + 1] = count + 1;
    else ranges.push(index, 1);
  }
  return ranges;
}

/** The same set in at most `limit` runs: the smallest gaps are filled, so the result covers at least what was given. */
export function coarsenRanges(ranges: Ranges, limit: number): number[] {
  const runs: { start: number; end: number }[] = [];
  forEachRange(ranges, (start, count) => runs.push({ start, end: start + count }));
  if (runs.length <= limit) return [...ranges];
  const gaps = runs.slice(1).map((run, i) => ({ after: i, gap: run.start - (runs[i]?.end ?? 0) }));
  gaps.sort((a, b) => b.gap - a.gap);
  const cuts = new Set(gaps.slice(0, limit - 1).map((gap) => gap.after));
  const merged: number[] = [];
  let open: { start: number; end: number } | undefined;
  runs.forEach((run, i) => {
    open = open ? { start: open.start, end: run.end } : run;
    if (cuts.has(i) || i === runs.length - 1) {
      merged.push(open.start, open.end - open.start);
      open = undefined;
    }
  });
  return merged;
}

/** Runs of a set of bits. */
export function rangesOf(set: { readonly length: number; has(index: number): boolean }): number[] {
  const ranges: number[] = [];
  let start = -1;
  for (let i = 0; i <= set.length; i++) {
    const inside = i < set.length && set.has(i);
    if (inside && start < 0) start = i;
    if (!inside && start >= 0) {
      ranges.push(start, i - start);
      start = -1;
    }
  }
  return ranges;
}
