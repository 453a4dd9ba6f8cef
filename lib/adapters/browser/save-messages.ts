/**
 * What page and service worker say to each other about saving. Questions go to the worker by postMessage with a port for the answer (which
 * also starts a stopped worker); news of a download goes to every page over one BroadcastChannel, since none of them is its client.
 */
import type { ShoalErrorCode } from '../../base/errors';

export const saveScope = '/_dl/';
export const saveChannelName = 'shoal-save';

/** The empty document in which the page plays a file while it arrives (service-worker/display.ts). No ticket: it has one segment too few. */
export const stagePath = `${saveScope}stage`;

/** Where a ticket's bytes are fetched; the name is for the person and the browser's list of downloads. */
export const saveUrl = (ticket: string, name: string): string =>
  `${saveScope}${encodeURIComponent(ticket)}/${encodeURIComponent(name)}`;

/** The ticket id of such a URL's path; undefined for any other. */
export function ticketOfPath(path: string): string | undefined {
  const [id, name, ...rest] = path.startsWith(saveScope) ? path.slice(saveScope.length).split('/') : [];
  if (!id || name === undefined || rest.length > 0) return undefined;
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

/** Asked before a download starts and every few seconds while it runs: each message keeps a worker alive for about 30 s more. */
export interface SavePing {
  readonly kind: 'ping';
  readonly ticket: string;
}
/** Told when the page that asked for a download goes: nobody will ping for it any more. */
export interface SaveLeave {
  readonly kind: 'leave';
  readonly ticket: string;
}
export interface SavePong {
  readonly kind: 'pong';
  /** The worker finds this ticket in its store. */
  readonly known: boolean;
  /** Downloads of it are running now. */
  readonly saving: boolean;
  /** Names this start of the worker; an older build does not say. */
  readonly worker?: string;
}

export type SaveNews =
  /** The browser fetched the URL and took the answer for a download. */
  | { readonly kind: 'save-started'; readonly ticket: string; readonly worker?: string }
  /** Said every few seconds while it runs: whatever page hears it pings, which keeps the worker alive. */
  | { readonly kind: 'save-running'; readonly ticket: string }
  /** The last byte was handed to the browser. */
  | { readonly kind: 'save-done'; readonly ticket: string; readonly bytes: number }
  /** The download was broken off. 'save-broken-off': by the person or the browser, which do not say why. */
  | {
      readonly kind: 'save-failed';
      readonly ticket: string;
      readonly code: ShoalErrorCode;
      readonly reason: string;
    };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export const isSavePing = (value: unknown): value is SavePing =>
  isRecord(value) && value.kind === 'ping' && typeof value.ticket === 'string';

export const isSaveLeave = (value: unknown): value is SaveLeave =>
  isRecord(value) && value.kind === 'leave' && typeof value.ticket === 'string';

export const isSavePong = (value: unknown): value is SavePong => isRecord(value) && value.kind === 'pong';

/** Another build of this app may be open in another tab: what is not understood is not news. */
export const isSaveNews = (value: unknown): value is SaveNews =>
  isRecord(value) &&
  typeof value.ticket === 'string' &&
  (value.kind === 'save-started' ||
    value.kind === 'save-running' ||
    (value.kind === 'save-done' && typeof value.bytes === 'number') ||
    (value.kind === 'save-failed' && typeof value.reason === 'string' && typeof value.code === 'string'));
