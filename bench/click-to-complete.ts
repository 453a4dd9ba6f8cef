/** The one clock of a transfer as a person sees it: from the click on Download until the page says complete, both seen by the page itself. */
import type { Page } from '@playwright/test';

/**
 * Clicks when the machine's clock shows `startAt` (milliseconds since 1970; now when left out) and answers seconds until every chunk is
 * verified. Rejects when the page is not ready, or was reached after `startAt`.
 */
export const clickToComplete = (page: Page, startAt?: number): Promise<number> =>
  page.evaluate(
    (startAt) =>
      new Promise<number>((resolve, reject) => {
        if (startAt !== null && Date.now() >= startAt)
          reject(new Error('this page was reached too late for the common start'));
        setTimeout(
          () => {
            const button = document.querySelector<HTMLElement>('[data-testid=download]');
            if (!button) {
              reject(new Error('the page is not ready to download'));
              return;
            }
            const begin = performance.now();
            // No named function in here: the runner's compiler would wrap it in a helper that the page does not have.
            const observer = new MutationObserver(() => {
              if (document.querySelector('[data-testid=status]')?.getAttribute('data-state') !== 'complete')
                return;
              observer.disconnect();
              resolve((performance.now() - begin) / 1000);
            });
            observer.observe(document.body, { attributes: true, subtree: true, childList: true });
            button.click();
          },
          startAt === null ? 0 : startAt - Date.now(),
        );
      }),
    startAt ?? null,
  );
