/**
 * Sizes, rates, times and counts as people read them, by Intl in the page's language. Sizes are decimal (1 MB = 1,000,000 bytes), as disks
 * and browsers' download lists count. Leaves out sentences (states.ts). Rule: PROTOCOL.md UI7, UI80.
 */
import { t, wordsNow } from './words';

const made = new Map<string, unknown>();

/** Formatters are dear to make; each is made once per language and purpose. */
function cached<Format>(purpose: string, make: (locale: string) => Format): Format {
  const { locale } = wordsNow();
  const key = `${locale} ${purpose}`;
  const known = made.get(key) ?? make(locale);
  made.set(key, known);
  return known as Format;
}

const unitFormat = (unit: string, digits: number, display: 'short' | 'long'): Intl.NumberFormat =>
  cached(
    `${unit} ${digits} ${display}`,
    (locale) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: display,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** The unit that leaves two to three figures, so that the width stays calm while it grows. */
function scaled(bytes: number): { readonly unit: (typeof units)[number]; readonly value: number } {
  let value = Math.max(0, Number.isFinite(bytes) ? bytes : 0);
  let step = 0;
  // 999.5 would be printed as 1000 of the smaller unit.
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return { unit: units[step] ?? 'byte', value };
}

const digitsOf = (value: number): number => (value < 9.95 ? 1 : 0);

/** 0 → "0 bytes", 1_234_567 → "1.2 MB". */
export function formatBytes(bytes: number): string {
  const { unit, value } = scaled(bytes);
  if (unit === 'byte') return unitFormat(unit, 0, 'long').format(Math.round(value));
  return unitFormat(unit, digitsOf(value), 'short').format(value);
}

/** Less is what a link costs by itself. */
export const flows = (bytesPerSecond: number): boolean => bytesPerSecond >= 500;

/** For a number and its unit amid other words: a line does not end between them. */
export const unbroken = (text: string): string => text.replace(/ /g, '\u00a0');

/** Bytes per second → "1.2 MB/s"; "0 kB/s" when nothing flows. */
export function formatRate(bytesPerSecond: number): string {
  if (!flows(bytesPerSecond)) return unitFormat('kilobyte-per-second', 0, 'short').format(0);
  const { unit, value } = scaled(Math.max(bytesPerSecond, 1000));
  return unitFormat(`${unit}-per-second`, digitsOf(value), 'short').format(value);
}

/** Seconds → "5 sec", "4 min", "2 hr 10 min": rounded up, coarser the longer, for "left". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  const of = (count: number, unit: string, display: 'short' | 'long' = 'short'): string =>
    unitFormat(unit, 0, display).format(count);
  if (whole < 60) return of(whole, 'second');
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return of(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return of(Math.round(hours / 24), 'day', 'long');
  if (minutes % 60 === 0) return of(hours, 'hour');
  return listFormat().format([of(hours, 'hour'), of(minutes % 60, 'minute')]);
}

const listFormat = (): Intl.ListFormat =>
  cached('list', (locale) => new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' }));

/** Whole percent of done in total, 0…100. 100 only when all is done; nothing to do counts as done. */
export function percentOf(done: number, total: number): number {
  if (total <= 0 || done >= total) return 100;
  return Math.min(99, Math.max(0, Math.floor((done / total) * 100)));
}

/** 0…100 → "42%". Rounded down: 100 only when it is. */
export const formatPercent = (percent: number): string =>
  cached('percent', (locale) => new Intl.NumberFormat(locale, { style: 'percent' })).format(
    Math.floor(percent) / 100,
  );

export const formatCount = (count: number): string =>
  cached('count', (locale) => new Intl.NumberFormat(locale)).format(count);

/** Milliseconds since 1970 → "today, 14:03", else the day. */
export function formatWhen(at: number, now = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (!sameDay) return dateFormat('day', { dateStyle: 'medium' }).format(at);
  return t('frame.today-at', { time: dateFormat('time', { timeStyle: 'short' }).format(at) });
}

const dateFormat = (purpose: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  cached(purpose, (locale) => new Intl.DateTimeFormat(locale, options));
