/**
 * A drop as a person makes it: the browser itself carries paths of this machine into the page (CDP Input.dispatchDragEvent), so that entries,
 * folders and files are real ones. And the clocks around it, read by the page itself.
 */
import type { CDPSession, Page } from '@playwright/test';

export interface Drag {
  /** Over the page; the app's engine comes up from here on. */
  enter(): Promise<void>;
  drop(): Promise<void>;
}

export async function dragOf(page: Page, paths: readonly string[]): Promise<Drag> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const send = async (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<void> => {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 100,
      y: 100,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  };
  return {
    async enter() {
      await send('dragEnter');
      await send('dragOver');
    },
    drop: () => send('drop'),
  };
}

export interface Intake {
  /** Milliseconds from the person's event (drop, or files chosen) until the page shows the link. */
  readonly linkMs: number;
  /** Until it lists the files. */
  readonly listedMs: number;
  /** Longest task of the page from the event until then, in milliseconds; 0 where none was longer than 50. */
  readonly longestTaskMs: number;
}

type Watching = typeof globalThis & { intake: Promise<Intake> };

/** To be called before the event; `intakeSeen` then answers. */
export const watchIntake = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as Watching).intake = new Promise<Intake>((resolve) => {
      let begin = 0;
      let linkMs = 0;
      let longestTaskMs = 0;
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries())
          if (begin && startTime >= begin) longestTaskMs = Math.max(longestTaskMs, duration);
      }).observe({ entryTypes: ['longtask'] });
      for (const name of ['drop', 'change'])
        document.addEventListener(
          name,
          (event) => {
            begin ||= event.timeStamp;
          },
          { capture: true },
        );
      const observer = new MutationObserver(() => {
        const link = document.querySelector<HTMLInputElement>('[data-testid=share-link]');
        if (!begin || !link?.value.includes('#')) return;
        linkMs ||= performance.now() - begin;
        if (!document.querySelector('[data-testid=file-row]')) return;
        observer.disconnect();
        const listedMs = performance.now() - begin;
        // Long tasks are told after they end: the one that lists the files is waited for.
        setTimeout(() => resolve({ linkMs, listedMs, longestTaskMs }), 1000);
      });
      observer.observe(document.body, { attributes: true, subtree: true, childList: true });
    });
  });

export const intakeSeen = (page: Page): Promise<Intake> =>
  page.evaluate(() => (globalThis as Watching).intake);
