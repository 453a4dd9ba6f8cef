/**
 * Where bytes lie: files end to end, cut into chunks, chunks into blocks. Design §4. Pure arithmetic, no cryptography.
 * Sizes are safe integers in bytes; ranges are half-open.
 */
import { limits } from '../wire/messages';

export const minChunkBytes = 256 * 1024;
export const maxChunkBytes = 4 * 1024 * 1024;
/** AES-GCM appends 16 bytes to each chunk. */
export const tagBytes = 16;
/** Measured over raw channels on this stack: 64 to 255 KiB cost the same within the noise; this is half the frame limit. */
export const blockBytes = 128 * 1024;
/** Largest share: every chunk index must fit the wire's bound. */
export const maxTotalBytes = limits.chunks * maxChunkBytes;

/** The fields of a header that fix the arithmetic. */
export interface ChunkGeometry {
  readonly totalBytes: number;
  readonly chunkBytes: number;
  readonly chunkCount: number;
}

/** C = clamp(pow2(total / 2000), 256 KiB, 4 MiB): about 2,000 chunks, so the last one's share of the time is small (swarm.md §1.4). */
export function chunkBytesFor(totalBytes: number): number {
  let size = minChunkBytes;
  while (size < maxChunkBytes && size * 2000 < totalBytes) size *= 2;
  return size;
}

export function geometryOf(totalBytes: number, chunkBytes = chunkBytesFor(totalBytes)): ChunkGeometry {
  return { totalBytes, chunkBytes, chunkCount: Math.ceil(totalBytes / chunkBytes) };
}

/** Plaintext bytes of chunk `index`. */
export function plainChunkBytes(geometry: ChunkGeometry, index: number): number {
  return Math.min(geometry.chunkBytes, geometry.totalBytes - index * geometry.chunkBytes);
}

/** Ciphertext bytes of chunk `index`: what is stored, hashed and sent. */
export const sealedChunkBytes = (geometry: ChunkGeometry, index: number): number =>
  plainChunkBytes(geometry, index) + tagBytes;

/** Blocks of a sealed chunk: cut every blockBytes of plaintext; the last block also carries the tag, so no block is a mere 16 bytes. */
export const blockCount = (sealedBytes: number): number =>
  Math.max(1, Math.ceil((sealedBytes - tagBytes) / blockBytes));

/** Where block `block` lies in its sealed chunk. */
export function blockRange(sealedBytes: number, block: number): { start: number; end: number } {
  const start = block * blockBytes;
  const end = block === blockCount(sealedBytes) - 1 ? sealedBytes : start + blockBytes;
  return { start, end };
}

export const segmentOf = (chunk: number): number => Math.floor(chunk / limits.chunksPerSegment);

/** Segments of a share, the last one perhaps short. */
export const segmentCount = (geometry: ChunkGeometry): number =>
  Math.ceil(geometry.chunkCount / limits.chunksPerSegment);

/** Chunks in segment `segment`. */
export const segmentLength = (geometry: ChunkGeometry, segment: number): number =>
  Math.min(limits.chunksPerSegment, geometry.chunkCount - segment * limits.chunksPerSegment);

/** Start of each file in the share's byte range, and the end: offsets[i] … offsets[i + 1]. */
export function fileOffsets(sizes: readonly number[]): number[] {
  const offsets = [0];
  let at = 0;
  for (const size of sizes) offsets.push((at += size));
  return offsets;
}

/** Chunks that [start, end) touches, as [first, count]; count 0 for an empty range. */
export function chunksOf(
  geometry: ChunkGeometry,
  start: number,
  end: number,
): [first: number, count: number] {
  if (end <= start) return [Math.min(Math.floor(start / geometry.chunkBytes), geometry.chunkCount), 0];
  const first = Math.floor(start / geometry.chunkBytes);
  const last = Math.floor((end - 1) / geometry.chunkBytes);
  return [first, last - first + 1];
}
