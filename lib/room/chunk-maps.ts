/** Which runs of chunks somebody looks at, bounded, for the map of a share and of some of its files (PROTOCOL UI101). Pure reading. */
import { chunksOf } from '../content/layout';
import { chunkStrip, type ChunkStrip } from '../core/transfer/chunk-map';
import type { Driver } from '../driver/driver';
import type { ShareEntry } from '../driver/share-entry';
import type { ChunkMap, ChunkMapWish } from './api';

/** More than a screen shows, in cells and in rows. */
const most = { cells: 4096, files: 64, fileCells: 1024 } as const;

const bounded = (cells: number, limit: number): number =>
  Number.isFinite(cells) ? Math.min(limit, Math.max(1, Math.floor(cells))) : 1;

export function chunkMapOf(driver: Driver, entry: ShareEntry, wish: ChunkMapWish): ChunkMap {
  const share = driver.engine.transfer.shares.get(entry.id);
  const { geometry, offsets } = entry;
  const strip = (from: number, count: number, cells: number): ChunkStrip =>
    share ? chunkStrip(share, from, count, cells) : nothing;
  const fileStrip = (file: number): ChunkStrip => {
    const [start, end] = [offsets[file], offsets[file + 1]];
    if (start === undefined || end === undefined) return nothing;
    return strip(...chunksOf(geometry, start, end), bounded(wish.fileCells, most.fileCells));
  };
  return {
    members: driver.members,
    whole: strip(0, geometry.chunkCount, bounded(wish.cells, most.cells)),
    files: wish.files.slice(0, most.files).map(fileStrip),
  };
}

const nothing: ChunkStrip = {
  chunks: 0,
  have: new Uint8Array(),
  arriving: new Uint8Array(),
  copies: new Uint8Array(),
};
