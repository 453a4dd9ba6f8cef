/** What the people in the pictures share: a trip to the coast, with photos a browser can show, and enough bytes to watch them travel. */
import type { Browser } from '@playwright/test';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFile, makeTree, mebibyte } from '../support/files';
import { makeWav, pdf } from '../support/media';

export interface Trip {
  readonly folder: string;
  readonly files: readonly string[];
}

/** Sky, sun, sea and sand in colours of the hour: no file of another's is needed. */
const hours = {
  'Harbour at dawn.png': ['#f6d7b8', '#f4a259', '#3d6b7d', '#8a6f5a'],
  'Lighthouse.png': ['#bfe0f2', '#fff3c4', '#2f7f9c', '#d9c29a'],
  'Dunes.png': ['#dceefb', '#ffe08a', '#4fa3b8', '#e8cf9f'],
  'Last evening.png': ['#40345e', '#f2784b', '#23304f', '#5b4a52'],
} as const;

/** A folder of ten entries, about `megabytes` in all. */
export async function makeTrip(browser: Browser, root: string, megabytes = 3): Promise<Trip> {
  const folder = join(root, 'Trip to the coast');
  await makeTree(folder, {
    'Packing list.txt': 'Tent\nStove\nMap\nBinoculars\nA book for rainy days\n',
    'Route.pdf': pdf,
  });
  await mkdir(join(folder, 'Photos'), { recursive: true });
  for (const [name, colours] of Object.entries(hours))
    await writeFile(join(folder, 'Photos', name), await paint(browser, colours));
  await makeWav(join(folder, 'Sound of the waves.wav'), 6);
  await makeFile(join(folder, 'Out on the boat.mp4'), Math.max(1, megabytes - 2) * mebibyte, 7);
  const files = ['Packing list.txt', 'Route.pdf', 'Sound of the waves.wav', 'Out on the boat.mp4'];
  return {
    folder,
    files: [
      ...Object.keys(hours).map((name) => join(folder, 'Photos', name)),
      ...files.map((name) => join(folder, name)),
    ],
  };
}

/** A hole of that size: reads as zeros and takes no disk. */
export async function hugeFile(path: string, bytes: number): Promise<string> {
  await writeFile(path, '');
  await truncate(path, bytes);
  return path;
}

async function paint(browser: Browser, colours: readonly string[]): Promise<Buffer> {
  const page = await browser.newPage();
  const url = await page.evaluate(([sky = '', sun = '', sea = '', sand = '']) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 960, height: 640 });
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    const air = pen.createLinearGradient(0, 0, 0, 380);
    air.addColorStop(0, sky);
    air.addColorStop(1, sun);
    pen.fillStyle = air;
    pen.fillRect(0, 0, 960, 640);
    pen.fillStyle = sun;
    pen.beginPath();
    pen.arc(640, 300, 70, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = sea;
    pen.fillRect(0, 370, 960, 270);
    pen.fillStyle = sand;
    pen.beginPath();
    pen.moveTo(0, 520);
    pen.bezierCurveTo(300, 440, 620, 620, 960, 540);
    pen.lineTo(960, 640);
    pen.lineTo(0, 640);
    pen.fill();
    return canvas.toDataURL('image/png');
  }, colours);
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
