/** The design's values stand in tokens.css alone, and every one of them is used. What is right as a raw value is listed, with its reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = import.meta.dirname;
const tokens = 'tokens.css';

/** Lengths that hang on a layout, not on a rhythm: the room a hero leaves on a phone (both units), the room for a button in a corner. */
const allowed = new Set([
  '_components/home.module.css padding-top: clamp(0rem, (100vh - 51rem) / 2, 5rem)',
  '_components/home.module.css padding-top: clamp(0rem, (100svh - 51rem) / 2, 5rem)',
  '_components/swarm/swarm.module.css padding-inline-end: 9rem',
]);

const length = /(?<![\w.])(?!0(?:rem|px))(?!0*[12]px)[\d.]+(?:rem|px)\b/;
/** Which properties may not say what by themselves. */
const rules: readonly (readonly [property: RegExp, raw: RegExp])[] = [
  [/^font(-size)?$/, /\d(?:rem|px|pt|em|vw)\b/],
  [/^font(-weight)?$/, /(?<![\w.-])[1-9]\d\d\b(?!%)|\bbold/],
  [/^border-(.+-)?radius$/, /(?<![\w.])(?!0(?:rem|px))[\d.]+(?:rem|px)\b/],
  [/^(padding|margin|inset)(-.+)?$|^((row|column)-)?gap$|^(top|right|bottom|left)$/, length],
  [/^(transition|animation)(-.+)?$/, /\d(?:ms|s)\b/],
  [/./, /#[\da-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|(?<![\w-])(?:white|black)(?![\w-])/i],
];

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const all = files
  .filter((file) => file.endsWith('.css'))
  .flatMap((file) => {
    const text = read(file).replace(/\/\*[^]*?\*\//g, blank);
    return [...text.matchAll(/(?<=[{;]\s*)([\w-]+)\s*:\s*([^;{}]+);/g)].map((found) => ({
      place: `${file}:${text.slice(0, found.index).split('\n').length}`,
      file,
      property: found[1] ?? '',
      value: (found[2] ?? '').replace(/\s+/g, ' '),
    }));
  });
const used = (value: string): string[] =>
  [...value.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name ?? '');
/** Scripts set some (`'--done': percent`) and read some, for canvases. */
const inScripts = new Set(
  files
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'))
    .flatMap((file) => [...read(file).matchAll(/(?<=['"])--[a-z][\w-]*(?=['"])/g)].map(([name]) => name)),
);

it('[UI176] sizes, weights, radii, spaces, durations and colours come from the tokens', () => {
  expect(all.length).toBeGreaterThan(500);
  const raw = all.filter(
    ({ file, property, value }) =>
      file !== tokens &&
      !allowed.has(`${file} ${property}: ${value}`) &&
      rules.some(([which, wrong]) => which.test(property) && wrong.test(value)),
  );
  expect(raw.map(({ place, property, value }) => `${place} ${property}: ${value}`)).toEqual([]);
});

it('[UI176] every token is used, and every one used is there', () => {
  const names = new Set(all.flatMap(({ value }) => used(value)));
  const unused = all.filter(
    ({ file, property }) =>
      file === tokens && property.startsWith('--') && !names.has(property) && !inScripts.has(property),
  );
  const there = new Set([...all.map(({ property }) => property), ...inScripts]);
  const missing = all.flatMap(({ place, value }) =>
    used(value).flatMap((name) => (there.has(name) ? [] : [`${place} ${name} is not defined`])),
  );
  expect([
    ...unused.map(({ place, property }) => `${place} ${property} is used nowhere`),
    ...missing,
  ]).toEqual([]);
});
