import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultsReadme } from './readme';
import { fileName, writeResults } from './results';
import { madeUp, madeUpSet } from './testing';

const meta = { command: 'npm run sim:full', node: 'v20.0.0' };

describe('the README of the results', () => {
  it('[SR16] names the command, Node and every scenario, and gives each chart a paragraph', () => {
    const text = resultsReadme(madeUpSet(), meta);
    expect(text).toContain('    npm run sim:full\n');
    expect(text).toContain('v20.0.0');
    for (const { scenario, variant } of madeUpSet()) expect(text).toContain(`| ${scenario} | ${variant} |`);
    const charts = [...text.matchAll(/!\[[^\]]+\]\(([\w-]+\.svg)\)\n\n(.+)/g)];
    expect(charts.map(([, file]) => file)).toEqual([
      'completion.svg',
      'n-against-time.svg',
      'progress.svg',
      'rarest-chunk.svg',
      'free-riders.svg',
      'bars.svg',
    ]);
  });

  it('[SR17] joins seeds to the worst value and the range, and counts a seed without a value as a miss', () => {
    const figure = (value: number) => ({ figures: [{ name: 'completed', value, atLeast: 0.99 }] });
    const joined = resultsReadme(
      [madeUp({ seed: 1, ...figure(1) }), madeUp({ seed: 2, ...figure(0.995) })],
      meta,
    );
    expect(joined).toContain('| completed | at least 0.99 | 0.995 | 0.995 – 1 | met |');
    expect(joined).toContain('1 of 1 promised figures were met by every seed.');
    const missed = resultsReadme(
      [madeUp({ seed: 1, ...figure(1) }), madeUp({ seed: 2, ...figure(NaN) })],
      meta,
    );
    expect(missed).toContain('| completed | at least 0.99 | – | 1 (1 without a value) | **missed** |');
    expect(missed).toContain('- broadcast, N 1,000: completed –, promised at least 0.99 (1 of 2 seeds)');
  });

  it('[SR18] lists a scenario that promises nothing, and leaves out charts without runs', () => {
    const text = resultsReadme([madeUp({ scenario: 'liars', figures: [] })], meta);
    expect(text).toContain('| liars |  | 1,000 | 400 | none promised |');
    expect(text).toContain('(completion.svg)');
    expect(text).not.toContain('(free-riders.svg)');
    expect(resultsReadme([], meta)).toContain('0 of 0 promised figures');
  });

  it('[SR19] takes notes as they are, and names as text', () => {
    const notes = '### By hand\n\nA *finding* | with <b>Markdown</b>.';
    const text = resultsReadme([madeUp({ scenario: 'a|b`<img>\nc' })], meta, notes);
    expect(text).toContain(`## Findings\n\n${notes}\n\n`);
    expect(text).toContain('| a\\|b\\`&lt;img&gt; c |');
    expect(resultsReadme([madeUp()], meta)).not.toContain('## Findings');
  });

  it('[SR25] sets ten thousand receivers against a thousand of the same M and seed', () => {
    const small = madeUp({ peers: 1000, chunks: 1000, seconds: 430 });
    const large = madeUp({ peers: 10_000, chunks: 1000, seconds: 439 });
    expect(resultsReadme([small, large], meta)).toContain(
      'after 1.021 times the time of 1,000 receivers (M 1,000, seed 1)',
    );
    expect(resultsReadme([small, large], meta)).toContain('promised at most 1.03: met.');
    expect(resultsReadme([small, { ...large, seconds: 450 }], meta)).toContain('1.03: **missed**.');
    expect(resultsReadme([small, { ...large, seed: 2 }], meta)).not.toContain('times the time of');
    expect(resultsReadme([{ ...small, variant: 'oracle' }, large], meta)).not.toContain('times the time of');
  });

  it('[SR20] is a function of the results', () => {
    expect(resultsReadme(madeUpSet(), meta)).toBe(resultsReadme(madeUpSet(), meta));
  });
});

describe('the files of the results', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'shoal-results-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('[SR21] are written twice alike, with a file for every run and every chart the README shows', () => {
    const results = madeUpSet();
    const files = writeResults(directory, results, meta);
    const read = (): string[] => files.map((file) => readFileSync(join(directory, file), 'utf8'));
    const first = read();
    writeResults(directory, results, meta);
    expect(read()).toEqual(first);
    expect(readdirSync(join(directory, 'runs'))).toHaveLength(results.length);
    for (const [, link = ''] of (first[0] ?? '').matchAll(/\]\(([^)]+)\)/g)) {
      expect(existsSync(join(directory, link))).toBe(true);
    }
  });

  it('[SR22] keep notes written by hand and bring them into the README', () => {
    writeFileSync(join(directory, 'notes.md'), 'Seen by hand.\n');
    writeResults(directory, [madeUp()], meta);
    expect(readFileSync(join(directory, 'notes.md'), 'utf8')).toBe('Seen by hand.\n');
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toContain('## Findings\n\nSeen by hand.\n');
  });

  it('[SR23] have names that stay in the folder and apart', () => {
    const evil = madeUp({ scenario: '../../etc/x', variant: 'phi=0.3' });
    expect(fileName(evil)).toBe('etc-x-phi-0.3-n1000-m400-s1.json');
    const files = writeResults(directory, [evil, { ...evil, variant: 'phi 0.3' }], meta);
    expect(files.filter((file) => file.startsWith('runs/'))).toEqual([
      'runs/etc-x-phi-0.3-n1000-m400-s1.json',
      'runs/etc-x-phi-0.3-n1000-m400-s1-2.json',
    ]);
  });
});
