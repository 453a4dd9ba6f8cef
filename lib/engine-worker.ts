/**
 * Page side of the worker: starts it, gives it its two lines (commands through Comlink, connections through the courier) and answers its
 * host. Rejects when the worker does not come up; the caller then runs the same engine in the page.
 */
import { proxy, wrap } from 'comlink';
import { createPortCourier, throwawayChannel, type FromPage, type ToPage } from './adapters/browser/courier';
import { serveConnections } from './adapters/browser/lazy-connections';
import { sendShoalErrorsWhole } from './adapters/comlink-errors';
import type { HostListener, ShoalHost } from './room/host-api';
import { pulse, watchPulse } from './worker-pulse';

/**
 * Page to worker after 'loaded', each once: a channel to see whether it arrives as one; then, if it did, what the host runs on. After that the
 * pulse, again and again.
 */
export type ToWorker =
  | typeof pulse
  | { readonly kind: 'probe'; readonly channel: RTCDataChannel }
  | {
      readonly kind: 'start';
      readonly origin: string;
      readonly commands: MessagePort;
      readonly courier: MessagePort;
    };
/** Worker to page: script runs; the channel arrived or did not; host is up; could not; it still answers. */
export type WorkerReport =
  'loaded' | 'takes-channels' | 'takes-no-channels' | 'started' | 'failed' | typeof pulse;

/** Guess: a script over a slow phone line; after that the page is the better bet. */
const patienceMs = 20_000;
/** Guess: the channel crosses within milliseconds, or a browser lost it without a word. */
const probePatienceMs = 3_000;

/** A worker nobody refers to may be collected while it waits for a message. */
const running = new Set<Worker>();

/** Starts worker.ts, as one file: where its parts are fetched one after another, each costs a way to the server and back. */
export type CreateWorker = () => Worker;

/** `silence`: the worker stopped answering, or answers again. */
export async function startWorkerHost(
  createWorker: CreateWorker,
  origin: string,
  listener: HostListener,
  silence: (silent: boolean) => void,
): Promise<ShoalHost> {
  sendShoalErrorsWhole();
  const worker = createWorker();
  const commands = new MessageChannel();
  const courier = new MessageChannel();
  try {
    await started(worker, () => {
      const start: ToWorker = {
        kind: 'start',
        origin,
        commands: commands.port2,
        courier: courier.port2,
      };
      worker.postMessage(start, [commands.port2, courier.port2]);
    });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  running.add(worker);
  watchPulse(worker, silence);
  serveConnections(createPortCourier<FromPage, ToPage>(courier.port1));
  const host = wrap<ShoalHost>(commands.port1);
  await host.listen(proxy(listener));
  return host;
}

function started(worker: Worker, start: () => void): Promise<void> {
  let close = (): void => undefined;
  return new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`worker ${why}`));
    };
    let timer = setTimeout(fail, patienceMs, 'silent');
    const waitFor = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(fail, ms, 'silent');
    };
    const report = (what: WorkerReport): void => {
      switch (what) {
        case 'loaded': {
          const probe = throwawayChannel();
          close = probe.close;
          const message: ToWorker = { kind: 'probe', channel: probe.channel };
          worker.postMessage(message, [probe.channel]); // throws where channels cannot be moved
          waitFor(probePatienceMs);
          return;
        }
        case 'takes-channels':
          waitFor(patienceMs);
          start();
          return;
        case 'started':
          clearTimeout(timer);
          resolve();
          return;
        case 'takes-no-channels':
        case 'failed':
          fail(what);
          return;
        case pulse: // not asked for yet
      }
    };
    worker.onerror = () => {
      fail('broke');
    };
    worker.onmessageerror = () => {
      fail('unreadable');
    };
    worker.onmessage = (event: MessageEvent<WorkerReport>) => {
      try {
        report(event.data);
      } catch {
        fail('cannot take channels');
      }
    };
  }).finally(() => close());
}
