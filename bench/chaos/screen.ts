/**
 * What a page shows, read as a person reads it and by the hooks the app keeps for tests (data-testid, window.shoal). PROTOCOL CH4: every page
 * says what it does in a known state and a sentence, and never claims to receive while nothing comes.
 */
import type { Page } from '@playwright/test';
import type { Stats } from '../../e2e/support/peer';

export interface Screen {
  /** null: no page of Shoal (not loaded, the browser's own error page). */
  readonly state: string | null;
  readonly detail: string | null;
  /** The words of the status, or of the whole page where there is none. */
  readonly text: string;
  /** Code of the error shown, if one is. */
  readonly error: string | null;
  readonly peers: number | null;
  readonly canDownload: boolean;
  readonly wantsFiles: boolean;
  readonly stats: Stats | null;
  readonly address: string;
}

type PageGlobal = typeof globalThis & {
  shoal?: { stats(): Stats; diagnostics(): string };
};

/** Rejects when the page goes away or does not answer within `patienceMs`. */
export function readScreen(page: Page, patienceMs: number): Promise<Screen> {
  const reading = page.evaluate((): Screen => {
    const status = document.querySelector<HTMLElement>('[data-testid=status]');
    const download = document.querySelector<HTMLButtonElement>('[data-testid=download]');
    const stats = (globalThis as PageGlobal).shoal?.stats();
    const peers = document.querySelector('[data-testid=peer-count]')?.textContent;
    return {
      state: status?.getAttribute('data-state') ?? null,
      detail: status?.getAttribute('data-detail') ?? null,
      text: (status ?? document.body).innerText.replace(/\s+/g, ' ').trim().slice(0, 300),
      error: document.querySelector('[data-testid=error]')?.getAttribute('data-code') ?? null,
      peers: peers ? Number(peers) : null,
      canDownload: download !== null && !download.disabled,
      wantsFiles: document.querySelector('[data-testid=reattach-file-input]') !== null,
      stats: stats && stats.chunksTotal > 0 ? stats : null,
      address: location.pathname,
    };
  });
  let clock: ReturnType<typeof setTimeout> | undefined;
  const impatience = new Promise<never>((_, reject) => {
    clock = setTimeout(() => {
      reject(new Error('the page does not answer'));
    }, patienceMs);
  });
  return Promise.race([reading, impatience]).finally(() => {
    clearTimeout(clock);
  });
}

/** The text of "Copy diagnostics", for the report of a failed round and for the reasons why links ended. */
export const readDiagnostics = (page: Page): Promise<string> =>
  page.evaluate(() => (globalThis as PageGlobal).shoal?.diagnostics() ?? 'no diagnostics');

const knownStates = new Set([
  'connecting',
  'waiting',
  'hashing',
  'transferring',
  'stalled',
  'complete',
  'error',
]);
/** What slips out when a value, not a sentence, is shown. */
const raw = /undefined|\[object|NaN|Error:|Exception|null\b/;

/** What is wrong with the words themselves, or null. */
export function faultOfWords({ state, text }: Screen): string | null {
  if (state === null) return null;
  if (!knownStates.has(state)) return `unknown state "${state}"`;
  if (text.length < 10 || !/[.!?…]$/.test(text)) return `no sentence: "${text}"`;
  return raw.test(text) ? `raw text: "${text}"` : null;
}
