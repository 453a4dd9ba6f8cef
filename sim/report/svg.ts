/**
 * The pieces the charts are made of: frame, axes, lines and labels as SVG text, without a dependency. Colours are Okabe & Ito's, told apart by
 * the colour-blind too, with the pale ones swapped by scheme; the ground is painted, so that a chart reads even where a page and the
 * viewer's scheme disagree. Each rule names its colour outright: viewers that know no CSS variables draw it as well. Leaves out what is drawn.
 */
import { clean } from './format';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Edges of a plot, pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Axis {
  /** Pixels of a value. */
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** How many colours there are before they come again. */
export const colours = 6;

const light = {
  ground: '#ffffff',
  text: '#1f2328',
  soft: '#59636e',
  grid: '#e4e7eb',
  series: ['#0072b2', '#d55e00', '#009e73', '#b4588d', '#e69f00', '#56b4e9'],
};
const dark = {
  ground: '#0d1117',
  text: '#e6edf3',
  soft: '#9198a1',
  grid: '#272d36',
  series: ['#56b4e9', '#e8772e', '#1fb88b', '#cc79a7', '#f0e442', '#e69f00'],
};

const rules = ({ ground, text, soft, grid, series }: typeof light): string =>
  [
    `.ground{fill:${ground}}text{fill:${text}}.soft{fill:${soft}}.grid{stroke:${grid}}.axis,.bound{stroke:${soft}}.mark{stroke:${text}}`,
    ...series.map((colour, index) => `.line${index}{stroke:${colour}}.fill${index}{fill:${colour}}`),
  ].join('');

const style =
  `text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif}.title{font-size:16px;font-weight:600}.head{font-weight:600}` +
  `.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.grid,.axis{stroke-width:1}` +
  `.bound{fill:none;stroke-width:1.5;stroke-dasharray:5 4}.mark{stroke-width:3}` +
  `${rules(light)}@media(prefers-color-scheme:dark){${rules(dark)}}`;

/** Text safe in content and in attributes of XML 1.0, without characters XML does not allow. */
export const escapeXml = (text: string): string =>
  clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Pixels with one decimal; nothing in a chart is finer. */
export const px = (value: number): string => String(Math.round(value * 10) / 10 + 0);

/** A whole chart. `description` is what a screen reader tells in place of the picture. */
export function frame(
  title: string,
  subtitle: string,
  description: string,
  width: number,
  height: number,
  body: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="description">${escapeXml(description)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    label(20, 30, title, { kind: 'title' }),
    label(20, 50, subtitle, { kind: 'soft' }),
    ...body,
    '</svg>\n',
  ].join('\n');
}

export interface LabelOptions {
  readonly kind?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function label(x: number, y: number, text: string, { kind, anchor }: LabelOptions = {}): string {
  const attributes = `${kind === undefined ? '' : ` class="${kind}"`}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${px(x)}" y="${px(y)}"${attributes}>${escapeXml(text)}</text>`;
}

/** Rough width of a label in pixels: system fonts at 12 px run to about 6.4 a character. */
export const widthOf = (text: string): number => Array.from(text).length * 6.4;

export const segment = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${kind}"/>`;

export const dot = (at: Point, series: number, radius = 3.5): string =>
  `<circle cx="${px(at.x)}" cy="${px(at.y)}" r="${radius}" class="fill${series % colours}"/>`;

/** A line through points in pixels; points that do not exist break it. Beyond the sixth series lines are dotted too. */
export function curve(points: readonly Point[], series: number): string {
  const dash = series >= colours ? ' stroke-dasharray="1 5"' : '';
  return `<path d="${pathOf(points)}" class="line line${series % colours}"${dash}/>`;
}

/** A dashed line for a bound, in the ink of the axes. */
export const boundCurve = (points: readonly Point[]): string => `<path d="${pathOf(points)}" class="bound"/>`;

function pathOf(points: readonly Point[]): string {
  let path = '';
  let pen = false;
  for (const { x, y } of points) {
    const exists = Number.isFinite(x) && Number.isFinite(y);
    if (exists) path += `${pen ? 'L' : 'M'}${px(x)} ${px(y)}`;
    pen = exists;
  }
  // An empty path is an error to some viewers.
  return path === '' ? 'M0 0' : path;
}

/** The step of 1, 2, 2.5 or 5 times a power of ten that gives about `ticks` steps. */
function niceStep(span: number, ticks: number): number {
  const rough = span / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
}

const writeStep = (step: number): ((value: number) => string) => {
  const whole = (digits: number): boolean =>
    Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6;
  const digits = [0, 1, 2, 3, 4].find(whole) ?? 5;
  return (value) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/**
 * A linear axis over at least [low, high], widened to whole steps of about `ticks`. Labels carry as many decimals as the step needs.
 */
export function linearAxis(
  low: number,
  high: number,
  from: number,
  to: number,
  ticks: number,
  format?: (value: number) => string,
): Axis {
  const begin = Number.isFinite(low) ? low : 0;
  const end = Number.isFinite(high) && high > begin ? high : begin + 1;
  const step = niceStep(end - begin, ticks);
  const first = Math.floor(begin / step + 1e-9);
  const last = Math.ceil(end / step - 1e-9);
  const write = format ?? writeStep(step);
  const scale = (to - from) / ((last - first) * step);
  return {
    at: (value) => from + (value - first * step) * scale,
    ticks: Array.from({ length: last - first + 1 }, (_, tick) => {
      const value = (first + tick) * step;
      return { value, label: write(value) };
    }),
  };
}

/** A linear axis from 0 that ends exactly at `high`, so that lines end at its edge and their names stand outside. */
export function exactAxis(high: number, from: number, to: number, ticks: number): Axis {
  const end = Number.isFinite(high) && high > 0 ? high : 1;
  const step = niceStep(end, ticks);
  const write = writeStep(step);
  return {
    at: (value) => from + (value / end) * (to - from),
    ticks: Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, tick) => ({
      value: tick * step,
      label: write(tick * step),
    })),
  };
}

/** A log axis with a tick a decade. With `shift` 1 it is log(1 + value), which has a place for 0. */
export function logAxis(low: number, high: number, from: number, to: number, shift: 0 | 1 = 0): Axis {
  const least = shift === 1 ? 0 : Math.max(low, Number.MIN_VALUE);
  const bottom = Math.log10(least + shift);
  const top = Math.max(Math.log10((Number.isFinite(high) ? high : 1) + shift), bottom + 0.3);
  const decades = Array.from({ length: 16 }, (_, power) => 10 ** power);
  const values = shift === 1 ? [0, ...decades] : decades;
  return {
    at: (value) => from + ((Math.log10(value + shift) - bottom) / (top - bottom)) * (to - from),
    ticks: values
      .filter((value) => value >= least * 0.999 && Math.log10(value + shift) <= top + 1e-9)
      .map((value) => ({ value, label: value.toLocaleString('en-US') })),
  };
}

/** Grid, tick labels and titles. The y title stands over the axis, where it reads without turning one's head. */
export function axes(box: Box, x: Axis, y: Axis, xTitle: string, yTitle: string): string[] {
  return [
    ...y.ticks.flatMap(({ value, label: text }) => [
      segment(box.left, y.at(value), box.right, y.at(value), 'grid'),
      label(box.left - 8, y.at(value) + 4, text, { kind: 'soft', anchor: 'end' }),
    ]),
    segment(box.left, box.bottom, box.right, box.bottom, 'axis'),
    ...x.ticks.flatMap(({ value, label: text }) => [
      segment(x.at(value), box.bottom, x.at(value), box.bottom + 4, 'axis'),
      label(x.at(value), box.bottom + 18, text, { kind: 'soft', anchor: 'middle' }),
    ]),
    ...(xTitle === ''
      ? []
      : [label((box.left + box.right) / 2, box.bottom + 38, xTitle, { anchor: 'middle' })]),
    ...(yTitle === '' ? [] : [label(box.left - 34, box.top - 12, yTitle)]),
  ];
}

export interface EndLabel {
  readonly text: string;
  /** Where the line ends. */
  readonly at: Point;
  /** Its colour, or the bound's. */
  readonly series: number | 'bound';
}

/** Names right of where the lines end, moved apart where they would cover each other, tied to their line by a thin stroke. */
export function endLabels(labels: readonly EndLabel[], box: Box): string[] {
  const gap = 15;
  const placed = labels
    .filter(({ at }) => Number.isFinite(at.x) && Number.isFinite(at.y))
    .toSorted((a, b) => a.at.y - b.at.y)
    .map((end) => ({ end, y: end.at.y }));
  const x = placed.reduce((most, { end }) => Math.max(most, end.at.x), box.left) + 20;
  let floor = box.top - gap / 2;
  for (const one of placed) {
    one.y = Math.max(one.y, floor);
    floor = one.y + gap;
  }
  // Not on the axis: a name there would be struck through.
  let ceiling = box.bottom - 8;
  for (const one of placed.toReversed()) {
    one.y = Math.min(one.y, ceiling);
    ceiling = one.y - gap;
  }
  return placed.flatMap(({ end, y }) => {
    // A long tie would look like data: a line that ends early has its name beside it.
    if (x - end.at.x > 70) return [label(end.at.x + 10, y + 4, end.text)];
    const kind = end.series === 'bound' ? 'axis' : `line${end.series % colours}`;
    return [segment(end.at.x + 5, end.at.y, x - 3, y, kind), label(x, y + 4, end.text)];
  });
}

export interface KeyEntry {
  readonly text: string;
  readonly series: number;
}

/** A row of names with a stroke of their colour, wrapped at the right edge. Answers the SVG and the height it takes. */
export function keyRow(
  entries: readonly KeyEntry[],
  left: number,
  top: number,
  right: number,
): { svg: string[]; height: number } {
  const lineHeight = 17;
  const svg: string[] = [];
  let x = left;
  let y = top;
  for (const { text, series } of entries) {
    const width = 20 + widthOf(text);
    if (x > left && x + width > right) {
      x = left;
      y += lineHeight;
    }
    svg.push(
      curve(
        [
          { x, y: y - 4 },
          { x: x + 13, y: y - 4 },
        ],
        series,
      ),
      label(x + 19, y, text),
    );
    x += width + 10;
  }
  return { svg, height: entries.length === 0 ? 0 : y - top + lineHeight };
}
