/**
 * What it means when the platform refuses to write: from the name of a DOMException to a code with words (File System standard
 * https://fs.spec.whatwg.org, WICG File System Access; what Chromium throws when: whatwg/fs#57). Only the name counts: texts differ by
 * version and language, and may hold a path.
 */
import { ShoalError, type ShoalErrorCode } from '../../base/errors';

const writing: Readonly<Record<string, ShoalErrorCode>> = {
  // The disk, or for the origin's own files the quota. A class of its own in newer browsers, by the same name.
  QuotaExceededError: 'save-disk-full',
  // Never given, withdrawn in the browser's settings, or lapsed with a reload.
  NotAllowedError: 'save-permission',
  SecurityError: 'save-permission',
  // Another writer holds its lock, or the system protects it from writing.
  NoModificationAllowedError: 'save-locked',
  InvalidModificationError: 'save-locked',
  // On Windows: open in another program when the swap file was to take its place.
  InvalidStateError: 'save-locked',
  NotReadableError: 'save-locked',
  NotFoundError: 'save-folder-gone',
  // What was a folder is a file now.
  TypeMismatchError: 'save-folder-gone',
  // Only `close` answers so: the file did not pass Safe Browsing (pitfalls 5.2).
  AbortError: 'save-blocked',
};

/** For whatever writing into a file or folder threw. A ShoalError stays what it is. */
export function writeError(cause: unknown): ShoalError {
  if (cause instanceof ShoalError) return cause;
  const name = nameOf(cause);
  return new ShoalError(writing[name] ?? 'save-failed', name, { cause });
}

/** By shape: a DOMException of another realm is no Error of this one. */
export const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string'
    ? error.name
    : typeof error;
