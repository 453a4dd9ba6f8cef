/**
 * How one number, one name and one figure read, the same in the table, the charts and the README. A number that does not exist (NaN, Infinity)
 * reads "–". Leaves out layout.
 */
import type { Figure, RunResult } from '../types';

const absent = '–';

/** 12345.6 → "12,346". */
export const count = (value: number): string =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : absent;

const fixed = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Seconds without their unit: two decimals below 10, one below 1,000, none above. */
export function seconds(value: number): string {
  if (!Number.isFinite(value)) return absent;
  const size = Math.abs(value);
  return fixed(value, size < 10 ? 2 : size < 1000 ? 1 : 0);
}

/** A multiple of a bound: three decimals below 10, since bars differ in the second. */
export function ratio(value: number): string {
  if (!Number.isFinite(value)) return absent;
  return fixed(value, Math.abs(value) < 10 ? 3 : 1);
}

/** 0.0123 → "1.23 %". Two decimals below 10 %, so that small overheads do not read as nothing. */
export function percent(value: number): string {
  if (!Number.isFinite(value)) return absent;
  const share = value * 100;
  return `${fixed(share, Math.abs(share) < 10 ? 2 : 1)} %`;
}

/** Up to four significant digits; whole numbers as they are. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return absent;
  if (Number.isInteger(value)) return count(value);
  const size = Math.abs(value);
  if (size >= 1000) return count(value);
  return size < 0.001 ? value.toPrecision(2) : String(Number(value.toPrecision(4)));
}

/** Reads an extra figure by the end of its name: …Share and …Use are parts, …Seconds times, …Bytes sizes; the rest plain numbers. */
export function extraValue(name: string, value: number): string {
  if (/(share|use)$/i.test(name)) return percent(value);
  if (/seconds$/i.test(name)) return Number.isFinite(value) ? `${seconds(value)} s` : absent;
  if (/bytes$/i.test(name)) return Number.isFinite(value) ? `${count(value)} B` : absent;
  return plain(value);
}

/** contributorsP95 → "contributors p95". */
export const words = (name: string): string =>
  clean(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** One line of printable text: control characters, lone surrogates and line breaks become spaces, since a terminal and XML take them badly. */
export const clean = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]+/gu, ' ').trim();

export function shorten(text: string, most: number): string {
  const characters = Array.from(clean(text));
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

/** Scenario and variant in one name: "free-riders phi=0.3". */
export const caseName = (result: Pick<RunResult, 'scenario' | 'variant'>): string =>
  clean(`${result.scenario} ${result.variant}`);

/** A value that does not exist reaches no bar; a figure without a bar is met by being told. */
export const figureMet = ({ value, atMost, atLeast }: Figure): boolean =>
  !Number.isNaN(value) &&
  (atMost === undefined || value <= atMost) &&
  (atLeast === undefined || value >= atLeast);

/** "at most 1.1", "at least 0.9", both, or nothing. */
export function barText({ atMost, atLeast }: Pick<Figure, 'atMost' | 'atLeast'>): string {
  const parts: string[] = [];
  if (atLeast !== undefined) parts.push(`at least ${plain(atLeast)}`);
  if (atMost !== undefined) parts.push(`at most ${plain(atMost)}`);
  return parts.join(', ');
}
