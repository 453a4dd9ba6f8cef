/**
 * Small pictures of image files: which are made, when, and how many are kept. Only for rows in sight, one after the other, and never of what
 * image-size refuses. They are made in this browser from bytes that are here (`read`) and held as pixels, so there is no address to revoke and no
 * rule of the CSP to widen. PROTOCOL.md UI146. Leaves out the drawing itself (thumbnail-painter).
 */
import type { RoomId, ShareId } from '../../lib/index';
import { drawableSize } from './image-size';

/** Whose file it is. */
export interface PictureSource {
  readonly room: RoomId;
  readonly share: ShareId;
}

/** Pixels on a side: three for each of the 32 CSS pixels of a row's picture. */
export const thumbnailPixels = 96;

/** ImageBitmap, as far as this needs it. */
export interface Picture {
  close(): void;
}

export interface ThumbnailWork<Bitmap extends Picture> {
  /** null: not here, or too long. */
  readonly read: () => Promise<Uint8Array<ArrayBuffer> | null>;
  readonly key: string;
  /** Once at most; null: there is none. */
  readonly done: (bitmap: Bitmap | null) => void;
}

export interface ThumbnailOptions<Bitmap extends Picture> {
  /** Rejects for what does not decode. */
  readonly paint: (bytes: Uint8Array<ArrayBuffer>) => Promise<Bitmap>;
  /** Guess: 37 KB each; a few screens of rows. */
  readonly kept?: number;
  /** Guess: one is read while another is drawn. */
  readonly atOnce?: number;
}

export class Thumbnails<Bitmap extends Picture> {
  /** Least recently asked for first. null: has none, whatever is tried. */
  private readonly made = new Map<string, Bitmap | null>();
  private readonly waiting = new Set<ThumbnailWork<Bitmap>>();
  private running = 0;

  constructor(private readonly options: ThumbnailOptions<Bitmap>) {}

  /** undefined: not made yet. The bitmap is the cache's: draw it at once, do not keep it. */
  known(key: string): Bitmap | null | undefined {
    const bitmap = this.made.get(key);
    if (bitmap === undefined) return undefined;
    this.made.delete(key);
    this.made.set(key, bitmap);
    return bitmap;
  }

  /** Answers how to give it up: what has not begun is then never begun, and nothing is told. */
  want(work: ThumbnailWork<Bitmap>): () => void {
    const known = this.known(work.key);
    if (known !== undefined) {
      work.done(known);
      return () => undefined;
    }
    let wanted = true;
    const mine: ThumbnailWork<Bitmap> = {
      ...work,
      done: (bitmap) => {
        if (wanted) work.done(bitmap);
      },
    };
    this.waiting.add(mine);
    this.next();
    return () => {
      wanted = false;
      this.waiting.delete(mine);
    };
  }

  private next(): void {
    const { atOnce = 2 } = this.options;
    for (const work of this.waiting) {
      if (this.running >= atOnce) return;
      this.waiting.delete(work);
      this.running++;
      void this.make(work).finally(() => {
        this.running--;
        this.next();
      });
    }
  }

  private async make({ key, read, done }: ThumbnailWork<Bitmap>): Promise<void> {
    // Another row of the same file may have been faster.
    let bitmap = this.known(key);
    if (bitmap === undefined) {
      const bytes = await read().catch(() => null);
      // Not remembered: it may be here the next time.
      if (!bytes) {
        done(null);
        return;
      }
      bitmap = drawableSize(bytes) ? await this.options.paint(bytes).catch(() => null) : null;
      this.keep(key, bitmap);
    }
    done(bitmap);
  }

  private keep(key: string, bitmap: Bitmap | null): void {
    this.made.get(key)?.close();
    this.made.set(key, bitmap);
    for (const [oldest, old] of this.made) {
      if (this.made.size <= (this.options.kept ?? 240)) return;
      this.made.delete(oldest);
      old?.close();
    }
  }
}
