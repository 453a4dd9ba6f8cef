/**
 * How a map of chunks is laid out in a picture so wide, and what colour each cell takes: one square a chunk while they fit, else one for a run of
 * them, so that a hundred thousand cost no more than the pixels there are. Pure.
 */
import type { ChunkStrip } from '../../../lib/index';

export interface Grid {
  /** Side of a cell with its gap, CSS pixels. */
  readonly pitch: number;
  readonly columns: number;
  readonly rows: number;
}

const pitches = [22, 18, 15, 12, 10, 8, 7] as const;
const smallest = 7;

/** The largest squares with which `chunks` fit into width × height; where none do, the smallest, and then cells stand for runs. */
export function gridOf(chunks: number, width: number, height: number): Grid {
  for (const pitch of pitches) {
    const columns = Math.max(1, Math.floor(width / pitch));
    const rows = Math.ceil(chunks / columns);
    if (rows * pitch <= height) return { pitch, columns, rows: Math.max(1, rows) };
  }
  const columns = Math.max(1, Math.floor(width / smallest));
  return { pitch: smallest, columns, rows: Math.max(1, Math.floor(height / smallest)) };
}

/** nowhere: missing, and no linked peer has it · missing: a linked peer has it, or its sender, who shows bit by bit what it has · arriving · here. */
export type CellState = 'nowhere' | 'missing' | 'arriving' | 'here';

/** `sender`: whoever made the share is linked. */
export function stateOf({ have, arriving, copies }: ChunkStrip, cell: number, sender: boolean): CellState {
  if ((have[cell] ?? 0) === 255) return 'here';
  if ((arriving[cell] ?? 0) > 0) return 'arriving';
  return (copies[cell] ?? 0) === 0 && !sender ? 'nowhere' : 'missing';
}

/** Cells that became more since the last look: what just lit up. Of another number of cells: none. */
export function freshCells(before: ChunkStrip | null, now: ChunkStrip): Uint8Array {
  const fresh = new Uint8Array(now.have.length);
  if (before?.have.length !== now.have.length) return fresh;
  for (let cell = 0; cell < fresh.length; cell += 1)
    fresh[cell] = (now.have[cell] ?? 0) > (before.have[cell] ?? 0) ? 1 : 0;
  return fresh;
}

export interface StripSums {
  readonly chunks: number;
  /** 0…1, from cells: rounded towards neither all nor nothing. */
  readonly have: number;
  readonly arriving: number;
  readonly fewest: number;
}

/** What a strip says in numbers. */
export function sumsOf({ chunks, have, arriving, copies }: ChunkStrip): StripSums {
  let held = 0;
  let coming = 0;
  let fewest = Infinity;
  for (let cell = 0; cell < have.length; cell += 1) {
    held += have[cell] ?? 0;
    coming += (arriving[cell] ?? 0) > 0 ? 1 : 0;
    fewest = Math.min(fewest, copies[cell] ?? 0);
  }
  return {
    chunks,
    have: have.length === 0 ? 1 : held / (255 * have.length),
    arriving: coming,
    fewest: fewest === Infinity ? 0 : fewest,
  };
}
