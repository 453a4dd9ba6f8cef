/** Worker entry: waits for its lines from the page (lib/engine-worker.ts), then runs the host behind them. */
import { expose } from 'comlink';
import { createPortCourier, type FromPage, type ToPage } from './adapters/browser/courier';
import { sendShoalErrorsWhole } from './adapters/comlink-errors';
import { startEngine } from './engine-host';
import type { WorkerReport, WorkerStart } from './engine-worker';

const report = (what: WorkerReport): void => {
  postMessage(what);
};

addEventListener(
  'message',
  (event: MessageEvent<WorkerStart>) => {
    const { origin, commands, courier } = event.data;
    try {
      sendShoalErrorsWhole();
      expose(startEngine({ origin, courier: createPortCourier<ToPage, FromPage>(courier) }), commands);
      report('started');
    } catch {
      report('failed'); // the page tries for itself and meets the error where it can tell it
    }
  },
  { once: true },
);
report('loaded');
