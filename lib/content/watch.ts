/**
 * What the reader of a file that still arrives (the service worker) and the room that fetches it say to each other, on one BroadcastChannel of
 * the profile: they are no client of each other, any tab may lead the room, and the leader may change in the middle. Same origin and same
 * profile, so no border of trust but one of versions. A message may be lost: readers look into the store again by themselves.
 */
import { isId, type ShareId } from '../base/ids';

export const watchChannel = 'shoal-watch';
export const watchVersion = 1;

export type WatchMessage = { readonly v: typeof watchVersion } & (
  | {
      /** This reader is at chunk `at` and will need what follows, up to `until` − 1. Said for each chunk, and again while it waits. */
      readonly kind: 'reading';
      /** The ticket it reads by. */
      readonly watch: string;
      readonly reader: string;
      readonly share: ShareId;
      readonly at: number;
      readonly until: number;
    }
  /** Cut off: the person went elsewhere in the file. Or read to the end of its part: the player will come for the next. */
  | { readonly kind: 'read'; readonly reader: string; readonly cut: boolean }
  /** The store holds this chunk now. Said while somebody reads near it. */
  | { readonly kind: 'kept'; readonly share: ShareId; readonly chunk: number }
  /** Nobody watches by this ticket any more: readers that did not hear that they were cancelled end. */
  | { readonly kind: 'closed'; readonly watch: string }
);

/** undefined for what is not a message of this version. */
export function readWatchMessage(data: unknown): WatchMessage | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const message = data as Partial<Record<string, unknown>>;
  if (message.v !== watchVersion) return undefined;
  const { kind, watch, reader, share, at, until, chunk, cut } = message;
  const fits =
    (kind === 'reading' &&
      isText(watch) &&
      isText(reader) &&
      isShare(share) &&
      isIndex(at) &&
      isIndex(until)) ||
    (kind === 'read' && isText(reader) && typeof cut === 'boolean') ||
    (kind === 'kept' && isShare(share) && isIndex(chunk)) ||
    (kind === 'closed' && isText(watch));
  return fits ? (data as WatchMessage) : undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isShare = (value: unknown): boolean => typeof value === 'string' && isId(value);
const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
