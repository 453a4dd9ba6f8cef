/**
 * Web Locks and BroadcastChannel in the shape lib/room asks for. A lock here is a value to keep and release, not a callback: a room holds it
 * for as long as it runs. A held lock also keeps Chromium from freezing a hidden tab that seeds to nobody yet (pitfalls 3.2).
 */

/** Resolves when the lock is really free, so that asking again at once succeeds. */
type Release = () => Promise<void>;

export function createLocks(locks: LockManager) {
  const hold = (name: string, options: LockOptions): Promise<Release | undefined> =>
    new Promise((resolve, reject) => {
      const held = locks.request(name, options, (lock) => {
        if (!lock) {
          resolve(undefined);
          return undefined;
        }
        return new Promise<void>((release) => {
          resolve(async () => {
            release();
            await held;
          });
        });
      });
      held.catch((error: unknown) => {
        if (options.signal?.aborted) resolve(undefined);
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  return {
    /** Asks once: undefined when another tab holds it. */
    tryAcquire: (name: string) => hold(name, { ifAvailable: true }),
    /** Waits its turn; undefined when `signal` ended the wait. */
    acquire: (name: string, signal: AbortSignal) => hold(name, { signal }),
  };
}

export function createBroadcast() {
  return {
    open(name: string, receive: (message: unknown) => void) {
      const channel = new BroadcastChannel(name);
      channel.onmessage = (event: MessageEvent<unknown>) => {
        receive(event.data);
      };
      return {
        post: (message: unknown): void => {
          channel.postMessage(message);
        },
        close: (): void => {
          channel.close();
        },
      };
    },
  };
}
