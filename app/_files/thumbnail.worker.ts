/**
 * Decodes one image at a time and answers a small square cut from its middle. Apart from the page and from the engine, so that decoding what a
 * stranger sent takes neither their time nor, should it come to that, their memory with it.
 */
import { thumbnailPixels } from './thumbnails';

export interface Painted {
  /** null: it did not decode. */
  readonly bitmap: ImageBitmap | null;
}

addEventListener('message', ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
  void paint(data).then(
    (bitmap) => postMessage({ bitmap } satisfies Painted, { transfer: [bitmap] }),
    () => postMessage({ bitmap: null } satisfies Painted),
  );
});

async function paint(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(thumbnailPixels, thumbnailPixels);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  const side = Math.min(image.width, image.height);
  const [left, top] = [(image.width - side) / 2, (image.height - side) / 2];
  context.drawImage(image, left, top, side, side, 0, 0, thumbnailPixels, thumbnailPixels);
  image.close();
  return canvas.transferToImageBitmap();
}
