/**
 * How many files cross from the page to the host. Cloning a File takes the page about a tenth of a millisecond (Chromium 156: 10,000 in one
 * message froze the page for 1 to 2.5 s), so many files cross in slices, between which the page gets its turn for input and paint, and a
 * command then names what was carried over. Leaves out collecting them (app) and what they become (room/room).
 */
import type { PickedFile } from './api';
import { ShoalError } from '../base/errors';

/** Files as a command takes them: themselves where they are few, else the name under which they were handed over before. */
export type Carried = readonly PickedFile[] | { readonly carried: number };

/** Clones in about 10 ms, which is under a frame. */
const sliceFiles = 100;

/** The page's side. `take` hands one slice over and resolves when the host has it. */
export class Carrier {
  private last = 0;

  async carry(
    files: readonly PickedFile[],
    take: (name: number, slice: readonly PickedFile[]) => Promise<void>,
  ): Promise<Carried> {
    if (files.length <= sliceFiles) return files;
    const carried = ++this.last;
    for (let at = 0; at < files.length; at += sliceFiles)
      await take(carried, files.slice(at, at + sliceFiles));
    return { carried };
  }
}

/** The host's side. */
export class CarriedFiles {
  private readonly held = new Map<number, PickedFile[]>();

  take(name: number, slice: readonly PickedFile[]): void {
    const held = this.held.get(name);
    if (held) held.push(...slice);
    else this.held.set(name, [...slice]);
  }

  /** What a command was given, once. */
  of(files: Carried): readonly PickedFile[] {
    if (!('carried' in files)) return files;
    const held = this.held.get(files.carried);
    if (!held) throw new ShoalError('internal', 'files that were not carried over');
    this.held.delete(files.carried);
    return held;
  }
}
