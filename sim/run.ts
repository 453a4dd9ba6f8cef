/**
 * `npm run sim -- --scenario NAME [--variant NAME] --peers N --chunks M --seed S [--json]`: one scenario, told to a person; with --json the
 * last line is the result as one object. Without --variant all of the scenario's main variants run and the last line is the first one's,
 * with the others under `variants`.
 */
import { parseArgs } from 'node:util';
import { resultJson } from './report/json';
import { runTable, summaryTable } from './report/table';
import { promised, runVariant } from './runner';
import { scenarios, type Ask, type Scenario, type Variant } from './scenarios';
import type { RunResult } from './types';

/** Told as it is and ends the program. */
class Misuse extends Error {}

function count(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Misuse(`--${name} wants a whole number above 0, not “${text}”.`);
  return value;
}

const usage = (): string =>
  [
    'npm run sim -- --scenario NAME [--variant NAME] [--peers N] [--chunks M] [--seed S] [--json]',
    '',
    ...scenarios.map(({ name, about, variants }) => {
      const names = variants.map((variant) => variant.name || 'plain').join(', ');
      return `  ${name.padEnd(16)}${about}\n${' '.repeat(18)}variants: ${names}`;
    }),
  ].join('\n');

function chosen(scenario: Scenario, variant: string | undefined): readonly Variant[] {
  if (variant === undefined) {
    const plain = scenario.variants.filter(({ name }) => name === '');
    return plain.length > 0 ? plain : scenario.variants.filter(({ control }) => !control);
  }
  const found = scenario.variants.filter(({ name }) => name === (variant === 'plain' ? '' : variant));
  if (found.length === 0) throw new Misuse(`${scenario.name} has no variant “${variant}”.\n\n${usage()}`);
  return found;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string' },
      variant: { type: 'string' },
      oracle: { type: 'boolean' },
      phi: { type: 'string' },
      peers: { type: 'string' },
      chunks: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || values.scenario === undefined) {
    console.log(usage());
    return;
  }
  const scenario = scenarios.find(({ name }) => name === values.scenario);
  if (!scenario) throw new Misuse(`There is no scenario “${values.scenario}”.\n\n${usage()}`);
  const variant = values.oracle ? 'oracle' : values.phi !== undefined ? `phi=${values.phi}` : values.variant;
  const ask: Ask = {
    peers: count(values.peers, scenario.defaults.peers, 'peers'),
    chunks: count(values.chunks, scenario.defaults.chunks, 'chunks'),
    seed: count(values.seed, 1, 'seed'),
  };
  const results: RunResult[] = [];
  for (const one of chosen(scenario, variant)) {
    const result = promised(scenario, one, ask, runVariant(one, ask));
    results.push(result);
    console.log(`${runTable(result)}\n`);
  }
  if (results.length > 1) console.log(`${summaryTable(results)}\n`);
  const [first, ...others] = results;
  if (values.json && first)
    console.log(resultJson(others.length > 0 ? { ...first, variants: results } : first));
}

try {
  main();
} catch (error) {
  const unknownOption = error instanceof TypeError && 'code' in error;
  if (!(error instanceof Misuse) && !unknownOption) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
