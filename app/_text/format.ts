/**
 * Sizes, rates, times and counts as people read them, by Intl in the page's language. Sizes are decimal (1 MB = 1,000,000 bytes), as disks
 * and browsers' download lists count. Leaves out sentences (states.ts).
 */
import { wordsNow } from './words';

/** The page is written in English; its numbers follow. */
const locale = 'en';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const formats = new Map<string, Intl.NumberFormat>();

function unitFormat(unit: string, digits: number, display: 'short' | 'long'): Intl.NumberFormat {
  const key = `${unit} ${digits} ${display}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: display,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format;
}

/** 0 → "0 bytes", 1_234_567 → "1.2 MB": two to three figures, so that the width stays calm while it grows. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, Number.isFinite(bytes) ? bytes : 0);
  let step = 0;
  // 999.5 would be printed as 1000 of the smaller unit.
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = units[step] ?? 'byte';
  if (step === 0) return unitFormat(unit, 0, 'long').format(Math.round(value));
  return unitFormat(unit, value < 9.95 ? 1 : 0, 'short').format(value);
}

/** Bytes per second → "1.2 MB/s"; "0 kB/s" when nothing flows. */
export const formatRate = (bytesPerSecond: number): string =>
  bytesPerSecond < 500 ? '0 kB/s' : `${formatBytes(bytesPerSecond)}/s`;

/** Seconds → "5 s", "4 min", "2 h 10 min": rounded up, coarser the longer, for "left". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Whole percent of done in total, 0…100. 100 only when all is done; nothing to do counts as done. */
export function percentOf(done: number, total: number): number {
  if (total <= 0 || done >= total) return 100;
  return Math.min(99, Math.max(0, Math.floor((done / total) * 100)));
}

/** 0…100 → "42%". */
export const formatPercent = (percent: number): string =>
  new Intl.NumberFormat(wordsNow().locale, { style: 'percent' }).format(Math.floor(percent) / 100);

const countFormat = new Intl.NumberFormat(locale);
const plural = new Intl.PluralRules(locale);

export const formatCount = (count: number): string => countFormat.format(count);

/** counted(1, 'file') → "1 file", counted(1200, 'file') → "1,200 files". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${plural.select(count) === 'one' ? one : many}`;

const dayFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const timeFormat = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });

/** Milliseconds since 1970 → "14:03" today, else the day. */
export function formatWhen(at: number, now = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return sameDay ? `today, ${timeFormat.format(at)}` : dayFormat.format(at);
}
