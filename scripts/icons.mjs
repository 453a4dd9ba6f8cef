// npm run icons: the icons of the installed app, and the one for browsers that draw no SVG, from app/icon.svg, drawn by the Chromium that the tests use. Committed: builds draw nothing.
import { chromium } from '@playwright/test';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromiumFlags, chromiumPath } from './chromium.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const icon = await readFile('app/icon.svg', 'utf8');

// Masks cut as far in as a circle of 80 % (maskable) or a rounded square (Apple's): full to the edge, the picture drawn smaller.
const full = (/** @type {number} */ scale) =>
  icon
    .replace(/rx="[\d.]+"/, '')
    .replace(
      /(<rect[^>]*>)([\s\S]*)(<\/svg>)/,
      `$1<g transform="translate(32 32) scale(${scale}) translate(-32 -32)">$2</g>$3`,
    );
// Android shows nothing but the shape, in white.
const shape = icon.replace(/<rect[^>]*>/, '').replace(/fill="#[\da-f]+"/gi, 'fill="#fff"');

const drawings = [
  { file: 'public/icons/192.png', size: 192, svg: icon },
  { file: 'public/icons/512.png', size: 512, svg: icon },
  { file: 'public/icons/maskable-512.png', size: 512, svg: full(0.78) },
  { file: 'public/icons/badge.png', size: 96, svg: shape },
  { file: 'app/apple-icon.png', size: 180, svg: full(0.86) },
  { file: 'public/favicon.ico', size: 48, svg: icon },
];

/**
 * What browsers that draw no SVG ask for by that name: https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10), with a PNG inside.
 * @param {Buffer} png @param {number} size pixels, below 256
 */
function asIco(png, size) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2); // an icon
  head.writeUInt16LE(1, 4); // of one picture
  head.writeUInt8(size, 6);
  head.writeUInt8(size, 7);
  head.writeUInt16LE(1, 10); // planes
  head.writeUInt16LE(32, 12); // bits a pixel
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18); // where it begins
  return Buffer.concat([head, png]);
}

const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
try {
  await mkdir('public/icons', { recursive: true });
  for (const { file, size, svg } of drawings) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    const png = await page.screenshot({ omitBackground: true });
    await writeFile(file, file.endsWith('.ico') ? asIco(png, size) : png);
    await page.close();
    console.log(file);
  }
} finally {
  await browser.close();
}
