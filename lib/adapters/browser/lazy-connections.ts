/**
 * Loads simple-peer's adapter beside the engine, so that neither starting nor the first connection waits for it. What arrives meanwhile is
 * kept in order. When it does not load (offline, or a deploy took the file away) those attempts end like any that did not connect.
 */
import type { PageCourier, ToPage } from './courier';

export function serveConnections(courier: PageCourier): void {
  let handler: ((message: ToPage) => void) | undefined;
  let waiting: ToPage[] = [];
  let loading = false;

  const load = async (): Promise<void> => {
    loading = true;
    try {
      const { createPeerConnections } = await import('./peer-connection');
      createPeerConnections({
        post: (message, transfer) => {
          courier.post(message, transfer);
        },
        listen: (listener) => {
          handler = listener;
        },
      });
      for (const message of waiting.splice(0)) handler?.(message);
    } catch {
      const asked = waiting;
      waiting = [];
      for (const { type, link } of asked)
        if (type === 'connect') courier.post({ type: 'closed', link, reason: 'connect-failed' });
    } finally {
      loading = false;
    }
  };

  courier.listen((message) => {
    if (handler) {
      handler(message);
      return;
    }
    waiting.push(message);
    if (!loading) void load();
  });
  void load();
}
