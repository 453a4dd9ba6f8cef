/**
 * A result as JSON: one line for programs, a file for docs/results/. The order of the first keys is a promise (issue: the command line), numbers
 * carry six significant digits so that a rerun on another machine does not change every line, whole numbers (seeds, counts) stay exact,
 * NaN and Infinity become null since JSON has neither.
 */
import type { Figure, RunResult } from '../types';
import { thinTimeline } from './timeline';

/** What a program reads first, in this order. */
const firstKeys = [
  'scenario',
  'variant',
  'peers',
  'chunks',
  'seed',
  'ratioP50',
  'ratioP95',
  'ratioLast',
  'senderCopies',
  'duplicateShare',
  'controlShare',
  'seconds',
  'wallSeconds',
] as const satisfies readonly (keyof RunResult)[];

/** Samples in a result file: as many as a chart can show. */
const fileSamples = 120;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function rounded(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  // Adding 0 makes -0 a 0: the two print alike and compare apart.
  return Number.isSafeInteger(value) ? value + 0 : Number(value.toPrecision(6));
}

function toJson(value: unknown): Json {
  if (typeof value === 'number') return rounded(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
      inner === undefined ? [] : [[key, toJson(inner)]],
    ),
  );
}

function ordered(result: RunResult): Json {
  const first = Object.fromEntries(firstKeys.map((key) => [key, result[key]]));
  return toJson({ ...first, ...result });
}

/** What either of the two below wrote. A figure without a value comes back as one: null would pass for 0 and reach its bar. */
export function readResult(text: string): RunResult {
  type Written = Omit<RunResult, 'figures'> & {
    readonly figures: readonly (Omit<Figure, 'value'> & { readonly value: number | null })[];
  };
  const written = JSON.parse(text) as Written;
  return { ...written, figures: written.figures.map((one) => ({ ...one, value: one.value ?? NaN })) };
}

/** One line without a line break. */
export const resultJson = (result: RunResult): string => JSON.stringify(ordered(result));

function pretty(value: Json, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    // A list of objects (figures) takes a line each: a figure that changes is one changed line.
    if (!items.some((item) => typeof item === 'object' && item !== null)) return JSON.stringify(items);
    return `[\n${items.map((item) => `${inner}${JSON.stringify(item)}`).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** The text of a result file: one key a line, each array of numbers on one line, the timeline thinned to what a chart shows. */
export const resultFile = (result: RunResult): string =>
  `${pretty(ordered({ ...result, timeline: thinTimeline(result.timeline, fileSamples) }), '')}\n`;
