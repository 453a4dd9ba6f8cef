/** Rule [UI146]: of what a small picture may be made. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawableSize, maxImageBytes, maxPixels } from './image-size';

const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? Array.from(part, (c) => c.charCodeAt(0)) : [...part],
    ),
  );
const big16 = (n: number) => [n >> 8, n & 255];
const little16 = (n: number) => [n & 255, n >> 8];
const big32 = (n: number) => [...big16(n >>> 16), ...big16(n & 0xffff)];
const little32 = (n: number) => [...little16(n & 0xffff), ...little16(n >>> 16)];
const little24 = (n: number) => [...little16(n & 0xffff), n >>> 16];

const png = (w: number, h: number) =>
  bytes('\x89PNG\r\n\x1a\n', big32(13), 'IHDR', big32(w), big32(h), [8, 6, 0, 0, 0]);
const gif = (w: number, h: number, frame: readonly number[]) =>
  bytes(
    'GIF89a',
    little16(w),
    little16(h),
    [0x80, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
    [0x2c],
    frame,
  );
const frameAt = (x: number, y: number, w: number, h: number) => [x, y, w, h].flatMap(little16);
const bmp = (w: number, h: number) =>
  bytes('BM', little32(0), little32(0), little32(54), little32(40), little32(w), little32(h));
const segment = (marker: number, length: number) => [
  0xff,
  marker,
  ...big16(length + 2),
  ...Array<number>(length).fill(0xff),
];
const jpeg = (w: number, h: number, sof = 0xc2) =>
  bytes(
    [0xff, 0xd8],
    segment(0xe1, 2000),
    [0xff],
    segment(0xc4, 20),
    [0xff, sof],
    big16(17),
    [8],
    big16(h),
    big16(w),
    [3],
  );
const riff = (...parts: Parameters<typeof bytes>) => bytes('RIFF', little32(100), 'WEBP', ...parts);
const vp8x = (w: number, h: number) =>
  riff('VP8X', little32(10), [0, 0, 0, 0], little24(w - 1), little24(h - 1));
const vp8l = (w: number, h: number) =>
  riff('VP8L', little32(10), [0x2f], little32(((w - 1) | ((h - 1) << 14)) >>> 0));
const vp8 = (w: number, h: number) =>
  riff('VP8 ', little32(10), [0, 0, 0], '\x9d\x01\x2a', little16(w), little16(h));

describe('drawableSize', () => {
  it.each([
    ['PNG', png(4000, 3000)],
    ['GIF', gif(4000, 3000, frameAt(0, 0, 10, 10))],
    ['GIF whose picture reaches over its screen', gif(1, 1, frameAt(1000, 1000, 3000, 2000))],
    ['BMP', bmp(4000, 3000)],
    ['BMP from top to bottom', bmp(4000, -3000)],
    ['JPEG', jpeg(4000, 3000)],
    ['JPEG, baseline', jpeg(4000, 3000, 0xc0)],
    ['WebP', vp8(4000, 3000)],
    ['WebP without loss', vp8l(4000, 3000)],
    ['WebP, extended', vp8x(4000, 3000)],
  ])('[UI146] knows how large a %s is', (_, image) => {
    expect(drawableSize(image)).toEqual({ width: 4000, height: 3000 });
    // And does not guess when it is cut short before its size.
    for (let length = 0; length < 16; length++) expect(drawableSize(image.subarray(0, length))).toBeNull();
  });

  it.each([
    ['a bomb as PNG', png(100_000, 100_000)],
    ['a bomb as GIF, its screen small', gif(1, 1, frameAt(0, 0, 65_535, 65_535))],
    ['a bomb as WebP', vp8x(16_000, 16_000)],
    ['one pixel too many', png(maxPixels + 1, 1)],
    ['no height', jpeg(100, 0)],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
    ['SVG after an XML declaration', bytes('<?xml version="1.0"?><svg/>')],
    ['AVIF', bytes(big32(28), 'ftypavif', big32(0), 'avifmif1miaf')],
    ['a page', bytes('<!doctype html><script>alert(1)</script>')],
    ['nothing', bytes()],
  ])('[UI146] refuses %s', (_, image) => {
    expect(drawableSize(image)).toBeNull();
  });

  it('[UI146] refuses a file that is too long, whatever it says', () => {
    const long = new Uint8Array(maxImageBytes + 1);
    long.set(png(1, 1));
    expect(drawableSize(long)).toBeNull();
    expect(drawableSize(long.subarray(0, maxImageBytes))).toEqual({ width: 1, height: 1 });
  });

  it('[UI146] takes any bytes, and what it lets pass is small enough', () => {
    const starts = [
      png(9, 9),
      gif(9, 9, frameAt(0, 0, 9, 9)),
      jpeg(9, 9),
      vp8x(9, 9),
      vp8l(9, 9),
      vp8(9, 9),
      bmp(9, 9),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(40),
        (start, noise, at) => {
          const image = new Uint8Array(start.length + noise.length);
          image.set(start);
          image.set(noise, Math.min(at, start.length));
          const size = drawableSize(image);
          if (size) expect(size.width * size.height).toBeLessThanOrEqual(maxPixels);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
