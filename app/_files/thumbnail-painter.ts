/** The page's side of drawing small pictures: one worker, one image at a time, ended when idle and when an image takes too long. */
import type { Painted } from './thumbnail.worker';

/** Guess: the largest allowed image takes a slow phone two seconds. */
const patienceMs = 10_000;
/** A worker is a few megabytes; scrolling goes on sooner than this. */
const idleMs = 15_000;

let worker: Worker | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** Rejects for what does not decode, takes too long, or where no worker can be had. The bytes are given away. */
export function paintThumbnail(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const mine = turn.then(() => paint(bytes));
  turn = mine.catch(() => undefined);
  return mine;
}

function paint(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  clearTimeout(idle);
  // Turbopack finds the worker by this very form.
  worker ??= new Worker(new URL('./thumbnail.worker.ts', import.meta.url), { type: 'module' });
  const painter = worker;
  return new Promise<ImageBitmap>((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(patience);
      end();
      reject(new Error('not painted'));
    };
    const patience = setTimeout(fail, patienceMs);
    painter.onerror = fail;
    painter.onmessage = ({ data }: MessageEvent<Painted>) => {
      clearTimeout(patience);
      idle = setTimeout(end, idleMs);
      if (data.bitmap) resolve(data.bitmap);
      else reject(new Error('does not decode'));
    };
    painter.postMessage(bytes, [bytes.buffer]);
  });
}

function end(): void {
  worker?.terminate();
  worker = undefined;
}
