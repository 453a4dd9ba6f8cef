/**
 * A run of chunks as a picture of few cells: what self holds, what is under way, how many copies linked peers hold. Read when somebody looks and
 * never kept: a have costs the engine nothing more for it, whoever watches pays by the chunk (PROTOCOL UI101). Leaves out which runs are looked at
 * (lib/room) and how cells are drawn.
 */
import type { Share } from './state';

/** Parallel arrays, one entry a cell; structured-cloneable. */
export interface ChunkStrip {
  /** Chunks in the run. There are never more cells than chunks. */
  readonly chunks: number;
  /** 0…255: how much of the cell self holds. 255 is all of it, 0 none. */
  readonly have: Uint8Array;
  /** 0…255: how much of it is under way; 0 none. */
  readonly arriving: Uint8Array;
  /** Copies at linked peers of the cell's rarest chunk, at most 255. */
  readonly copies: Uint8Array;
}

const whole = 255;

/** Chunks from…from+count−1, which must lie in the share, in at most `cells` cells. O(count). */
export function chunkStrip(share: Share, from: number, count: number, cells: number): ChunkStrip {
  const size = Math.min(cells, count);
  const have = new Uint8Array(size);
  const arriving = new Uint8Array(size);
  const copies = new Uint8Array(size);
  const { availability } = share.picker;
  for (let cell = 0; cell < size; cell++) {
    const start = from + Math.floor((cell * count) / size);
    const end = from + Math.floor(((cell + 1) * count) / size);
    let fewest = whole;
    for (let chunk = start; chunk < end; chunk++) fewest = Math.min(fewest, availability[chunk] ?? 0);
    copies[cell] = fewest;
    have[cell] = part(share.have.isFull ? end - start : share.have.countRange(start, end), end - start);
  }
  const counts = new Uint32Array(size);
  for (const chunk of share.underway.keys()) {
    if (chunk < from || chunk >= from + count) continue;
    const cell = cellOf(chunk - from, count, size);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  for (let cell = 0; cell < size; cell++) arriving[cell] = part(counts[cell] ?? 0, count / size);
  return { chunks: count, have, arriving, copies };
}

/** The cell whose run holds this chunk: the last one that starts at or before it. */
export const cellOf = (chunk: number, count: number, cells: number): number =>
  Math.ceil(((chunk + 1) * cells) / count) - 1;

/** 0 only for none and 255 only for all, so that a cell never looks empty or done when it is not. */
function part(some: number, all: number): number {
  if (some <= 0) return 0;
  return some >= all ? whole : Math.min(whole - 1, Math.max(1, Math.round((some / all) * whole)));
}
