/**
 * A real module worker for the contract tests: both hubs live here, on channels transferred from the page, and the scenarios run here too,
 * since frames cannot be seen from the page. Test code only.
 */
import { Pair, type TransportEnvironment } from '../contracts/transport-recorder';
import { runScenario, transportScenarios } from '../contracts/transport-scenarios';
import { createTransportHub } from './channel-transport';
import { createPortCourier, type FromPage, type ToPage } from './courier';

/** One message: which scenario, on which two lines to the page. */
export interface ScenarioOrder {
  readonly title: string;
  readonly left: MessagePort;
  readonly right: MessagePort;
  readonly bulkBytes: number;
  readonly outstandingBytes: number;
}
/** Undefined: every rule held. */
export interface ScenarioResult {
  readonly error: string | undefined;
}

addEventListener('message', (event: MessageEvent<ScenarioOrder>) => {
  void run(event.data).then((error) => {
    postMessage({ error } satisfies ScenarioResult);
  });
});

async function run(order: ScenarioOrder): Promise<string | undefined> {
  const left = createTransportHub(createPortCourier<ToPage, FromPage>(order.left));
  const right = createTransportHub(createPortCourier<ToPage, FromPage>(order.right));
  const environment: TransportEnvironment = {
    left: left.transport(),
    right: right.transport(),
    leftTwin: left.transport(),
    ice: { servers: [], policy: 'all' },
    bulkBytes: order.bulkBytes,
    outstandingBytes: order.outstandingBytes,
    alive: () => left.size + right.size,
    dispose: () => undefined,
  };
  const scenario = transportScenarios.find(({ title }) => title === order.title);
  if (!scenario) return `no scenario "${order.title}"`;
  try {
    await runScenario(scenario, new Pair(environment));
    return undefined;
  } catch (error) {
    // Firefox leaves the message out of the stack.
    return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
  }
}
