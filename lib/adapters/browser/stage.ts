/**
 * Playing through the service worker, seen from the page: where the stage and the bytes are found, and that the worker stays alive while somebody
 * watches (Firefox stops one 30 s after its last event, pitfalls 5.4). Leaves out what the worker answers (service-worker/display.ts).
 */
import { ShoalError } from '../../base/errors';
import { saveUrl, stagePath, type SavePing } from './save-messages';
import { registerWorker } from './saver';

/** Three chances in Firefox's 30 s, as for saves. */
const pingMs = 10_000;

export async function openStage(
  ticketId: string,
  name: string,
): Promise<{ readonly stage: string; readonly source: string; readonly close: () => void }> {
  const worker = (await registerWorker())?.active;
  if (!worker) throw new ShoalError('watch-failed', 'no service worker');
  const pinging = setInterval(() => {
    const question: SavePing = { kind: 'ping', ticket: ticketId };
    worker.postMessage(question, [new MessageChannel().port2]);
  }, pingMs);
  return {
    stage: stagePath,
    source: saveUrl(ticketId, name),
    close: () => clearInterval(pinging),
  };
}
