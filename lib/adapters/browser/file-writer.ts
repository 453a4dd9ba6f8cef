/**
 * Writes one file the person gave access to, whole or not at all: bytes go to the platform's swap file, which takes the place of the file
 * when it is closed (research/pitfalls.md 5.2), and the length on the disk is looked at once more. Decides nothing about names and places.
 * Leaves out modification dates: the platform has no way to set them.
 */
import { concatBytes } from '../../base/bytes';
import { ShoalError } from '../../base/errors';
import type { Bytes, WriteOptions } from '../../ports';
import { nameOf, writeError } from './save-errors';

/** Each write may open the file anew on Windows: small slices are put together first. */
const writeBytes = 4 * 1024 * 1024;
/** Two seconds in all; guess, seen to take milliseconds. */
const removeTries = 40;
const removeEveryMs = 50;

/**
 * Replaces the file's content with `slices`, `length` bytes together. Rejects with ShoalError (save-errors.ts); the file then has the content
 * it had before, an empty one where it was just made.
 */
export async function writeFile(
  file: FileSystemFileHandle,
  slices: AsyncIterable<Bytes>,
  length: number,
  { wrote, signal }: WriteOptions = {},
): Promise<void> {
  let writable: FileSystemWritableFileStream | undefined;
  try {
    throwIfCancelled(signal);
    writable = await file.createWritable();
    let held: Bytes[] = [];
    let heldBytes = 0;
    const put = async (): Promise<void> => {
      await writable?.write(held.length === 1 && held[0] ? held[0] : concatBytes(...held));
      wrote?.(heldBytes);
      held = [];
      heldBytes = 0;
    };
    for await (const slice of slices) {
      throwIfCancelled(signal);
      held.push(slice);
      heldBytes += slice.length;
      if (heldBytes >= writeBytes) await put();
    }
    if (heldBytes > 0) await put();
    throwIfCancelled(signal);
    await writable.close();
    const { size } = await file.getFile();
    if (size !== length) throw new ShoalError('save-failed', `${size} of ${length} bytes are on the disk`);
  } catch (cause) {
    // May not hide the reason: a stream that failed by itself is aborted already.
    await writable?.abort().catch(() => undefined);
    throw writeError(cause);
  }
}

/**
 * Runs `remove` for a file whose writing failed. Chromium answers that a stream was aborted a moment before it lets go of the file (seen in
 * 156: NoModificationAllowedError for some milliseconds), so it is tried again. Never rejects: the reason of the failure is what must be told.
 */
export async function removed(remove: () => Promise<void>): Promise<void> {
  for (let tries = 1; tries <= removeTries; tries++) {
    try {
      await remove();
      return;
    } catch (error) {
      if (nameOf(error) !== 'NoModificationAllowedError') return;
      await new Promise((resolve) => setTimeout(resolve, removeEveryMs));
    }
  }
}

/** The person pressed Stop. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ShoalError('save-cancelled');
}
