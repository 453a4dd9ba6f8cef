/** Registers the transport contract as vitest tests, one environment a scenario. The rules are in transport-scenarios.ts. */
import { describe, it } from 'vitest';
import { Pair, type EnvironmentFactory } from './transport-recorder';
import { runScenario, transportScenarios } from './transport-scenarios';

export function transportContract(name: string, create: EnvironmentFactory): void {
  describe(`Transport: ${name}`, () => {
    for (const scenario of transportScenarios)
      it(scenario.title, { timeout: 30_000 }, async () => {
        const environment = await create(scenario.options ?? {});
        try {
          await runScenario(scenario, new Pair(environment));
        } finally {
          await environment.dispose();
        }
      });
  });
}
