/**
 * Whether a small picture may be made of a file, by its first bytes: what it is and how many pixels it takes. A name proves nothing, and a few
 * kilobytes can stand for gigapixels, so nothing is decoded before this said how large it is. PNG, JPEG, GIF, WebP and BMP, by their specifications:
 * W3C PNG §11.2, ITU-T T.81 §B.2, GIF89a §18 and §20, RFC 9649 §2, and Windows' BITMAPINFOHEADER. PROTOCOL.md UI146. Leaves out SVG, which is
 * a document and not a picture, and AVIF, whose true size lies deep in its video data.
 */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Longer files are not read for a picture. Guess: photos of today's cameras are below it. */
export const maxImageBytes = 20 * 1024 * 1024;
/** Four bytes each while it is decoded: 160 MB for a moment. Guess: what a phone has. */
export const maxPixels = 40_000_000;

/** null: none of the kinds above, cut short, or larger than is decoded. */
export function drawableSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length > maxImageBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: ImageSize | null = null;
  try {
    size = png(view) ?? gif(view) ?? webp(view) ?? bmp(view) ?? jpeg(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // read past its end: cut short
  }
  return size && size.width > 0 && size.height > 0 && size.width * size.height <= maxPixels ? size : null;
}

const says = (view: DataView, at: number, text: string): boolean =>
  view.byteLength >= at + text.length &&
  Array.from(text).every((letter, i) => view.getUint8(at + i) === letter.charCodeAt(0));

function png(view: DataView): ImageSize | null {
  if (!says(view, 0, '\x89PNG\r\n\x1a\n') || !says(view, 12, 'IHDR')) return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The first picture may reach over the screen it is said to have: the larger of both counts. */
function gif(view: DataView): ImageSize | null {
  if (!says(view, 0, 'GIF87a') && !says(view, 0, 'GIF89a')) return null;
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const flags = view.getUint8(10);
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (view.getUint8(at) === 0x21) {
    at += 2;
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += length + 1;
    at++;
  }
  if (view.getUint8(at) !== 0x2c) return null;
  return {
    width: Math.max(screen.width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true)),
    height: Math.max(screen.height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true)),
  };
}

function webp(view: DataView): ImageSize | null {
  if (!says(view, 0, 'RIFF') || !says(view, 8, 'WEBP')) return null;
  const three = (at: number): number => view.getUint16(at, true) + 65_536 * view.getUint8(at + 2);
  if (says(view, 12, 'VP8X')) return { width: three(24) + 1, height: three(27) + 1 };
  if (says(view, 12, 'VP8L') && view.getUint8(20) === 0x2f) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!says(view, 12, 'VP8 ') || !says(view, 23, '\x9d\x01\x2a')) return null;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

function bmp(view: DataView): ImageSize | null {
  // Headers of OS/2, which are shorter, are nobody's any more.
  if (!says(view, 0, 'BM') || view.getUint32(14, true) < 40) return null;
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/** Goes from segment to segment to the frame header; what comes before it may be a large preview or colour profile. */
function jpeg(view: DataView): ImageSize | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Data begins, or ends, without a frame: nothing a browser shows.
    if (marker === 0xda || marker === 0xd9) return null;
    at += 2 + view.getUint16(at + 2);
  }
}
