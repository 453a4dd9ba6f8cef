/** Files that a browser can show, made on the spot. */
import { writeFile } from 'node:fs/promises';

const bytesPerSecond = 44_100 * 4;

/** 16-bit stereo noise at 44.1 kHz: every browser plays it, no chunk is like another, and any place in it can be sought. */
export async function makeWav(path: string, seconds: number): Promise<string> {
  const samples = seconds * bytesPerSecond;
  const file = Buffer.alloc(44 + samples);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(44_100, 24);
  file.writeUInt32LE(bytesPerSecond, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples, 40);
  let x = 2654435761 | 1;
  for (let at = 44; at + 1 < file.length; at += 2) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    file.writeInt16LE(x >> 20, at);
  }
  await writeFile(path, file);
  return path;
}

/** One red pixel. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** One empty page. */
export const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n',
);
