/**
 * Page side of the worker: starts it, gives it its two lines (commands through Comlink, connections through the courier) and answers its
 * host. Rejects when the worker does not come up; the caller then runs the same engine in the page.
 */
import { proxy, wrap } from 'comlink';
import { createPortCourier, type FromPage, type ToPage } from './adapters/browser/courier';
import { serveConnections } from './adapters/browser/lazy-connections';
import { sendShoalErrorsWhole } from './adapters/comlink-errors';
import type { HostListener, ShoalHost } from './room/host-api';

/** Page to worker, once, after 'loaded'. */
export interface WorkerStart {
  readonly origin: string;
  readonly commands: MessagePort;
  readonly courier: MessagePort;
}
/** Worker to page: script runs; host is up; could not. */
export type WorkerReport = 'loaded' | 'started' | 'failed';

/** Guess: a script over a slow phone line; after that the page is the better bet. */
const patienceMs = 20_000;

/** A worker nobody refers to may be collected while it waits for a message. */
const running = new Set<Worker>();

/** `transferable`: whether channels can be moved to a worker; found out while the script loads. Without it the worker is of no use. */
export async function startWorkerHost(
  origin: string,
  transferable: Promise<boolean>,
  listener: HostListener,
): Promise<ShoalHost> {
  sendShoalErrorsWhole();
  // Turbopack finds the worker by this very form.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const commands = new MessageChannel();
  const courier = new MessageChannel();
  try {
    await started(worker, transferable, () => {
      const start: WorkerStart = { origin, commands: commands.port2, courier: courier.port2 };
      worker.postMessage(start, [commands.port2, courier.port2]);
    });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  running.add(worker);
  serveConnections(createPortCourier<FromPage, ToPage>(courier.port1));
  const host = wrap<ShoalHost>(commands.port1);
  await host.listen(proxy(listener));
  return host;
}

function started(worker: Worker, transferable: Promise<boolean>, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`worker ${why}`));
    };
    const timer = setTimeout(fail, patienceMs, 'silent');
    worker.onerror = () => {
      fail('broke');
    };
    worker.onmessageerror = () => {
      fail('unreadable');
    };
    void transferable.then((able) => {
      if (!able) fail('cannot take channels');
    });
    worker.onmessage = (event: MessageEvent<WorkerReport>) => {
      if (event.data === 'loaded') void transferable.then((able) => able && start());
      else if (event.data === 'failed') fail('failed');
      else {
        clearTimeout(timer);
        resolve();
      }
    };
  });
}
