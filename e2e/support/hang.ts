/** An engine that hangs, as a call of the browser that does not end makes it: for real, without using the processor. */
import type { Page } from '@playwright/test';

/** Its worker stands still, for so many milliseconds or for good, and the page's clock (installed beforehand) goes on past all patience. */
export async function hangEngine(page: Page, ms?: number): Promise<void> {
  await page.workers()[0]!.evaluate((time) => {
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    // Not in this task: the browser ends no worker while something is evaluated in it.
    setTimeout(() => void Atomics.wait(new Int32Array(shared.buffer), 0, 0, time));
  }, ms);
  await page.clock.runFor(30_000);
}
