/** Worker entry: waits for its lines from the page (lib/engine-worker.ts), then runs the host behind them. */
import { expose } from 'comlink';
import { createPortCourier, type FromPage, type ToPage } from './adapters/browser/courier';
import { sendShoalErrorsWhole } from './adapters/comlink-errors';
import { startEngine } from './engine-host';
import type { ToWorker, WorkerReport } from './engine-worker';
import { pulse } from './worker-pulse';

const report = (what: WorkerReport): void => {
  postMessage(what);
};

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data === pulse) {
    report(pulse);
    return;
  }
  if (data.kind === 'probe') {
    const arrived = typeof RTCDataChannel !== 'undefined' && data.channel instanceof RTCDataChannel;
    report(arrived ? 'takes-channels' : 'takes-no-channels');
    return;
  }
  const { origin, commands, courier } = data;
  try {
    sendShoalErrorsWhole();
    expose(startEngine({ origin, courier: createPortCourier<ToPage, FromPage>(courier) }), commands);
    report('started');
  } catch {
    report('failed'); // the page tries for itself and meets the error where it can tell it
  }
});
addEventListener('messageerror', () => report('takes-no-channels'));
report('loaded');
