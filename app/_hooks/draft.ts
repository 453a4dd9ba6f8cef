/** What a sender decided for the next link before there is one. Values only: the page's store holds them, options.ts acts on them. */
import type { CreateOptions } from '../../lib/index';

/** When a share ends: so long after its link is made, or at a time; null: never. */
export type End = { readonly inMs: number } | { readonly at: number } | null;

export interface Draft {
  readonly passphrase: string;
  readonly end: End;
  readonly downloads: number | null;
  readonly othersMayAdd: boolean;
}

export const emptyDraft: Draft = { passphrase: '', end: null, downloads: null, othersMayAdd: true };

export const endsAtOf = (end: End, now = Date.now()): number | null =>
  end === null ? null : 'at' in end ? end.at : now + end.inMs;

export const isEmptyDraft = ({ passphrase, end, downloads, othersMayAdd }: Draft): boolean =>
  passphrase === '' && end === null && downloads === null && othersMayAdd;

/** For the room that is made now. A time that went by meanwhile would end it at birth: then it has none. */
export function draftOptions(draft: Draft | null): CreateOptions {
  if (!draft) return {};
  const at = endsAtOf(draft.end);
  const endsAt = at !== null && at > Date.now() ? at : null;
  const { passphrase, downloads, othersMayAdd } = draft;
  return { ...(passphrase !== '' && { passphrase }), endsAt, downloads, othersMayAdd };
}
