/**
 * Any open page keeps running downloads alive, also those another tab began, or this one before it was reloaded: the service worker asks
 * over the channel and each message to it is an event that puts off its end (lib/adapters/service-worker/lifeline.ts). Messages reach hidden
 * pages at once, while their timers may come once a minute. Leaves out the end of a download (worker-saver.ts).
 */
import { isSaveNews, saveChannelName, saveScope, type SavePing } from './save-messages';

export function keepSavesRunning(): void {
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (!container) return;
  const channel = new BroadcastChannel(saveChannelName);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isSaveNews(data) && data.kind === 'save-running') void nudge(container, data.ticket);
  };
}

async function nudge(container: ServiceWorkerContainer, ticket: string): Promise<void> {
  const registration = await container.getRegistration(saveScope).catch(() => undefined);
  const { port1, port2 } = new MessageChannel();
  port1.close(); // the answer is of no use here
  const ping: SavePing = { kind: 'ping', ticket };
  registration?.active?.postMessage(ping, [port2]);
}
