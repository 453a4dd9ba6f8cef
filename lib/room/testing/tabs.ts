/**
 * One browser profile in memory, for tests: what its tabs share behaves like Web Locks (first come first served, granted in a later task,
 * freed when the tab dies) and BroadcastChannel (everyone but the sender, cloned, in a later task). Time stands still until told otherwise.
 */
import type { Clock } from '../../ports';
import type { Broadcast, Locks, Release } from '../tabs';

/** Lets everything that is under way without waiting for time finish: promises, broadcasts, lock grants. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export interface TestClock extends Clock {
  /** Moves time on, running what falls due in order. */
  advance(ms: number): Promise<void>;
}

export function createTestClock(): TestClock {
  let now = 0;
  let waiting: { readonly time: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    wall: () => now,
    at(time, run) {
      const timer = { time, run };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      await settle();
      const end = now + ms;
      for (;;) {
        const next = waiting.filter(({ time }) => time <= end).sort((a, b) => a.time - b.time)[0];
        if (!next) break;
        waiting = waiting.filter((other) => other !== next);
        now = Math.max(now, next.time);
        next.run();
        await settle();
      }
      now = end;
    },
  };
}

export interface TestTab {
  readonly locks: Locks;
  readonly broadcast: Broadcast;
  /** As when the process is killed: locks are freed, nothing is said. */
  crash(): void;
}

interface Waiter {
  readonly tab: object;
  grant(): void;
}

export class TestProfile {
  /** Every message broadcast, in order. */
  readonly messages: unknown[] = [];
  private readonly queues = new Map<string, Waiter[]>();
  private readonly ports = new Set<{ tab: object; name: string; receive: (message: unknown) => void }>();

  tab(): TestTab {
    const tab = {};
    return {
      locks: this.locksOf(tab),
      broadcast: this.broadcastOf(tab),
      crash: () => {
        for (const port of this.ports) if (port.tab === tab) this.ports.delete(port);
        for (const name of this.queues.keys()) this.leave(name, (waiter) => waiter.tab === tab);
      },
    };
  }

  holds(name: string): boolean {
    return (this.queues.get(name)?.length ?? 0) > 0;
  }

  private locksOf(tab: object): Locks {
    const join = (name: string): Promise<Release> =>
      new Promise((resolve) => {
        const waiter: Waiter = {
          tab,
          grant: () => {
            setImmediate(resolve, () => {
              this.leave(name, (other) => other === waiter);
              return settle();
            });
          },
        };
        const queue = this.queues.get(name) ?? [];
        this.queues.set(name, queue);
        if (queue.push(waiter) === 1) waiter.grant();
      });
    return {
      tryAcquire: (name) => (this.holds(name) ? Promise.resolve(undefined) : join(name)),
      acquire: (name, signal) =>
        new Promise((resolve) => {
          let granted = false;
          void join(name).then((release) => {
            granted = true;
            resolve(release);
          });
          const waiter = this.queues.get(name)?.at(-1);
          signal.addEventListener('abort', () => {
            if (granted) return;
            this.leave(name, (other) => other === waiter);
            resolve(undefined);
          });
        }),
    };
  }

  private leave(name: string, leaves: (waiter: Waiter) => boolean): void {
    const queue = this.queues.get(name) ?? [];
    const left = queue.filter((waiter) => !leaves(waiter));
    this.queues.set(name, left);
    if (left[0] && left[0] !== queue[0]) left[0].grant();
  }

  private broadcastOf(tab: object): Broadcast {
    return {
      open: (name, receive) => {
        const own = { tab, name, receive };
        this.ports.add(own);
        return {
          post: (message) => {
            if (!this.ports.has(own)) return; // a tab that is gone says nothing
            const copy: unknown = structuredClone(message);
            this.messages.push(copy);
            for (const other of this.ports)
              if (other !== own && other.name === name)
                setImmediate(() => {
                  if (this.ports.has(other)) other.receive(copy);
                });
          },
          close: () => this.ports.delete(own),
        };
      },
    };
  }
}
