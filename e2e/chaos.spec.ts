/**
 * A short run of the fault runner (bench/chaos), as anyone would start it: two rounds of a fixed seed with small shares. Namespaces, and with
 * them network cuts, only as root. `npm run chaos` runs more and longer.
 */
import { spawn } from 'node:child_process';
import { expect, test } from '@playwright/test';

interface Figures {
  readonly rounds: number;
  readonly clean: number;
  readonly problems: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
}

test('[CH2] [CH3] [CH4] [CH5] [CH6] browsers and server are killed, reloaded and cut off, and every round ends clean', async () => {
  test.setTimeout(600_000);
  const args = '--seed 3 --rounds 2 --least-mb 16 --most-mb 32 --longest-cut 8 --json'.split(' ');
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/chaos/run.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    const code = await ended;
    const last = said.trimEnd().split('\n').at(-1) ?? '';
    expect(last, said).toMatch(/^\{"rounds":/);
    const figures = JSON.parse(last) as Figures;
    expect(figures.problems, said).toEqual([]);
    expect(figures).toMatchObject({ rounds: 2, clean: 2 });
    expect(Object.values(figures.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2);
    expect(code).toBe(0);
  } finally {
    child.kill('SIGTERM');
  }
});
