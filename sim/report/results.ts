/**
 * Writes docs/results/: README.md, the charts, and runs/ with one JSON file a run. The only file of the report that touches a disk. `notes.md` in the
 * same folder is a person's and is only read. Files of runs that are no longer among the results are left: which to drop is for the caller.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../types';
import { chartsOf } from './chart-list';
import { resultFile } from './json';
import { resultsReadme, type ReportMeta } from './readme';

/** Letters, digits, dot and hyphen, so that no name leads out of the folder or means something to a shell. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);

/** "free-riders-phi-0.3-n1000-m400-s1.json" */
export const fileName = (result: RunResult): string =>
  [slug(result.scenario), slug(result.variant)].filter((part) => part !== '').join('-') +
  `-n${result.peers}-m${result.chunks}-s${result.seed}.json`;

/**
 * Writes all files of the results, making the folder where it is missing.
 *
 * @returns paths of the files written, relative to `directory`.
 * @throws what node:fs throws where the folder cannot be written.
 */
export function writeResults(
  directory: string,
  results: readonly RunResult[],
  meta: ReportMeta,
): readonly string[] {
  const notesPath = join(directory, 'notes.md');
  const notes = existsSync(notesPath) ? readFileSync(notesPath, 'utf8') : '';
  const files = new Map([['README.md', resultsReadme(results, meta, notes)]]);
  for (const { file, svg } of chartsOf(results)) files.set(file, svg);
  for (const result of results) {
    const path = `runs/${fileName(result)}`;
    // Two names that differ only in characters a file name does not take, or one run made twice.
    let free = path;
    for (let again = 2; files.has(free); again++) free = path.replace(/\.json$/, `-${again}.json`);
    files.set(free, resultFile(result));
  }
  mkdirSync(join(directory, 'runs'), { recursive: true });
  for (const [path, content] of files) writeFileSync(join(directory, path), content);
  return [...files.keys()];
}
