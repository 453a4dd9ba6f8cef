/** Runs a scenario's variant and holds its figures against what is promised of it. */
import { simulate } from './measure';
import type { Ask, Scenario, Variant } from './scenarios';
import type { RunResult } from './types';

export const runVariant = (variant: Variant, ask: Ask): RunResult => simulate(variant.spec(ask));

/** The result with its figures; a variant it is compared with is run too, unless it is given. */
export function promised(
  scenario: Scenario,
  variant: Variant,
  ask: Ask,
  result: RunResult,
  compared?: RunResult,
): RunResult {
  const other = scenario.variants.find(({ name }) => name === variant.against);
  const against = compared ?? (variant.against !== undefined && other ? runVariant(other, ask) : undefined);
  return { ...result, figures: variant.figures(result, against) };
}
