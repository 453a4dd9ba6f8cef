/**
 * Whether this browser keeps shares, as a hint for the first paint (early.ts): home has their shape from the start, and what stands below their
 * list is shown with it. IndexedDB says what there is; a hint that is wrong or lost costs a jump.
 */
import { sharesKey } from '../early';

let told: boolean | undefined;

/** `any`: as the engine or the databases say. */
export function rememberShares(any: boolean): void {
  if (any === told) return;
  told = any;
  if (!any) sharesShown();
  try {
    if (any) localStorage.setItem(sharesKey, '1');
    else localStorage.removeItem(sharesKey);
  } catch {
    // Site data is blocked: nothing is kept either.
  }
}

/** Their list is here, or none will come. */
export function sharesShown(): void {
  delete document.documentElement.dataset.shares;
}
