import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transportContract } from '../contracts/transport-contract';
import { transportScenarios } from '../contracts/transport-scenarios';
import { createTransportHub } from './channel-transport';
import { createDirectCouriers, createPortCourier } from './courier';
import type { FromPage, ToPage } from './courier';
import { createPeerConnections, type PeerConnectionConfig } from './peer-connection';
import type { ScenarioOrder, ScenarioResult } from './transport-contract.worker';

const MiB = 1024 * 1024;
/** Few: the two cores of a test machine encrypt and decrypt at once. */
const bulkBytes = 24 * MiB;
/** 1 MiB buffered by us, up to 5 MiB in the receiver's SCTP window (pitfalls 1.19), the rest waiting as tasks. */
const outstandingBytes = 12 * MiB;

type Options = Partial<Pick<PeerConnectionConfig, 'connectTimeoutMs'>>;

transportContract('in the page', (options: Options) => {
  const sides = [createDirectCouriers(), createDirectCouriers()] as const;
  const pages = sides.map(({ page }) => createPeerConnections(page, options));
  const [left, right] = [createTransportHub(sides[0].channels), createTransportHub(sides[1].channels)];
  return Promise.resolve({
    left: left.transport(),
    right: right.transport(),
    leftTwin: left.transport(),
    ice: { servers: [], policy: 'all' },
    bulkBytes,
    outstandingBytes,
    alive: () => left.size + right.size + pages.reduce((sum, { size }) => sum + size, 0),
    dispose: () => {
      for (const page of pages) page.close();
    },
  });
});

describe('Transport: in a worker', () => {
  let worker: Worker;
  beforeAll(() => {
    worker = new Worker(new URL('./transport-contract.worker.ts', import.meta.url), { type: 'module' });
  });
  afterAll(() => {
    worker.terminate();
  });

  for (const { title, options = {} } of transportScenarios)
    it(title, async () => {
      const lines = [new MessageChannel(), new MessageChannel()] as const;
      const pages = lines.map(({ port1 }) =>
        createPeerConnections(createPortCourier<FromPage, ToPage>(port1), options),
      );
      const [left, right] = [lines[0].port2, lines[1].port2];
      const result = await new Promise<ScenarioResult>((resolve, reject) => {
        worker.onmessage = (event: MessageEvent<ScenarioResult>) => {
          resolve(event.data);
        };
        worker.onerror = (event) => {
          reject(new Error(event.message));
        };
        const order: ScenarioOrder = { title, left, right, bulkBytes, outstandingBytes };
        worker.postMessage(order, [left, right]);
      });
      expect(result.error).toBeUndefined();
      await expect.poll(() => pages.reduce((sum, { size }) => sum + size, 0)).toBe(0);
    });
});
